#pragma once
// Rows between two regions, at rest: what one has written for good and the other has not finished with.
#include <cstdint>
#include <deque>
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
#include "world/disk.hpp"
#include "world/fault_point.hpp"

namespace weir {

/// How far a buffer is written, for the manifest of the region that writes it. Batches count from 0 over the
/// buffer's whole life.
struct BufferMark {
  uint64_t next_batch = 0;
  uint64_t segment = 0;     ///< The first batch of the file that is open.
  uint64_t size_bytes = 0;  ///< Of that file; 0: none is open.
  int64_t watermark_us = INT64_MIN;
  bool is_ended = false;  ///< Nothing will follow.
  std::string bytes() const;
  static Result<BufferMark> parse(std::string_view bytes);
  bool operator==(const BufferMark&) const = default;
};

/// Keeps batches as Arrow IPC streams `<first batch>.arrows` under `directory`. One that has grown to the
/// segment size is sealed with the end mark and followed by another.
///
/// The order of steps makes a crash harmless. Written: bytes are appended; at a barrier the file is synced,
/// then the directory, and only then the manifest names how far it reaches; nothing behind that is ever read.
/// Removed: the manifest of the reading region says that it needs a file no more, and only then is it
/// unlinked. A restart takes away what is behind the mark and what is before the reader, so that files need
/// never be deleted by hand.
///
/// Threads: append(), sync() and seal() one at a time; the rest from any, at once.
class DurableBuffer {
 public:
  static constexpr uint64_t kLargestSegmentBytes = 64 << 20;
  /// Borrows `disk` and `faults` as long as it lives.
  DurableBuffer(Disk& disk, FaultPoints& faults, std::string directory, Schema schema,
                uint64_t segment_bytes = kLargestSegmentBytes);
  ~DurableBuffer();
  DurableBuffer(const DurableBuffer&) = delete;
  DurableBuffer& operator=(const DurableBuffer&) = delete;

  /// Makes it what it was at `mark`, without what was behind it and without files that hold nothing from
  /// batch `needed` on. Call once, first. Fault points: buffer.segment.cut, .seal, .unlink, buffer.dir.sync.
  Status open(const BufferMark& mark, uint64_t needed);
  /// Appends a batch with a note of its reader. After a fault nothing was appended.
  /// Fault point: buffer.segment.write.
  Status append(const weir_batch& batch, std::string_view note);
  /// Returns how far it reaches, when that survives a power loss.
  /// Fault points: buffer.segment.sync, buffer.dir.sync.
  Result<BufferMark> sync();
  /// Seals the open file, so that release() can take it away. Fault points: as append() and sync().
  Status seal();

  /// The manifest of the reading region says that it needs nothing before `batch`. A file that cannot be
  /// taken away is tried again at the next call. Fault point: buffer.segment.unlink.
  Status release(uint64_t batch);
  /// Takes away the oldest sealed file, if all of it is before `committed`. Returns how many of its rows
  /// nobody has read; nothing when there is no such file.
  Result<std::optional<uint64_t>> drop_oldest(uint64_t committed);

  /// [bytes] of its files.
  uint64_t size_bytes() const;
  uint64_t next_batch() const;
  const Schema& schema() const { return schema_; }

  /// Where batch `batch` lies, or the first behind it that is there; nothing when none is.
  struct Place {
    std::string path;
    uint64_t first = 0;      ///< Batch of the file.
    uint64_t end = 0;        ///< The first batch that is not in the file.
    bool is_sealed = false;  ///< Nothing more is written to it.
  };
  std::optional<Place> find(uint64_t batch) const;
  /// The reader has batches before `batch`: drop_oldest() need not count them.
  void has_read(uint64_t batch);
  /// Whether the oldest file could go once the reader's region says so.
  bool has_read_oldest() const;
  /// Batches before it were taken away by drop_oldest().
  uint64_t dropped_before() const;
  Disk& disk() const { return disk_; }

 private:
  struct Segment {
    uint64_t first = 0;
    uint64_t size_bytes = 0;
    bool is_sealed = false;
    bool is_counted = false;       // rows is known.
    std::vector<uint32_t> rows{};  // By batch.
  };
  std::string path_of(uint64_t first) const;
  Status cut(uint64_t first, const BufferMark& mark, uint64_t size_bytes);
  bool is_segment_empty() const;
  Status drop_empty_segment();
  Status begin_segment();
  Status write(std::string_view bytes);
  Status sync_open_file();
  Status unlink(const Segment& segment);
  uint64_t end_of(size_t index) const;

  Disk& disk_;
  FaultPoints& faults_;
  const std::string directory_;
  const Schema schema_;
  const uint64_t segment_bytes_;

  // The writer's.
  std::unique_ptr<File> file_;  // Null: the next batch begins a segment.
  std::optional<IpcWriter> writer_;
  uint64_t open_bytes_ = 0;  // Of the file.
  bool is_synced_ = true;
  bool is_name_safe_ = true;

  mutable std::mutex mutex_;      // Guards what follows.
  std::deque<Segment> segments_;  // Oldest first; the last may be open.
  uint64_t next_batch_ = 0;
  uint64_t released_ = 0;
  uint64_t read_ = 0;
  uint64_t dropped_ = 0;
};

/// Reads a buffer from a batch on. A damaged message costs itself: the reader looks for the next whole one.
///
/// Threads: one at a time, beside the writer.
class BufferReader {
 public:
  /// Borrows `buffer`.
  BufferReader(DurableBuffer& buffer, uint64_t next_batch) : buffer_(buffer), next_batch_(next_batch) {}
  ~BufferReader();

  /// Something that cannot be given any more, in one sentence, with what is left of it.
  struct Damage {
    std::string path;
    std::string reason;
    uint64_t offset = 0;  ///< [bytes] in the file.
    std::string bytes;    ///< At most 64 KiB.
    uint64_t lost_batches = 0;
    bool is_missing = false;  ///< The file is not there.
  };
  struct Read {
    Batch batch;                   ///< Empty: nothing is there before the limit.
    std::string note;              ///< Of the batch.
    std::optional<Damage> damage;  ///< Before the batch, or alone.
  };
  /// Returns the next batch before `limit`. Fails when the disk does, never for what a file holds.
  Result<Read> next(uint64_t limit);
  /// The batch that next() gives next.
  uint64_t next_batch() const { return next_batch_; }

 private:
  Status go_to(const DurableBuffer::Place& place);
  std::string_view unused() const { return std::string_view(bytes_).substr(used_); }
  void use(size_t bytes);
  void forget_bytes();
  Status fill(uint64_t at_least);
  Read missing(const std::string& path, uint64_t up_to);
  Result<Read> next_in_file(uint64_t limit);
  Result<Read> after_damage(const std::string& reason, uint64_t limit);

  DurableBuffer& buffer_;
  uint64_t next_batch_;
  std::optional<DurableBuffer::Place> place_;
  std::unique_ptr<File> file_;
  std::optional<IpcReader> reader_;
  uint64_t file_batch_ = 0;  // The batch that the reader is at.
  uint64_t limit_ = 0;       // Of the last call.
  uint64_t offset_ = 0;      // Of what was not used yet [bytes] in the file.
  std::string bytes_;        // Read;
  size_t used_ = 0;          // how much of it was used.
};

}  // namespace weir
