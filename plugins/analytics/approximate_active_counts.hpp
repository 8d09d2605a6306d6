#pragma once
// About how many keys were active, in memory that does not grow with their number.
#include "../aggregate/hll_slot.hpp"
#include "active_counts.hpp"

namespace weir::behaviour {

/// A HyperLogLog for each segment and day; those of a window's days are brought together when the day is
/// over. What comes out follows from the set of keys alone, not from the order of rows.
///
/// Threads: one instance's.
class ApproximateActiveCounts final : public ActiveCounter {
 public:
  /// Needs: ascending, from 1. A precision that sketches have.
  ApproximateActiveCounts(std::vector<int64_t> windows, uint32_t precision)
      : windows_(std::move(windows)), precision_(precision) {}

  void declare(const std::vector<Field>& keys, const std::vector<Field>& segments, Binding& binding) override;
  Status keep(weir_context* context, const MarkedRows& marked, std::span<const int64_t> day_ends) override;
  Result<bool> count(weir_context*, const TrailingDays&, uint64_t&) override { return false; }
  Result<ActiveCounts> counts(weir_context* context, const TrailingDays& days, uint64_t& cursor) override;
  Result<bool> end_day(weir_context* context, const TrailingDays& days) override;

 private:
  static constexpr size_t kPortionSegments = 64;

  struct Mark {
    uint64_t is_set;
  };
  using DayState = ValueState<aggregates::HllSlot>;

  const std::vector<int64_t> windows_;
  const uint32_t precision_;
  DayState days_{"days"};  // Segments under the end of a day.
  ValueState<Mark> segments_{"segments"};
  bool goes_on_ = false;
  // Used again.
  std::vector<uint64_t> hashes_;
  std::string saved_;
};

}  // namespace weir::behaviour
