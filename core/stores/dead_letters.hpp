#pragma once
// Rejected rows that nothing in the pipeline read: kept on disk until somebody looks at them.
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weir/batch.hpp>
#include <weir/schema.hpp>
#include <weir/status.hpp>

#include "data/ipc.hpp"
#include "state/batch_message.hpp"
#include "world/disk.hpp"
#include "world/fault_point.hpp"

namespace weir {

/// One row of the errors schema. Texts that were null are empty.
struct DeadLetter {
  int64_t time_us = 0;
  std::string run, node, port, component, code, message, partition;
  std::optional<int64_t> offset;
  std::string column;
  std::string raw;
  bool operator==(const DeadLetter&) const = default;
};

/// How many rows of one node have one code.
struct DeadLetterCount {
  std::string node;
  std::string code;
  uint64_t rows = 0;
  int64_t first_us = 0;
  int64_t last_us = 0;
  bool operator==(const DeadLetterCount&) const = default;
};

/// Which rows are meant; an empty text means any.
struct DeadLetterFilter {
  std::string node;
  std::string code;
  std::string run;
  std::function<bool(const DeadLetter&)> also = {};  ///< When set, it has to agree.
  bool matches(const DeadLetter& row) const;
};

/// Keeps rows as Arrow IPC streams `<number>.arrows` under `directory`. Each process begins a stream of its
/// own; one that has grown to the segment size is sealed and followed by the next.
///
/// A stream that ends in the middle of a message (its process was killed) is read up to there, and the
/// reader says so.
/// Threads: append(), sync() and mark() from any; the others one at a time and not beside them.
class DeadLetters {
 public:
  static constexpr size_t kSegmentBytes = 64 * 1024 * 1024;
  /// `schema` is that of every errors port. Borrows `disk` and `faults` as long as it lives.
  DeadLetters(Disk& disk, FaultPoints& faults, std::string directory, Schema schema,
              size_t segment_bytes = kSegmentBytes);
  ~DeadLetters();
  DeadLetters(const DeadLetters&) = delete;
  DeadLetters& operator=(const DeadLetters&) = delete;

  /// Rows survive a power loss after the next sync(). Fails: kNoSpace leaves the rows in memory, and flush()
  /// writes them when there is room.
  /// Fault point: dead.segment.write.
  Status append(const Batch& rows);
  /// Writes what append() could not.
  Status flush();
  /// Writes what append() could not, too. After a fault nobody knows what is on the disk: only cut_back_to()
  /// makes it good.
  /// Fault points: dead.segment.sync, dead.dir.sync.
  Status sync();
  /// Returns a place, as bytes for a manifest, that cut_back_to() understands. Call after sync().
  std::string mark() const;
  /// Removes what was appended after `mark`, so that a run that goes on from a checkpoint does not reject the
  /// same rows twice. What was appended and not synced is forgotten too. Fails with kCorrupt when it is no
  /// mark.
  Status cut_back_to(std::string_view mark);
  /// Syncs and seals the stream. Later calls of append() begin another.
  Status close();

  struct Read {
    uint64_t rows = 0;               ///< That `visit` was given.
    std::vector<std::string> notes;  ///< Streams that could not be read to their end, one sentence each.
  };
  /// Calls `visit` for every row that matches, oldest stream first, until it answers false.
  Result<Read> for_each(const DeadLetterFilter& filter,
                        const std::function<bool(const DeadLetter&)>& visit) const;
  struct Counts {
    std::vector<DeadLetterCount> counts;  ///< By node, then code.
    std::vector<std::string> notes;
  };
  Result<Counts> list(const DeadLetterFilter& filter = {}) const;
  /// Removes the rows that match, once they were retried or are not wanted: the others of their stream are
  /// written to `<number>.kept.arrows`, which cut_back_to() leaves alone, before the stream goes. A crash in
  /// between leaves rows twice, never not at all. Returns how many rows are gone. Call while nothing is
  /// appended. Fault points: dead.kept.write, .sync, .close, .rename, .sync_dir, dead.segment.remove.
  Result<uint64_t> remove(const DeadLetterFilter& filter);

 private:
  struct Segment;
  /// The name of a stream: its number, and whether it holds what remove() kept of it.
  struct Name {
    uint64_t number = 0;
    bool is_kept = false;
    auto operator<=>(const Name&) const = default;
  };
  std::string path_of(Name name) const;
  Result<std::vector<Name>> names() const;
  Status flush_locked();
  Status begin_segment();
  Status write(MessageBytes& bytes);
  Status sync_locked();
  Status sync_segment();
  Status mark_beginning();
  Status close_locked();
  Status seal_locked();
  Result<uint64_t> remove_from(Name name, const DeadLetterFilter& filter);
  Status seal_at(uint64_t number, uint64_t size_bytes, uint64_t next_message);
  enum class Seal { kThere, kMissing, kNotReached };
  struct SegmentRead {
    std::string note;  ///< Why it could not be read to its end; empty: it could.
    Seal seal;
  };
  Result<SegmentRead> read_segment(Name name, const std::function<bool(const Batch&)>& visit) const;

  Disk& disk_;
  FaultPoints& faults_;
  const std::string directory_;
  const Schema schema_;
  const size_t segment_bytes_;
  mutable std::mutex mutex_;
  std::unique_ptr<Segment> segment_;  // Guarded by mutex_. Null before the first append.
  std::deque<Batch> unwritten_;       // Guarded by mutex_. What the disk had no room for.
  std::string mark_;                  // Guarded by mutex_. Of the last sync; empty before the first.
};

}  // namespace weir
