#pragma once
// Everything that a keyed table put aside.
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <weir/status.hpp>

#include "state/sorted_run.hpp"
#include "state/state_age.hpp"

namespace weir {

/// The sorted runs of one table, oldest first: a newer one hides what older ones say of a key. When there are
/// several of one level they are merged into one of the next, so that a key is looked for in few of them and
/// each entry is written a few times.
///
/// Counts the keys whose newest value lies here and not in the table's memory, by namespace.
///
/// Threads: one at a time.
class RunStack {
 public:
  struct Options {
    std::string path;  ///< Of the files, to which numbers are added.
    RunShape shape;
    const StateAge* age = nullptr;  ///< Of the table; borrowed. Null: entries never go.
  };
  /// Borrows `account` and `disk` as long as it lives.
  RunStack(Options options, MemoryAccount& account, Disk& disk);

  bool is_empty() const { return runs_.empty(); }
  /// Whether the age of an entry has taken it. An entry that a newer one hides counts, too.
  bool holds_gone() const;
  Result<std::unique_ptr<RunWriter>> begin_run(uint64_t most_entries);
  /// Takes a run that is newer than all others, and merges while there are too many. Needs: the newest value
  /// of every key in it or another run lies here, and not in the table's memory.
  Status add(std::unique_ptr<SortedRun> run);
  /// Makes one run of all, without what its age has taken. Needs: as add().
  Status drop_gone();
  /// Reads the newest entry of a key into item(). Returns whether there is one, be it that the key was
  /// removed.
  Result<bool> find(uint64_t hash, const uint64_t* words, const char* const* texts);
  const RunItem& item() const { return item_; }

  void put_aside(int64_t ns) { ++keys_[ns], ++key_count_; }
  void brought_back(int64_t ns);
  uint64_t key_count() const { return key_count_; }
  bool has_keys_upto(int64_t upto) const { return !keys_.empty() && keys_.begin()->first <= upto; }
  /// Nothing with this namespace or a smaller one counts any more.
  void remove_upto(int64_t upto);

  /// All runs as one. Borrows: until the next call that adds or removes.
  MergedRuns merged() const;
  /// Calls `visit` with the entries that no checkpoint has, in the order in which they were put aside.
  template <class Visit>
  Status visit_changes(Visit&& visit) const {
    for (const auto& run : runs_) {
      if (run->is_in_checkpoint) continue;
      RunCursor cursor(*run);
      while (true) {
        WEIR_ASSIGN_OR_RETURN(const bool has_next, cursor.next());
        if (!has_next) break;
        if (cursor.item().is_changed) WEIR_RETURN_IF_ERROR(visit(cursor.item()));
      }
    }
    return Status::ok();
  }
  bool has_changes() const;
  void mark_in_checkpoint();

  uint64_t held_bytes() const;
  uint64_t file_bytes() const;
  /// Changes whenever runs are added, merged or dropped: cursors that were made before are of no use.
  uint64_t generation() const { return generation_; }

 private:
  static constexpr size_t kRunsALevel = 6;
  static constexpr size_t kNamespaceBytes = 64;  // A node of keys_.
  Status merge_newest(size_t count, uint32_t level);

  const Options options_;
  MemoryAccount& account_;
  Disk& disk_;
  std::vector<std::unique_ptr<SortedRun>> runs_;
  std::map<int64_t, uint64_t> keys_;
  uint64_t key_count_ = 0;
  uint64_t next_file_ = 0;
  uint64_t generation_ = 0;
  std::string block_;  // What find() read; item_ points into it.
  RunItem item_;
};

}  // namespace weir
