#pragma once
// Which sorted runs are merged at once, when not all of them fit into memory.
#include <cstdint>
#include <deque>
#include <vector>

#include "run_merge.hpp"

namespace weir::basic {

/// A sorted run as it lies in the log.
struct SortedRun {
  RunBatches batches;
  uint64_t batch_bytes = 0;  ///< What its largest batch takes while it is merged.
};

/// Merges neighbours until those that are left can be merged at once. The order of the runs stays, and with
/// it that of equal rows.
class MergePasses {
 public:
  struct Group {
    std::vector<SortedRun> runs;
    bool is_last = false;  ///< There are no other runs.
  };
  MergePasses(std::vector<SortedRun> runs, uint64_t memory_bytes);
  /// Returns what to merge next: runs whose batches fit into memory, and two at least where there are two.
  Group next();
  /// Takes the run that the last group, which was not `is_last`, became.
  void add_merged(SortedRun run) { merged_.push_back(std::move(run)); }

 private:
  bool do_all_fit() const;

  const uint64_t memory_bytes_;
  std::deque<SortedRun> waiting_;
  std::vector<SortedRun> merged_;  // Of this pass; they lie before those that wait.
};

}  // namespace weir::basic
