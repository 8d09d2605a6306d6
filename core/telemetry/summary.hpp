#pragma once
// The table at the end of a run.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "telemetry/metrics.hpp"

namespace weir {

/// Rows that a node rejected, and the command or file where they can be read.
struct RejectedRows {
  std::string node;
  uint64_t rows = 0;
  std::string where;  ///< Such as "weir dead list shop" or "out/bad.ndjson".
};

struct RunSummary {
  std::vector<NodeSnapshot> nodes;  ///< Shown in this order.
  int64_t elapsed_us = 0;
  size_t threads = 1;
  std::vector<RejectedRows> rejected;
};

/// Returns the table, a line each ending in a newline:
///
///   node    rows in  rows out  rejected   MB/s  busy
///   events        0     1,234         3  240.1  45 %
///
///   3 rows rejected by events: weir dead list shop
///   2 rows came too late for minutes and were left out: nothing reads minutes.late
///
/// MB/s counts a node's input, a source's output. Busy is the share of the run's time on all its threads.
std::string render_summary(const RunSummary& summary);

}  // namespace weir
