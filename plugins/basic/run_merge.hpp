#pragma once
// Sorted runs, merged a portion at a time.
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include <weir/batch.hpp>
#include <weir/row_order.hpp>

namespace weir::basic {

/// Reads batch `index` of the runs.
using ReadBatch = std::function<Result<Batch>(uint64_t index)>;

/// The batches of one sorted run, in order, by number.
using RunBatches = std::vector<uint64_t>;

/// Holds one batch of each run. Of equal rows those of the earlier run come first.
class RunMerge {
 public:
  /// Fails: a batch cannot be read.
  static Result<RunMerge> start(std::vector<RunBatches> runs, std::vector<SortColumn> by, ReadBatch read);
  bool is_done() const { return waiting_.empty(); }
  /// Returns the next rows, at most `max_rows`. Needs: !is_done(). Fails: a batch cannot be read.
  Result<Batch> next(size_t max_rows);

 private:
  struct Run {
    RunBatches batches;
    size_t next_batch = 0;
    Batch batch;
    SortKeys keys;
    size_t row = 0;
    std::vector<uint32_t> picked;  // Rows of `batch` in the portion that is being made.
    std::vector<uint32_t> places;  // And where each stands in it.
  };
  RunMerge(std::vector<SortColumn> by, ReadBatch read) : by_(std::move(by)), read_(std::move(read)) {}
  /// Whether the run has another row; reads its next batch where needed.
  Result<bool> advance(Run& run, std::vector<Batch>& pieces, std::vector<uint32_t>& places);
  static void cut_piece(Run& run, std::vector<Batch>& pieces, std::vector<uint32_t>& places);
  Result<bool> load(Run& run);
  bool comes_later(size_t a, size_t b) const;

  std::vector<SortColumn> by_;
  ReadBatch read_;
  std::vector<Run> runs_;
  std::vector<size_t> waiting_;  // A heap of runs that have rows; the least is at the front.
};

}  // namespace weir::basic
