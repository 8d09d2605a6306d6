#pragma once
// How long the structs that may grow were in the first minor of this ABI's major. No library of it has a
// shorter one: who reads a later field asks struct_size first. The only place that has them.
#include <cstddef>
#include <cstdint>

#include <weir/abi.h>
#include <weir/ext_bounded.h>
#include <weir/ext_incremental.h>
#include <weir/ext_ipc.h>
#include <weir/ext_memory.h>
#include <weir/ext_net.h>

namespace weir {

/// [bytes] Written down, not computed: sizeof is today's.
template <class T>
inline constexpr uint32_t kFirstSize = 0;

// What a library fills and the host reads.
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
inline constexpr uint32_t kFirstSize<weir_bounded_calls> = 16;
template <>
inline constexpr uint32_t kFirstSize<weir_incremental_calls> = 16;
template <>
inline constexpr uint32_t kFirstSize<weir_memory_calls> = 24;
template <>
inline constexpr uint32_t kFirstSize<weir_binding> = 64;
template <>
inline constexpr uint32_t kFirstSize<weir_program> = 24;
template <>
inline constexpr uint32_t kFirstSize<weir_schema> = 24;
template <>
inline constexpr uint32_t kFirstSize<weir_column_parts> = 24;
template <>
inline constexpr uint32_t kFirstSize<weir_column> = 80;
template <>
inline constexpr uint32_t kFirstSize<weir_batch> = 72;
template <>
inline constexpr uint32_t kFirstSize<weir_row_fault> = 48;
template <>
inline constexpr uint32_t kFirstSize<weir_row_faults> = 16;
template <>
inline constexpr uint32_t kFirstSize<weir_aggregate_layout> = 88;

// The library's memory, which the host fills.
template <>
inline constexpr uint32_t kFirstSize<weir_file_info> = 40;
template <>
inline constexpr uint32_t kFirstSize<weir_encoder> = 24;
template <>
inline constexpr uint32_t kFirstSize<weir_aggregate_info> = 56;
template <>
inline constexpr uint32_t kFirstSize<weir_net_transfer> = 16;
template <>
inline constexpr uint32_t kFirstSize<weir_ipc_step> = 24;

/// Returns whether a library's struct has all that the first minor had.
template <class T>
bool fits(const T* given) {
  static_assert(kFirstSize<T> > 0 && kFirstSize<T> <= sizeof(T));
  static_assert(WEIR_ABI_MINOR > 0 || kFirstSize<T> == sizeof(T));
  return given != nullptr && given->struct_size >= kFirstSize<T>;
}

}  // namespace weir
