#pragma once
// One file of the simulated disk: what a reader sees now, and what a power loss would leave.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "world/random.hpp"

namespace weir {

/// The bytes of one simulated file. Threads: one at a time.
class SimBytes {
 public:
  const std::string& live() const { return live_; }
  void write(std::string_view bytes, uint64_t offset);
  void truncate(uint64_t size);
  /// All that was written lasts.
  void sync();
  /// A sync failed: what was written since the last good one never lasts.
  void lose_unsynced() { unsynced_.clear(); }
  /// Decides what of the unsynced changes survives; then nothing is unsynced.
  void crash(Random& random);

 private:
  struct Change {
    bool is_truncate = false;
    uint64_t offset = 0;  // The new size, for a truncate.
    std::string bytes;
  };
  static void apply(const Change& change, std::string& bytes);
  static void apply_some_pages(const Change& change, Random& random, std::string& bytes);

  std::string live_;
  std::string durable_;
  std::vector<Change>
      unsynced_;  // In the order made; durable_ with all of these is live_, unless a sync failed.
};

/// A file or directory of the simulated disk, known by number whatever its names.
struct SimInode {
  bool is_directory = false;
  bool is_locked = false;
  uint32_t permissions = 0;
  int64_t modified_us = 0;
  SimBytes bytes;
  std::map<std::string, uint64_t> names;          // Of a directory, as they are now: name -> inode.
  std::map<std::string, uint64_t> durable_names;  // What a power loss leaves for certain.
};

}  // namespace weir
