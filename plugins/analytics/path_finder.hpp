#pragma once
// The paths of one key: what it did behind an event, or before it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weir::behaviour {

/// One row of a key. Plain bytes: it is kept in state.
struct PathEvent {
  int64_t time;             ///< [us]
  uint32_t name;            ///< The number of the event's name.
  uint32_t segment_from_1;  ///< Of the event that paths are about: its segment's number, from 1. Else 0.

  bool is_anchor() const { return segment_from_1 != 0; }
  uint32_t segment() const { return segment_from_1 - 1; }
};

enum class PathDirection { kFrom, kTo };
enum class Repeats { kKeep, kCollapse };
enum class Occurrences { kFirst, kEvery };

struct PathRules {
  PathDirection direction = PathDirection::kFrom;
  Repeats repeats = Repeats::kKeep;
  Occurrences occurrences = Occurrences::kFirst;
  size_t steps = 0;
  int64_t within = 0;  ///< [us] between the event and the furthest step, inclusive.
};

/// A path is the events behind one occurrence of the event that paths are about (or before it, the nearest
/// first), as many as the rules take.
///
/// Threads: one instance's.
class PathFinder {
 public:
  explicit PathFinder(const PathRules& rules) : rules_(rules) { path_.reserve(rules.steps); }
  const PathRules& rules() const { return rules_; }

  /// Calls use(segment, names) for each path that is about an occurrence in [from, to). `names` is shorter
  /// than rules().steps where the key did no more. Borrows: during the call.
  /// Needs: events of one key in the order of their time.
  template <class Use>
  void find(std::span<const PathEvent> events, int64_t from, int64_t to, Use use) {
    for (size_t i = 0; i < events.size() && events[i].time < to; ++i) {
      if (!events[i].is_anchor() || events[i].time < from) continue;
      const bool is_repeat = i > 0 && events[i - 1].is_anchor() && events[i - 1].time >= from;
      if (is_repeat && rules_.repeats == Repeats::kCollapse) continue;
      follow(events, i);
      use(events[i].segment(), std::span<const uint32_t>(path_));
      if (rules_.occurrences == Occurrences::kFirst) return;
    }
  }

 private:
  void follow(std::span<const PathEvent> events, size_t anchor) {
    path_.clear();
    const bool is_forward = rules_.direction == PathDirection::kFrom;
    const size_t left = is_forward ? events.size() - anchor - 1 : anchor;
    uint32_t before = events[anchor].name;
    for (size_t n = 1; n <= left && path_.size() < rules_.steps; ++n) {
      const PathEvent& event = events[is_forward ? anchor + n : anchor - n];
      const int64_t distance =
          is_forward ? event.time - events[anchor].time : events[anchor].time - event.time;
      if (distance > rules_.within) return;
      if (event.name == before && rules_.repeats == Repeats::kCollapse) continue;
      before = event.name;
      path_.push_back(event.name);
    }
  }

  const PathRules rules_;
  std::vector<uint32_t> path_;  // Used again.
};

}  // namespace weir::behaviour
