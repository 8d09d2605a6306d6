#pragma once
// What a component says of the memory that it takes for itself.
#include <weir/abi.h>
#include <weir/ext_memory.h>
#include <weir/text.hpp>

namespace weir {

/// Returns null where the component does not speak of memory.
inline const weir_memory_calls* memory_calls(const weir_component& component) {
  if (component.extension == nullptr) return nullptr;
  return static_cast<const weir_memory_calls*>(component.extension(as_str(WEIR_MEMORY_EXTENSION)));
}

}  // namespace weir
