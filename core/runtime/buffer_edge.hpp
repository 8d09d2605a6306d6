#pragma once
// A durable edge while a run goes on: what its two ends and their regions know of each other.
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>
#include <weir/batch.hpp>

#include "plan/plan.hpp"
#include "runtime/region_shared.hpp"
#include "runtime/run.hpp"
#include "state/durable_buffer.hpp"
#include "world/world.hpp"

namespace weir {

class Actor;

/// Joins the region that writes a buffer to the one that reads it. Rows can be read once the manifest of the
/// first says that they are there, and their files go once the manifest of the second says that it needs them
/// no more.
///
/// Threads: any, at once, but for open() and connect(), which come first.
class BufferEdge {
 public:
  /// `directory` is where the buffers of the run lie.
  BufferEdge(World& world, const std::string& directory, const PlanBuffer& planned, const BoundNode& node);

  void connect(Actor& writer, Actor& reader) {
    writer_ = &writer;
    reader_ = &reader;
  }
  void set_regions(RegionShared& writing, RegionShared& reading) {
    writing_ = &writing;
    reading_ = &reading;
  }
  /// Finds the rows that the manifests of the two regions speak of. Needs: their restore().
  Status open(const Manifest& written, const Manifest& read);

  const std::string& name() const { return name_; }
  /// Under which the regions keep where its ends stand.
  const std::string& key() const { return key_; }
  const BufferLimits& limits() const { return limits_; }
  /// Who writes appends to it; who reads opens a BufferReader on it.
  DurableBuffer& rows() { return rows_; }
  /// Returns the batch with what is hidden in it as a column of rows().schema(), and the other way round.
  Batch to_rest(const Batch& batch) const;
  Batch from_rest(Batch batch, int64_t now_ns) const;

  /// Whether it holds as much as it may.
  bool is_full() const { return rows_.size_bytes() >= static_cast<uint64_t>(limits_.bytes); }
  /// How far it can be read.
  BufferMark published() const;
  /// The manifest of the writing region holds `mark`: both ends are told.
  void publish(const BufferMark& mark);
  /// The mark that a manifest of the writing region has for it.
  std::optional<BufferMark> mark_in(const Manifest& manifest) const;
  /// Whether the rows behind those that were written are waited for.
  bool is_idle() const { return is_idle_.load(); }
  void set_idle(bool is_idle);
  /// Where the reader goes on.
  uint64_t restored_position() const { return restored_position_; }
  int64_t restored_watermark_us() const { return restored_watermark_us_; }
  /// The manifest of the reading region says that it needs nothing before `batch`: the writer is told.
  Status release(uint64_t batch);
  /// The reader wants no more: what comes is thrown away.
  void close();
  bool is_closed() const { return is_closed_.load(); }
  /// There is room only when the other region goes on: its next checkpoint shall come at once.
  void ask_reading_region() { reading_->ask_checkpoint(); }
  void ask_writing_region() { writing_->ask_checkpoint(); }
  void count_dropped(uint64_t rows) { dropped_rows_ += rows; }
  BufferReport report() const;
  /// Takes everything away. Needs: nothing writes or reads it any more.
  Status clear();

 private:
  const std::string name_;
  const std::string key_;
  const BufferLimits limits_;
  const bool has_row_watermark_;
  DurableBuffer rows_;
  uint64_t restored_position_ = 0;             // Constant after open().
  int64_t restored_watermark_us_ = INT64_MIN;  // Constant after open().
  Actor* writer_ = nullptr;                    // Constant after connect(), as is what follows.
  Actor* reader_ = nullptr;
  RegionShared* writing_ = nullptr;
  RegionShared* reading_ = nullptr;
  std::atomic<uint64_t> dropped_rows_{0};
  std::atomic<bool> is_closed_{false};
  std::atomic<bool> is_idle_{false};
  mutable std::mutex mutex_;
  BufferMark published_;  // Guarded by mutex_.
};

}  // namespace weir
