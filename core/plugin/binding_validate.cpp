#include "plugin/binding_validate.hpp"

#include <string>

#include "data/first_sizes.hpp"

namespace weir {
namespace {

Status other_size(const std::string& what) {
  return Status::invalid("the component's binding has " + what + " of another size than this ABI's");
}

// Whether an array is there; `what` are its items.
template <class T>
Status check_there(const T* items, size_t count, const std::string& what) {
  if (count == 0 || items != nullptr) return Status::ok();
  return Status::invalid("the component's binding claims " + what + " and gives none");
}

// What lies in an array cannot grow.
template <class T>
Status check_items(const T* items, uint32_t count, const std::string& what) {
  WEIR_RETURN_IF_ERROR(check_there(items, count, what + "s"));
  for (uint32_t i = 0; i < count; ++i)
    if (items[i].struct_size != sizeof(T)) return other_size(what + " " + std::to_string(i));
  return Status::ok();
}

Status check_text(weir_str text, const std::string& what) { return check_there(text.data, text.size, what); }

Status check_field(const weir_field& field, const std::string& where) {
  WEIR_RETURN_IF_ERROR(check_text(field.name, "a name of " + where));
  WEIR_RETURN_IF_ERROR(check_there(field.metadata, field.metadata_count, "metadata of " + where));
  for (uint32_t i = 0; i < field.metadata_count; ++i) {
    WEIR_RETURN_IF_ERROR(check_text(field.metadata[i].key, "metadata of " + where));
    WEIR_RETURN_IF_ERROR(check_text(field.metadata[i].value, "metadata of " + where));
  }
  WEIR_RETURN_IF_ERROR(check_there(field.children, field.child_count, "children of " + where));
  for (uint32_t i = 0; i < field.child_count; ++i)
    WEIR_RETURN_IF_ERROR(check_field(field.children[i], where));
  return Status::ok();
}

Status check_fields(const weir_field* fields, uint32_t count, const std::string& what) {
  WEIR_RETURN_IF_ERROR(check_there(fields, count, what));
  for (uint32_t i = 0; i < count; ++i)
    WEIR_RETURN_IF_ERROR(check_field(fields[i], "number " + std::to_string(i) + " of the " + what));
  return Status::ok();
}

Status check_output(const weir_output_port& port, const std::string& which) {
  WEIR_RETURN_IF_ERROR(check_there(port.columns, port.column_count, "columns of " + which));
  for (uint32_t i = 0; i < port.column_count; ++i) {
    const std::string column = "column " + std::to_string(i) + " of " + which;
    WEIR_RETURN_IF_ERROR(check_field(port.columns[i].field, column));
    WEIR_RETURN_IF_ERROR(
        check_there(port.columns[i].from, port.columns[i].from_count, "columns that " + column + " is from"));
  }
  return Status::ok();
}

Status check_state(const weir_state_spec& state, const std::string& which) {
  WEIR_RETURN_IF_ERROR(check_text(state.name, "a name of " + which));
  WEIR_RETURN_IF_ERROR(check_there(state.ref_offsets, state.ref_count, "references of " + which));
  WEIR_RETURN_IF_ERROR(check_fields(state.values, state.value_count, "values of " + which));
  return check_fields(state.keys, state.key_count, "keys of " + which);
}

}  // namespace

Status validate_binding(const weir_binding* binding) {
  if (!fits(binding)) return Status::invalid("the component answers no binding of this ABI's size");
  WEIR_RETURN_IF_ERROR(check_items(binding->outputs, binding->output_count, "output"));
  for (uint32_t i = 0; i < binding->output_count; ++i)
    WEIR_RETURN_IF_ERROR(check_output(binding->outputs[i], "output " + std::to_string(i)));
  WEIR_RETURN_IF_ERROR(check_items(binding->states, binding->state_count, "state"));
  for (uint32_t i = 0; i < binding->state_count; ++i)
    WEIR_RETURN_IF_ERROR(check_state(binding->states[i], "state " + std::to_string(i)));
  WEIR_RETURN_IF_ERROR(check_there(binding->keys, binding->key_count, "keys"));
  if (const weir_program* const program = binding->program; program != nullptr) {
    if (!fits(program)) return other_size("a program");
    WEIR_RETURN_IF_ERROR(check_there(program->columns, program->column_count, "columns of a program"));
  }
  if (const weir_schema* const partial = binding->partial; partial != nullptr) {
    if (!fits(partial)) return other_size("a partial schema");
    return check_fields(partial->fields, partial->field_count, "partial columns");
  }
  return Status::ok();
}

}  // namespace weir
