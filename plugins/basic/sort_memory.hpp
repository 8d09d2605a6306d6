#pragma once
// What a sort does with the memory that it is granted, and what it counts as held.
#include <cstdint>
#include <vector>

#include <weir/batch.hpp>
#include <weir/row_order.hpp>

namespace weir::basic {

/// Shares of what a sort holds beside its state. A run is put into order first; when all are written, several
/// are merged at once.
class SortMemory {
 public:
  static constexpr uint64_t kWantedBytes = uint64_t{64} << 20;
  explicit SortMemory(uint64_t bytes = kWantedBytes) : bytes_(bytes) {}
  /// Of a run, as order_bytes() counts; the rest is for the batch of it that is being written.
  uint64_t run_bytes() const { return bytes_ / 16 * 15; }
  /// Of one batch of a run: that many runs can be merged at once as these are small.
  uint64_t batch_bytes() const { return bytes_ / 64; }
  /// Of the batches of runs that are being merged, with their keys. As much again may be pinned by rows that
  /// were picked out of batches which have been read to their end.
  uint64_t merge_bytes() const { return bytes_ / 8 * 3; }
  /// Of the rows that a merge gives at once. They are there three times: in pieces, together, and in order.
  uint64_t portion_bytes() const { return bytes_ / 16; }

 private:
  uint64_t bytes_;
};

/// [bytes] of the buffers that a batch pins, each once.
uint64_t held_bytes(const Batch& batch);

/// [bytes] that these rows take while the run that they are part of is put into order: copied, or with keys.
uint64_t order_bytes(const Batch& batch, const std::vector<SortColumn>& by);

/// [bytes] that a batch of a run takes while it is merged.
uint64_t merge_bytes(const Batch& batch, const std::vector<SortColumn>& by);

/// How many rows of `row_bytes` each fit into `bytes`: at least one, at most `most`.
size_t rows_within(uint64_t bytes, uint64_t row_bytes, size_t most);

}  // namespace weir::basic
