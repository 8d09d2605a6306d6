#pragma once
// Rows of one key in a block: [u32 size][u32 is matched][i64 time][row] for each.
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include <weir/state.hpp>

namespace weir::streams {

struct KeptRows {
  weir_block* rows;
  uint64_t reserved;
  static std::vector<uint32_t> ref_offsets() { return {0}; }
};
using KeptRowsState = ValueState<KeptRows>;

/// One row as it lies in the block. Borrows: until the block changes.
struct KeptRow {
  uint8_t* at;
  int64_t time;
  std::string_view row;

  bool is_matched() const {
    uint32_t flag = 0;
    std::memcpy(&flag, at + sizeof(uint32_t), sizeof(flag));
    return flag != 0;
  }
  void set_matched() const {
    const uint32_t flag = 1;
    std::memcpy(at + sizeof(uint32_t), &flag, sizeof(flag));
  }
};
inline constexpr size_t kKeptHead = 16;

/// Calls `each(row)` for every row in the order of the block.
template <class Each>
void for_each_kept(const KeptRows* kept, Each each) {
  if (kept == nullptr || kept->rows == nullptr) return;
  uint8_t* at = kept->rows->data;
  uint8_t* const end = at + kept->rows->size;
  while (at < end) {
    uint32_t size = 0;
    KeptRow row{at, 0, {}};
    std::memcpy(&size, at, sizeof(size));
    std::memcpy(&row.time, at + 8, sizeof(row.time));
    row.row = {reinterpret_cast<const char*>(at) + kKeptHead, size - kKeptHead};
    each(row);
    at += size;
  }
}

/// Puts a row into the block at byte `place`, where another begins or all end. Fails: no memory.
inline Status put_kept(KeptRowsState& state, weir_context* context, KeptRows& kept, size_t place,
                       int64_t time, bool is_matched, std::string_view row) {
  const size_t used = kept.rows == nullptr ? 0 : kept.rows->size;
  const auto size = static_cast<uint32_t>(kKeptHead + row.size());
  WEIR_RETURN_IF_ERROR(state.resize_block(context, &kept.rows, used + size));
  uint8_t* const at = kept.rows->data + place;
  std::memmove(at + size, at, used - place);
  const uint32_t flag = is_matched ? 1 : 0;
  std::memcpy(at, &size, sizeof(size));
  std::memcpy(at + 4, &flag, sizeof(flag));
  std::memcpy(at + 8, &time, sizeof(time));
  std::memcpy(at + kKeptHead, row.data(), row.size());
  return {};
}
inline Status append_kept(KeptRowsState& state, weir_context* context, KeptRows& kept, int64_t time,
                          bool is_matched, std::string_view row) {
  const size_t end = kept.rows == nullptr ? 0 : kept.rows->size;
  return put_kept(state, context, kept, end, time, is_matched, row);
}

/// Forgets what lies before byte `place`.
inline Status drop_kept_before(KeptRowsState& state, weir_context* context, KeptRows& kept, size_t place) {
  if (place == 0 || kept.rows == nullptr) return {};
  const size_t left = kept.rows->size - place;
  std::memmove(kept.rows->data, kept.rows->data + place, left);
  return state.resize_block(context, &kept.rows, left);
}

}  // namespace weir::streams
