#pragma once
// What a keyed table put aside: entries in a temporary file, ordered by namespace and key.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <weir/status.hpp>

#include "data/memory.hpp"
#include "state/key_shape.hpp"
#include "state/text_arena.hpp"
#include "state/value_entry.hpp"
#include "world/disk.hpp"

namespace weir {

/// How the slots of one table are laid out in runs.
struct RunShape {
  const KeyShape& key;
  uint32_t slot_size = 0;
  size_t ref_count = 0;
};

/// An entry of a run, with its key as words. Borrows from the cursor or block that it was read from.
struct RunItem {
  bool is_stored = false;   ///< The key is in a checkpoint, or an earlier value of it.
  bool is_changed = false;  ///< This value was in no checkpoint when it was written here.
  ValueEntry entry;
  std::string_view bytes;  ///< The entry as it is stored.
  std::vector<uint64_t> words;
  std::vector<const char*> texts;
  uint64_t hash = 0;
};

/// Returns less than, equal to or greater than 0 as (namespace, key) `a` comes before, with or after `b`.
int compare_places(const KeyShape& key, const uint64_t* a, const char* const* a_texts, const uint64_t* b,
                   const char* const* b_texts);

/// An immutable file of entries in blocks of some KiB. In memory it keeps the first key of each block and a
/// filter of ten bits a key, which tells nearly always without a look at the file that a key is not there.
/// The file needs no sync: what must survive is saved with the checkpoint. It is removed with the run.
///
/// Threads: one at a time.
class SortedRun {
 public:
  ~SortedRun();
  SortedRun(const SortedRun&) = delete;
  SortedRun& operator=(const SortedRun&) = delete;

  bool may_hold(uint64_t hash) const;
  /// Reads the entry of a key into `item`. Returns whether there is one. Fails with kCorrupt or kIo.
  Result<bool> find(const uint64_t* words, const char* const* texts, std::string& block, RunItem& item) const;
  const RunShape& shape() const { return shape_; }
  uint64_t entry_count() const { return entry_count_; }
  uint64_t file_bytes() const { return file_bytes_; }
  uint64_t held_bytes() const { return held_bytes_ + texts_.held_bytes(); }

  uint32_t level = 0;             ///< How often its entries were merged.
  int64_t gone_upto = INT64_MIN;  ///< Entries with this namespace or a smaller one do not count any more.
  int64_t last_ns = INT64_MIN;    ///< The highest namespace in it.
  int64_t oldest_us = INT64_MAX;  ///< The earliest time in it, where entries have times.
  bool is_in_checkpoint = false;  ///< Everything in it was there when a checkpoint was taken.

 private:
  friend class RunWriter;
  friend class RunCursor;
  struct Block {
    uint64_t offset;
    uint32_t size;
    uint64_t xxh3;
  };
  SortedRun(const RunShape& shape, MemoryAccount& account, Disk& disk);
  Status no_memory() const;
  Status charge(size_t bytes);
  Status read_block(size_t index, std::string& into) const;
  /// Returns the block in which a key lies if it is there at all; it may be before the first (then 0).
  size_t block_of(const uint64_t* words, const char* const* texts) const;
  const uint64_t* first_words(size_t block) const {
    return first_words_.data() + block * shape_.key.word_count();
  }
  const char* const* first_texts(size_t block) const {
    return first_texts_.data() + block * shape_.key.text_count();
  }

  const RunShape shape_;
  MemoryAccount& account_;
  Disk& disk_;
  std::unique_ptr<File> file_;
  std::vector<Block> blocks_;
  std::vector<uint64_t> first_words_;     // Of each block.
  std::vector<const char*> first_texts_;  // Point into texts_.
  TextArena texts_;
  std::vector<uint64_t> filter_;  // Of 512-bit lines.
  uint64_t entry_count_ = 0;
  uint64_t file_bytes_ = 0;
  uint64_t held_bytes_ = 0;
};

/// Writes a run, entry by entry in order.
class RunWriter {
 public:
  /// Makes `path`. `most_entries` may come. Borrows the rest as long as the run lives.
  static Result<std::unique_ptr<RunWriter>> open(const RunShape& shape, MemoryAccount& account, Disk& disk,
                                                 const std::string& path, uint64_t most_entries);
  /// Needs: it comes after the one before.
  Status add(const uint64_t* words, const char* const* texts, uint64_t hash, bool is_stored, bool is_changed,
             std::string_view entry);
  /// Needs: an entry with this time was added.
  void note_time(int64_t time_us) { run_->oldest_us = std::min(run_->oldest_us, time_us); }
  Result<std::unique_ptr<SortedRun>> finish();

 private:
  RunWriter() = default;
  Status end_block();
  Status flush();

  std::unique_ptr<SortedRun> run_;
  std::string block_;
  std::string waiting_;  // Blocks that are not written yet.
  uint64_t written_bytes_ = 0;
};

/// Reads the entries of a run in order, some blocks ahead.
class RunCursor {
 public:
  /// Borrows `run`. Begins before the first entry that counts.
  explicit RunCursor(const SortedRun& run) : run_(run) {}
  /// Begins behind this key instead.
  Status seek_behind(const uint64_t* words, const char* const* texts);
  /// Reads the next entry that counts. Returns whether there is one; item() is it then.
  Result<bool> next();
  /// Borrows: until the next call.
  const RunItem& item() const { return item_; }
  const SortedRun& run() const { return run_; }

 private:
  const SortedRun& run_;
  size_t block_ = 0;  // The next one to be read.
  std::string bytes_;
  size_t at_ = 0;
  RunItem item_;
};

/// Reads the entries of several runs as one: of a key that several have, the newest.
class MergedRuns {
 public:
  /// Borrows `runs`, oldest first.
  explicit MergedRuns(const std::vector<const SortedRun*>& runs);
  Status seek_behind(const uint64_t* words, const char* const* texts);
  /// Returns the run that has the next key, null at the end; item() is its entry then.
  Result<const SortedRun*> next();
  const RunItem& item() const { return cursors_[newest_]->item(); }
  /// Where item() comes from.
  const SortedRun& run() const { return cursors_[newest_]->run(); }

 private:
  Status advance(size_t cursor);
  std::vector<std::unique_ptr<RunCursor>> cursors_;
  std::vector<bool> has_item_;
  std::vector<size_t> to_advance_;  // Those whose entry was given, or hidden by it.
  bool is_begun_ = false;
  size_t newest_ = 0;
};

}  // namespace weir
