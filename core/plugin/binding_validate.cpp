#include "plugin/binding_validate.hpp"

#include <string>

#include "plugin/first_sizes.hpp"

namespace weir {
namespace {

Status other_size(const std::string& what) {
  return Status::invalid("the component's binding has " + what + " of another size than this ABI's");
}

// What lies in an array cannot grow.
template <class T>
Status check_items(const T* items, uint32_t count, const std::string& what) {
  for (uint32_t i = 0; i < count; ++i)
    if (items[i].struct_size != sizeof(T)) return other_size(what + " " + std::to_string(i));
  return Status::ok();
}

}  // namespace

Status validate_binding(const weir_binding* binding) {
  if (!fits(binding)) return Status::invalid("the component answers no binding of this ABI's size");
  WEIR_RETURN_IF_ERROR(check_items(binding->outputs, binding->output_count, "output"));
  WEIR_RETURN_IF_ERROR(check_items(binding->states, binding->state_count, "state"));
  if (binding->program != nullptr && !fits(binding->program)) return other_size("a program");
  if (binding->partial != nullptr && !fits(binding->partial)) return other_size("a partial schema");
  return Status::ok();
}

}  // namespace weir
