#pragma once
// What is behind SimDisk: the tree of names, the changes of names not yet synced, and planned failures.
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "world/clock.hpp"
#include "world/sim_inode.hpp"

namespace weir {

/// Threads: whoever calls holds `mutex`.
class SimStore {
 public:
  /// A name in a directory, which need not be taken.
  struct Place {
    uint64_t directory;
    std::string name;  // Empty for the root itself.
  };

  explicit SimStore(const Clock* clock);

  /// Counts and logs a call. Returns the errno with which it must fail, or 0. Throws SimCrash when planned.
  int begin_call(const std::string& name, const std::string& what);
  /// Returns where `path` is or would be; the errno, when what should be a directory is none.
  std::pair<std::optional<Place>, int> find(const std::string& path) const;
  /// Returns what has that name now.
  std::optional<uint64_t> lookup(const Place& place) const;
  uint64_t make(const Place& place, bool is_directory, uint32_t permissions);
  void remove(const Place& place);
  void rename(const Place& from, const Place& to);
  void sync_names(uint64_t directory);
  void crash(uint64_t seed);
  void format();
  /// Returns the time for a change that is made now.
  int64_t now_us() { return clock_ != nullptr ? clock_->now_us() : ++ticks_; }

  std::mutex mutex;
  std::map<uint64_t, SimInode> inodes;
  uint64_t epoch = 0;  // Power losses so far; a handle from an earlier one is dead.
  std::vector<std::string> calls;
  std::map<uint64_t, int> failing_calls;                          // Number of the call -> errno.
  std::map<std::string, std::pair<int, uint64_t>> failing_names;  // Name of the call -> errno, how often.
  std::optional<uint64_t> crashing_call;
  bool is_down = false;  // From the crashing call to crash().

 private:
  // One change of names. A power loss keeps or loses both halves together, unless the directory of one was
  // synced: then that half lasts, and the other is still open. So the changes of a directory keep their
  // order.
  struct NameChange {
    std::optional<Place> taken;  // Loses its name, if that still leads to `inode`.
    std::optional<Place> set;    // Leads to `inode` afterwards.
    uint64_t inode = 0;
  };
  void make_root();
  void change_names(NameChange change);
  void take_durably(const NameChange& change);
  void set_durably(const NameChange& change);

  const Clock* const clock_;
  int64_t ticks_ = 0;
  uint64_t next_inode_ = 2;
  std::vector<NameChange> unsynced_;
};

}  // namespace weir
