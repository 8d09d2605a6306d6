#pragma once
// What the attempts of one window came to, by segment and step.
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <weir/column.hpp>

#include "duration_sample.hpp"
#include "funnel_path.hpp"

namespace weir::behaviour {

/// Threads: one instance's.
class FunnelTally {
 public:
  explicit FunnelTally(std::vector<std::string> step_names) : step_names_(std::move(step_names)) {}
  /// Needs: attempt.reached > 0.
  void add(const Attempt& attempt);
  bool has(uint32_t segment) const { return segment < segments_.size() && !segments_[segment].steps.empty(); }
  /// Returns step, step_name, entered, converted, rate_from_first, rate_from_previous, p50_seconds and
  /// p90_seconds: a row for each step of each of these segments, also of those that it does not have.
  std::vector<Column> columns(std::span<const uint32_t> segments);
  size_t step_count() const { return step_names_.size(); }
  void clear() { segments_.clear(); }

 private:
  struct Step {
    int64_t converted = 0;
    DurationSample since_previous;
  };
  struct Segment {
    std::vector<Step> steps;
  };
  const std::vector<std::string> step_names_;
  std::vector<Segment> segments_;  // By number of the segment.
};

}  // namespace weir::behaviour
