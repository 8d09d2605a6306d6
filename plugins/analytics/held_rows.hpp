#pragma once
// Rows that wait for a watermark, held as they came: most never need to be written into a state and read
// again.
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <weir/batch.hpp>
#include <weir/status.hpp>

namespace weir::behaviour {

/// What is held is in no state: before a barrier it must be put there, with take_all().
///
/// Threads: one instance's.
class HeldRows {
 public:
  /// Puts these rows of the batch into a state.
  using Keep = std::function<Status(const Batch& batch, std::span<const uint32_t> rows)>;

  /// About what the ranges of one file have at once that are being decoded.
  static constexpr size_t kMostBatches = 32;

  bool is_full() const { return held_.size() == kMostBatches; }
  /// `time`: the column of the batch by which its rows wait. Needs: !is_full(), times that are not null.
  void add(Batch batch, size_t time, std::vector<uint32_t> rows);
  /// Takes out every row, in the order in which they came.
  Status take_all(const Keep& keep);
  /// Takes out the rows with a time <= `upto`, in the order in which they came, without hidden columns.
  void take_upto(int64_t upto, std::vector<Batch>& taken);

 private:
  struct Held {
    Batch batch;
    size_t time;
    std::vector<uint32_t> rows;
    int64_t earliest;  ///< The least of their times.
  };
  static int64_t earliest_of(const Batch& batch, size_t time, std::span<const uint32_t> rows);

  std::vector<Held> held_;
};

}  // namespace weir::behaviour
