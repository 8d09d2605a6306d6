#pragma once
// How far one key comes in a funnel: the attempt that gets furthest, found in its events.
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace weir::behaviour {

inline constexpr size_t kMaxSteps = 16;
inline constexpr size_t kMaxExclusions = 16;
inline constexpr uint32_t kStepMarks = 0xFFFF;

/// One row of a key. Plain bytes: it is kept in state.
struct FunnelEvent {
  int64_t time;      ///< [us]
  uint32_t marks;    ///< Bit s: it is step s; bit 16 + x: it is exclusion x.
  uint32_t segment;  ///< Of a row that is step 0: the number of its segment.
};

struct FunnelRules {
  struct Exclusion {
    size_t after = 0;   ///< It ends attempts that have taken this step,
    size_t before = 0;  ///< and not yet this one.
  };
  size_t step_count = 0;
  bool is_strict = false;  ///< No row of the key lies between two steps.
  int64_t within = 0;      ///< [us] from the first step to the last, inclusive.
  std::vector<Exclusion> exclusions;
};

struct Attempt {
  size_t reached = 0;  ///< Steps taken; 0: there was no attempt.
  uint32_t segment = 0;
  std::array<int64_t, kMaxSteps> times{};
};

/// By time; of one time the row of the earliest step first and rows of no step last, so that what came first
/// by accident decides nothing.
inline bool comes_before(const FunnelEvent& a, const FunnelEvent& b) {
  if (a.time != b.time) return a.time < b.time;
  const int first_a = std::countr_zero(a.marks & kStepMarks);
  const int first_b = std::countr_zero(b.marks & kStepMarks);
  if (first_a != first_b) return first_a < first_b;
  return a.marks != b.marks ? a.marks < b.marks : a.segment < b.segment;
}

/// Every row that is the first step begins an attempt, which takes each further step at the first row of it
/// behind the step before. Returned is the attempt that gets furthest; of several the earliest.
///
/// Attempts are tried in the order of their beginning, so the row at which one takes a step never lies before
/// the row at which an earlier one took it: a mark for each step that only goes forward finds them all, in
/// O(events x steps) and without memory.
///
/// Threads: one instance's.
class AttemptFinder {
 public:
  explicit AttemptFinder(FunnelRules rules) : rules_(std::move(rules)) {}
  const FunnelRules& rules() const { return rules_; }

  /// Of the attempts that begin in [from, to). Needs: events in the order of comes_before().
  Attempt best(std::span<const FunnelEvent> events, int64_t from, int64_t to) {
    events_ = events;
    next_step_.fill(0);
    if (!rules_.exclusions.empty())
      for (auto& of_step : next_exclusion_) of_step.fill(0);
    Attempt best;
    for (size_t i = 0; i < events.size() && best.reached < rules_.step_count; ++i) {
      if ((events[i].marks & 1) == 0 || events[i].time < from) continue;
      if (events[i].time >= to) break;
      if (const Attempt made = attempt_from(i); made.reached > best.reached) best = made;
    }
    return best;
  }

 private:
  Attempt attempt_from(size_t at) {
    Attempt made;
    made.segment = events_[at].segment;
    made.times[0] = events_[at].time;
    for (made.reached = 1; made.reached < rules_.step_count; ++made.reached) {
      const size_t next = row_of_step(made.reached, at);
      if (next == events_.size() || events_[next].time - made.times[0] > rules_.within) break;
      if (is_excluded(made.reached - 1, at, next)) break;
      at = next;
      made.times[made.reached] = events_[at].time;
    }
    return made;
  }
  bool is_marked(size_t row, size_t bit) const { return (events_[row].marks >> bit & 1) != 0; }
  /// The first row behind `at` that is the step; events_.size(): none.
  size_t row_of_step(size_t step, size_t at) {
    if (rules_.is_strict) return at + 1 < events_.size() && is_marked(at + 1, step) ? at + 1 : events_.size();
    return first_behind(next_step_[step], step, at);
  }
  /// Whether an exclusion lies between the row that took `step` and the one that takes the step after it.
  bool is_excluded(size_t step, size_t at, size_t next) {
    for (size_t x = 0; x < rules_.exclusions.size(); ++x) {
      const FunnelRules::Exclusion& exclusion = rules_.exclusions[x];
      if (step < exclusion.after || step >= exclusion.before) continue;
      if (first_behind(next_exclusion_[step][x], kMaxSteps + x, at) < next) return true;
    }
    return false;
  }
  size_t first_behind(size_t& mark, size_t bit, size_t at) const {
    mark = std::max(mark, at + 1);
    while (mark < events_.size() && !is_marked(mark, bit)) ++mark;
    return mark;
  }

  const FunnelRules rules_;
  std::span<const FunnelEvent> events_;
  std::array<size_t, kMaxSteps> next_step_{};
  std::array<std::array<size_t, kMaxExclusions>, kMaxSteps> next_exclusion_{};
};

}  // namespace weir::behaviour
