#pragma once
// Active keys counted exactly, at a cost that does not grow with the length of the windows.
#include "active_counts.hpp"

namespace weir::behaviour {

/// A key counts in every window that reaches back to the day on which it was last active. So for each segment
/// it is enough to know of how many keys each of the last days was the last: a row costs one look-up, a day
/// one for each key that was active on it. Keys that are behind the longest window are forgotten.
///
/// Threads: one instance's.
class ExactActiveCounts final : public ActiveCounter {
 public:
  /// Needs: ascending, from 1.
  explicit ExactActiveCounts(std::vector<int64_t> windows) : windows_(std::move(windows)) {}

  void declare(const std::vector<Field>& keys, const std::vector<Field>& segments, Binding& binding) override;
  Status keep(weir_context* context, const MarkedRows& marked, std::span<const int64_t> day_ends) override;
  Result<bool> count(weir_context* context, const TrailingDays& days, uint64_t& cursor) override;
  Result<ActiveCounts> counts(weir_context* context, const TrailingDays& days, uint64_t& cursor) override;
  Result<bool> end_day(weir_context* context, const TrailingDays& days) override;

 private:
  static constexpr size_t kPortionKeys = 4096;
  static constexpr size_t kPortionSegments = 256;

  struct Mark {
    uint64_t is_set;
  };
  struct LastDay {
    int64_t number;
    int64_t end;
    uint64_t is_set;
  };
  /// Of how many keys each of the last days was the last: int64, at the place number % longest window.
  struct Segment {
    weir_block* last_days;
    static std::vector<uint32_t> ref_offsets() { return {0}; }
    int64_t* counts() const { return reinterpret_cast<int64_t*>(last_days->data); }
  };

  int64_t longest() const { return windows_.back(); }
  size_t place(int64_t day) const { return static_cast<size_t>((day % longest() + longest()) % longest()); }
  Result<bool> forget_portion(weir_context* context, int64_t upto, uint64_t& cursor);
  Status move_to_day(weir_context* context, const TrailingDays& days,
                     std::span<const weir_column* const> keys, const Slots<LastDay>& last,
                     const Slots<Segment>& segments);
  Status make_room(weir_context* context, Segment& segment);

  const std::vector<int64_t> windows_;
  size_t key_count_ = 0;
  bool has_segments_ = false;
  ValueState<Mark> waiting_{"waiting"};  // Keys under the end of a day that is not over.
  ValueState<LastDay> last_{"last"};     // Keys.
  ValueState<Mark> by_last_{"by_last"};  // Keys under the end of the day on which they were last active.
  ValueState<Segment> segments_{"segments"};
  bool are_old_forgotten_ = false;  // On the day that is counted.
  bool goes_on_ = false;
  // Used again.
  std::vector<uint32_t> known_;
  std::vector<int64_t> known_from_;
  std::vector<uint32_t> fresh_;
  std::vector<int64_t> targets_;
};

}  // namespace weir::behaviour
