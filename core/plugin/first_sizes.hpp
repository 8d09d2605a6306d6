#pragma once
// How long the structs that may grow were in the first minor of this ABI's major. No library of it has a
// shorter one: who reads a later field asks struct_size first.
#include <cstddef>
#include <cstdint>

#include <weir/abi.h>

namespace weir {

/// [bytes] Written down, not computed: sizeof is today's. `sdk/tests/abi_1_0_layout_test.cpp` has them all.
template <class T>
inline constexpr uint32_t kFirstSize = 0;
template <>
inline constexpr uint32_t kFirstSize<weir_library> = 56;
template <>
inline constexpr uint32_t kFirstSize<weir_component> = 240;
template <>
inline constexpr uint32_t kFirstSize<weir_source_calls> = 56;
template <>
inline constexpr uint32_t kFirstSize<weir_transform_calls> = 32;
template <>
inline constexpr uint32_t kFirstSize<weir_sink_calls> = 72;
template <>
inline constexpr uint32_t kFirstSize<weir_decoder_calls> = 64;
template <>
inline constexpr uint32_t kFirstSize<weir_encoder_calls> = 56;
template <>
inline constexpr uint32_t kFirstSize<weir_function_calls> = 24;
template <>
inline constexpr uint32_t kFirstSize<weir_aggregate_calls> = 56;
template <>
inline constexpr uint32_t kFirstSize<weir_binding> = 64;
template <>
inline constexpr uint32_t kFirstSize<weir_program> = 24;
template <>
inline constexpr uint32_t kFirstSize<weir_schema> = 24;

/// Returns whether a library's struct has all that the first minor had.
template <class T>
bool fits(const T* given) {
  static_assert(kFirstSize<T> > 0 && kFirstSize<T> <= sizeof(T));
  return given != nullptr && given->struct_size >= kFirstSize<T>;
}

}  // namespace weir
