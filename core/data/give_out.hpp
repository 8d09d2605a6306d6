#pragma once
// What the host fills in where a library asks for it.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <weir/status.hpp>

#include "data/first_sizes.hpp"

namespace weir {

/// Whether `out`, a library's memory of type `type`, says that it has room for what the first minor had.
/// Asked before anything is done that a refusal would have to undo.
template <class T>
Status check_room(const T* out, std::string_view type) {
  if (fits(out)) return {};
  return Status::invalid("the caller's " + std::string(type) + " says that it has " +
                         std::to_string(out == nullptr ? 0 : out->struct_size) + " bytes, not at least " +
                         std::to_string(kFirstSize<T>) + ": its struct_size is set before the call");
}

/// Copies `made` into a library's memory, as much of it as that library was compiled with, and sets the size
/// to what was copied. One that says no size gets nothing: see check_room.
template <class T>
void give_out(T made, T* out) {
  made.struct_size = std::min<uint32_t>(out->struct_size, sizeof(T));
  std::memcpy(out, &made, made.struct_size);
}

}  // namespace weir
