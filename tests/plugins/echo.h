/* A transform in plain C: passes every batch on as it came. Included by the fixtures that need one that
 * works. */
#ifndef WEIR_TESTS_PLUGINS_ECHO_H
#define WEIR_TESTS_PLUGINS_ECHO_H
#include <stdlib.h>
#include <string.h>

#include "descriptor.h"

struct weir_node {
  const weir_host* host;
  weir_output_column* columns;
  weir_column_id* from;
  weir_output_port output;
  weir_binding binding;
};

struct weir_instance {
  weir_node* node;
  weir_context* context;
};

static int32_t echo_no_memory(weir_fault* fault) {
  fault->code = 5;
  strcpy(fault->message, "no memory");
  return fault->code;
}

static int32_t echo_create(const weir_host* host, const weir_value* options, size_t count, weir_node** out,
                           weir_fault* fault) {
  (void)options;
  (void)count;
  *out = calloc(1, sizeof(weir_node));
  if (*out == NULL) return echo_no_memory(fault);
  (*out)->host = host;
  return 0;
}

static void echo_destroy(weir_node* node) {
  free(node->columns);
  free(node->from);
  free(node);
}

static int32_t echo_bind(weir_node* node, const weir_bind_input* inputs, size_t count,
                         const weir_binding** out, weir_fault* fault) {
  const weir_schema* schema = inputs[0].schema;
  (void)count;
  node->columns = calloc(schema->field_count + 1, sizeof(weir_output_column));
  node->from = calloc(schema->field_count + 1, sizeof(weir_column_id));
  if (node->columns == NULL || node->from == NULL) return echo_no_memory(fault);
  for (uint32_t i = 0; i < schema->field_count; ++i) {
    node->from[i].column = i;
    node->columns[i].field = schema->fields[i];
    node->columns[i].derivation = WEIR_DERIVED_SAME;
    node->columns[i].from_count = 1;
    node->columns[i].from = &node->from[i];
  }
  node->output.struct_size = sizeof(weir_output_port);
  node->output.column_count = schema->field_count;
  node->output.columns = node->columns;
  node->output.event_time = schema->event_time;
  node->binding.struct_size = sizeof(weir_binding);
  node->binding.output_count = 1;
  node->binding.outputs = &node->output;
  *out = &node->binding;
  return 0;
}

static int32_t echo_instance_new(weir_node* node, const weir_instance_info* info, weir_instance** out,
                                 weir_fault* fault) {
  *out = calloc(1, sizeof(weir_instance));
  if (*out == NULL) return echo_no_memory(fault);
  (*out)->node = node;
  (*out)->context = info->context;
  return 0;
}

static void echo_instance_free(weir_instance* instance) { free(instance); }

static weir_answer echo_process(weir_instance* instance, const weir_call* call, uint32_t port,
                                weir_batch* batch, weir_wake* wake, weir_fault* fault) {
  (void)call;
  (void)port;
  (void)wake;
  (void)fault;
  if (batch != NULL) instance->node->host->emit(instance->context, 0, batch);
  return WEIR_DONE;
}

static const weir_transform_calls echo_calls = {.struct_size = sizeof(weir_transform_calls),
                                                .process = echo_process};

static const weir_port echo_input = {.name = FIXTURE_STR("input"), .doc = FIXTURE_STR("Any rows.")};
static const weir_port echo_output = {.name = FIXTURE_STR("output"), .doc = FIXTURE_STR("The same rows.")};

#define ECHO_COMPONENT(component_name, option_array, number_of_options)                                  \
  {.struct_size = sizeof(weir_component),                                                                \
   .kind = WEIR_KIND_TRANSFORM,                                                                          \
   .name = FIXTURE_STR(component_name),                                                                  \
   .summary = FIXTURE_STR("Pass every row on as it came."),                                              \
   .description = FIXTURE_STR("Rows keep their order. Nothing is copied."),                              \
   .example = FIXTURE_STR("copy: {type: " component_name ", inputs: rows}"),                             \
   .traits =                                                                                             \
       WEIR_TRAIT_DETERMINISTIC | WEIR_TRAIT_KEEPS_ORDER | WEIR_TRAIT_KEEPS_ROWS | WEIR_TRAIT_STATELESS, \
   .options = option_array,                                                                              \
   .option_count = number_of_options,                                                                    \
   .input_count = 1,                                                                                     \
   .inputs = &echo_input,                                                                                \
   .outputs = &echo_output,                                                                              \
   .output_count = 1,                                                                                    \
   .create = echo_create,                                                                                \
   .destroy = echo_destroy,                                                                              \
   .bind = echo_bind,                                                                                    \
   .instance_new = echo_instance_new,                                                                    \
   .instance_free = echo_instance_free,                                                                  \
   .transform = &echo_calls}

#endif
