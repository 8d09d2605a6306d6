#pragma once
// What an alert keeps of each key, and how one reading moves it.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include <weir/state.hpp>

#include "alert_rule.hpp"

namespace weir::analytics {

///   kQuiet --breached--> kPending --breached for `for`--> kFiring --clear for `keep_firing_for`--> kQuiet
///                        kPending --not breached--> kQuiet
/// A reading that says nothing (NaN) moves nothing.
enum class Phase : uint64_t { kQuiet = 0, kPending, kFiring };

/// One rule of one key.
struct RuleWatch {
  Phase phase;
  int64_t since;        ///< When the breach began.
  int64_t clear_since;  ///< When it was first clear again.
  uint64_t is_clear;
  weir_block* history;  ///< Of change_over: (time, value) pairs, oldest first.
};

/// A key's slot; behind it lies a RuleWatch for each rule.
struct KeyWatch {
  int64_t first_time;
  int64_t last_time;
  uint64_t is_known;
  uint64_t silences;   ///< Which of them match its last row.
  uint64_t deadlines;  ///< Of which rules one is set.
  RuleWatch& rule(size_t index) { return reinterpret_cast<RuleWatch*>(this + 1)[index]; }
};

using KeyWatches = ValueState<KeyWatch>;
/// Sets the layout of slots with so many rules.
inline void lay_out(KeyWatches& state, size_t rule_count) {
  state.spec().slot_size = static_cast<uint32_t>(sizeof(KeyWatch) + rule_count * sizeof(RuleWatch));
  state.spec().ref_offsets.clear();
  for (size_t i = 0; i < rule_count; ++i)
    state.spec().ref_offsets.push_back(
        static_cast<uint32_t>(sizeof(KeyWatch) + i * sizeof(RuleWatch) + offsetof(RuleWatch, history)));
}

enum class Move { kNone, kBegins, kGoesOn, kEnds };

/// Moves the watch by a reading at `time`. `may_fire`: the key was seen for long enough.
inline Move move(RuleWatch& watch, const AlertRule& rule, double reading, int64_t time, bool may_fire) {
  if (watch.phase == Phase::kFiring) {
    if (std::isnan(reading)) return Move::kGoesOn;
    if (!rule.is_cleared(reading)) {
      watch.is_clear = 0;
      return Move::kGoesOn;
    }
    if (watch.is_clear == 0) watch.clear_since = time;
    watch.is_clear = 1;
    if (time - watch.clear_since < rule.keep_firing_for.count()) return Move::kGoesOn;
    watch.phase = Phase::kQuiet;
    return Move::kEnds;
  }
  if (std::isnan(reading)) return Move::kNone;
  if (!rule.is_breached(reading)) {
    watch.phase = Phase::kQuiet;
    return Move::kNone;
  }
  if (watch.phase == Phase::kQuiet) watch.since = time;
  watch.phase = Phase::kPending;
  if (!may_fire || time - watch.since < rule.wait.count()) return Move::kNone;
  watch.phase = Phase::kFiring;
  watch.is_clear = 0;
  return Move::kBegins;
}

/// A value of the past.
struct PastValue {
  int64_t time;
  double value;
};
inline constexpr size_t kMostPastValues = 100'000;

/// Returns how `value` differs from that of exactly change_over before, NaN where there is none, and keeps
/// it. Needs: time > that of the call before. Fails: no memory.
inline Result<double> take_change(KeyWatches& state, weir_context* context, RuleWatch& watch,
                                  const AlertRule& rule, double value, int64_t time) {
  constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
  size_t count = watch.history == nullptr ? 0 : watch.history->size / sizeof(PastValue);
  auto* past = count == 0 ? nullptr : reinterpret_cast<PastValue*>(watch.history->data);
  const int64_t then = time - rule.change_over->count();
  PastValue* const at =
      std::partition_point(past, past + count, [then](const PastValue& each) { return each.time < then; });
  double before = kNothing;
  if (at != past + count && at->time == then) before = at->value;
  // What is older than the period is not asked for again; it goes when it is half of all.
  size_t gone = static_cast<size_t>(at - past);
  if (gone < count / 2 && count < kMostPastValues) gone = 0;
  if (count - gone >= kMostPastValues) gone = count - kMostPastValues + 1;
  if (gone > 0) std::memmove(past, past + gone, (count - gone) * sizeof(PastValue));
  count -= gone;
  WEIR_RETURN_IF_ERROR(state.resize_block(context, &watch.history, (count + 1) * sizeof(PastValue)));
  reinterpret_cast<PastValue*>(watch.history->data)[count] = {time, value};
  if (std::isnan(before) || std::isnan(value)) return kNothing;
  if (rule.change == ChangeKind::kAbsolute) return value - before;
  return before == 0 ? kNothing : (value - before) / std::abs(before);
}

}  // namespace weir::analytics
