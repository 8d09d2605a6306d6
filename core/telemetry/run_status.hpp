#pragma once
// What a running pipeline says of itself: to `weir status`, to /status and /metrics.
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/metrics.hpp"

namespace weir {

struct SinkStatus {
  std::string node;
  std::string breaker;    ///< "closed", "open", "half-open".
  uint64_t failures = 0;  ///< In a row.
  uint64_t all_failures = 0;
  std::string reason;  ///< Of the last failure; empty while the sink is well.
};

/// Rejected rows of a node by code.
struct ErrorCount {
  std::string node;
  std::string code;
  uint64_t rows = 0;
};

struct CheckpointStatus {
  uint64_t count = 0;
  uint64_t abandoned = 0;
  uint64_t epoch = 0;       ///< Of the last; 0: none yet.
  int64_t ended_us = 0;     ///< Of the last.
  int64_t last_us = 0;      ///< How long the last took.
  int64_t total_us = 0;     ///< How long all took.
  uint64_t size_bytes = 0;  ///< Of the last one's pages.
};

struct DiskStatus {
  bool is_full = false;
  std::string reason;  ///< Empty while there is room.
};

/// Where a run is. kStarting goes to kRunning, and both to kStopping.
enum class RunPhase { kStarting, kRunning, kStopping };

struct RunStatus {
  std::string pipeline;
  std::string run;
  int64_t process = 0;
  int64_t started_us = 0;
  int64_t now_us = 0;
  RunPhase phase = RunPhase::kStarting;
  MetricsSnapshot metrics;
  std::vector<ErrorCount> errors;
  std::vector<SinkStatus> sinks;
  CheckpointStatus checkpoint;
  DiskStatus disk;
  int64_t bytes_done = 0;
  int64_t bytes_total = -1;  ///< -1: not known.
  /// Rows a second that each node gave or, a sink, took, lately; in the order of `metrics.nodes`.
  std::vector<double> rates;
};

/// Knows how fast rows went over the last ten seconds.
///
/// Threads: one at a time.
class RowRates {
 public:
  /// Notes the counts of now, and returns the rates, by node.
  std::vector<double> update(const MetricsSnapshot& metrics, int64_t now_us);

 private:
  struct Sample {
    int64_t time_us;
    std::vector<uint64_t> rows;
  };
  std::deque<Sample> samples_;
};

/// Why the run is not ready for work; nothing when it is.
std::optional<std::string> unready_reason(const RunStatus& status);

/// Returns one JSON object, without a newline.
std::string status_json(const RunStatus& status);
/// Returns lines for people.
std::string status_text(const RunStatus& status);
/// Returns the metrics in the text format of Prometheus, version 0.0.4.
std::string prometheus_text(const RunStatus& status);

}  // namespace weir
