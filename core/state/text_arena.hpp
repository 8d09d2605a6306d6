#pragma once
// The long texts of a keyed table's keys.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "data/memory.hpp"

namespace weir {

/// Texts one behind the other in chunks. A text that is dropped leaves a hole; when holes outweigh what is
/// alive the table copies its texts into a new arena and swaps, so that nothing forgotten stays in memory.
///
/// Threads: one at a time.
class TextArena {
 public:
  /// Borrows `account` as long as the arena lives.
  explicit TextArena(MemoryAccount& account) : account_(&account) {}
  ~TextArena();
  TextArena(const TextArena&) = delete;
  TextArena& operator=(const TextArena&) = delete;

  /// Returns a copy of `text` that stays where it is; null when there is no memory.
  const char* add(std::string_view text);
  void drop(size_t size) { live_bytes_ -= size; }
  void swap(TextArena& other) noexcept;

  /// Returns whether most of a notable size is holes.
  bool wants_compaction() const {
    const bool is_worth_it = live_bytes_ < tried_bytes_ / 2 || used_bytes_ / 2 > tried_used_bytes_;
    return used_bytes_ > 64 * 1024 && live_bytes_ < used_bytes_ / 2 && is_worth_it;
  }
  /// There was no room for a second copy: that is worth another try when half of it is gone, or when there is
  /// twice as much.
  void could_not_compact() {
    tried_bytes_ = live_bytes_;
    tried_used_bytes_ = used_bytes_;
  }
  size_t held_bytes() const { return held_bytes_; }

 private:
  struct Chunk {
    char* bytes;
    size_t size;
  };
  MemoryAccount* account_;
  std::vector<Chunk> chunks_;
  char* at_ = nullptr;  // Free room of the newest chunk that texts share.
  size_t room_ = 0;
  size_t next_size_ = 4096;  // Of the next chunk; doubles.
  size_t held_bytes_ = 0;
  size_t used_bytes_ = 0;
  size_t live_bytes_ = 0;
  size_t tried_bytes_ = SIZE_MAX;
  size_t tried_used_bytes_ = SIZE_MAX;
};

}  // namespace weir
