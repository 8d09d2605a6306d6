#pragma once
// What the host fills in where a library asks for it.
#include <algorithm>
#include <cstdint>
#include <cstring>

namespace weir {

/// Copies `made` into a library's memory, as much of it as that library was compiled with.
/// Needs: `out->struct_size` was set by the library. Sets it to what was copied.
template <class T>
void give_out(T made, T* out) {
  made.struct_size = std::min<uint32_t>(out->struct_size, sizeof(T));
  std::memcpy(out, &made, made.struct_size);
}

}  // namespace weir
