#pragma once
// Sorted runs in the host's log.
#include <cstdint>
#include <vector>

#include <weir/binding.hpp>
#include <weir/row_order.hpp>
#include <weir/state.hpp>

#include "merge_passes.hpp"

namespace weir::basic {

/// A batch of a run has a last column that holds the run's number, by which the runs of before a restart are
/// found. Needs: declare() in bind(), before all else.
class RunLog {
 public:
  struct Found {
    std::vector<SortedRun> runs;  ///< In the order in which they were begun.
    uint64_t row_bytes = 0;       ///< Of a row, as an average over the batch in which it is largest.
  };
  void declare(Binding& binding, const Schema& input);
  /// Returns the number of the batch that comes next. A run is called by that of its first batch.
  Result<uint64_t> next_number(weir_context* context) const { return log_.count(context); }
  Status append(weir_context* context, Batch batch, uint64_t run);
  /// Returns a batch without the number of its run.
  Result<Batch> read(weir_context* context, uint64_t index) const;
  Result<Found> find(weir_context* context, const std::vector<SortColumn>& by) const;
  Status clear(weir_context* context) { return log_.clear(context); }

 private:
  LogState log_{"rows", {}};
};

}  // namespace weir::basic
