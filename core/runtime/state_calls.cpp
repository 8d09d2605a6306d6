// The state entries of the host table: each reaches the InstanceState of the calling instance.
#include <weir/fault.hpp>

#include "runtime/host_table.hpp"
#include "runtime/instance_context.hpp"
#include "state/instance_state.hpp"

namespace weir {
namespace {

/// Runs `call` on the state of the calling instance.
template <class Call>
int32_t on_state(weir_context* context, weir_fault* fault, Call&& call) {
  InstanceState* const state = context_of(context).state;
  if (state == nullptr) return fill_fault(Status::invalid("this node's binding declares no state"), fault);
  return fill_fault(call(*state), fault);
}

int32_t find_or_insert(weir_context* context, uint32_t state, const weir_keys* keys, void** slots,
                       uint8_t* inserted, weir_fault* fault) {
  return on_state(context, fault,
                  [&](InstanceState& s) { return s.find_or_insert(state, *keys, slots, inserted); });
}
int32_t find(weir_context* context, uint32_t state, const weir_keys* keys, void** slots, weir_fault* fault) {
  return on_state(context, fault, [&](InstanceState& s) { return s.find(state, *keys, slots); });
}
int32_t scan(weir_context* context, uint32_t state, int64_t upto, int64_t max_rows, weir_scan* out,
             weir_fault* fault) {
  return on_state(context, fault, [&](InstanceState& s) { return s.scan(state, upto, max_rows, out); });
}
int32_t remove_upto(weir_context* context, uint32_t state, int64_t upto, weir_fault* fault) {
  return on_state(context, fault, [&](InstanceState& s) { return s.remove_upto(state, upto); });
}
int32_t remove_keys(weir_context* context, uint32_t state, const weir_keys* keys, weir_fault* fault) {
  return on_state(context, fault, [&](InstanceState& s) { return s.remove(state, *keys); });
}
int32_t move(weir_context* context, uint32_t state, const weir_keys* keys, const int64_t* targets,
             weir_fault* fault) {
  return on_state(context, fault, [&](InstanceState& s) { return s.move(state, *keys, targets); });
}
int32_t block_resize(weir_context* context, uint32_t state, weir_block** ref, uint64_t size,
                     weir_fault* fault) {
  return on_state(context, fault, [&](InstanceState& s) { return s.block_resize(state, ref, size); });
}
int32_t usage(weir_context* context, uint32_t state, uint64_t* bytes, uint64_t* keys, weir_fault* fault) {
  return on_state(context, fault, [&](InstanceState& s) { return s.usage(state, bytes, keys); });
}
int32_t log_append(weir_context* context, uint32_t state, weir_batch* batch, weir_fault* fault) {
  return on_state(context, fault, [&](InstanceState& s) { return s.log_append(state, batch); });
}
int32_t log_count(weir_context* context, uint32_t state, uint64_t* count, weir_fault* fault) {
  return on_state(context, fault, [&](InstanceState& s) { return s.log_count(state, count); });
}
int32_t log_read(weir_context* context, uint32_t state, uint64_t index, weir_batch** out, weir_fault* fault) {
  return on_state(context, fault, [&](InstanceState& s) { return s.log_read(state, index, out); });
}
int32_t log_clear(weir_context* context, uint32_t state, weir_fault* fault) {
  return on_state(context, fault, [&](InstanceState& s) { return s.log_clear(state); });
}

int32_t list_append(weir_context* context, uint32_t state, const weir_keys* keys,
                    const weir_column* const* values, weir_fault* fault) {
  return on_state(context, fault, [&](InstanceState& s) { return s.list_append(state, *keys, values); });
}
int32_t list_read(weir_context* context, uint32_t state, const weir_keys* keys, const int64_t* from,
                  const int64_t* to, weir_batch** out, weir_fault* fault) {
  return on_state(context, fault, [&](InstanceState& s) { return s.list_read(state, *keys, from, to, out); });
}
int32_t list_remove_upto(weir_context* context, uint32_t state, int64_t upto, weir_fault* fault) {
  return on_state(context, fault, [&](InstanceState& s) { return s.list_remove_upto(state, upto); });
}
int32_t map_put(weir_context* context, uint32_t state, const weir_keys* keys,
                const weir_column* const* values, weir_fault* fault) {
  return on_state(context, fault, [&](InstanceState& s) { return s.map_put(state, *keys, values); });
}
int32_t map_get(weir_context* context, uint32_t state, const weir_keys* keys, const weir_column* second,
                weir_batch** out, weir_fault* fault) {
  return on_state(context, fault, [&](InstanceState& s) { return s.map_get(state, *keys, *second, out); });
}
int32_t map_remove(weir_context* context, uint32_t state, const weir_keys* keys, const weir_column* second,
                   weir_fault* fault) {
  return on_state(context, fault, [&](InstanceState& s) { return s.map_remove(state, *keys, *second); });
}
int32_t timer_set(weir_context* context, uint32_t state, const weir_keys* keys, const int64_t* times,
                  uint32_t is_event_time, weir_fault* fault) {
  return on_state(context, fault,
                  [&](InstanceState& s) { return s.timer_set(state, *keys, times, is_event_time); });
}
int32_t timer_cancel(weir_context* context, uint32_t state, const weir_keys* keys, weir_fault* fault) {
  return on_state(context, fault, [&](InstanceState& s) { return s.timer_cancel(state, *keys); });
}
}  // namespace

void fill_state_calls(weir_state_calls& calls) {
  calls = {};
  calls.struct_size = sizeof(calls);
  calls.find_or_insert = &find_or_insert;
  calls.find = &find;
  calls.scan = &scan;
  calls.remove_upto = &remove_upto;
  calls.remove = &remove_keys;
  calls.move = &move;
  calls.block_resize = &block_resize;
  calls.usage = &usage;
  calls.log_append = &log_append;
  calls.log_count = &log_count;
  calls.log_read = &log_read;
  calls.log_clear = &log_clear;
  calls.list_append = &list_append;
  calls.list_read = &list_read;
  calls.list_remove_upto = &list_remove_upto;
  calls.map_put = &map_put;
  calls.map_get = &map_get;
  calls.map_remove = &map_remove;
  calls.timer_set = &timer_set;
  calls.timer_cancel = &timer_cancel;
}

}  // namespace weir
