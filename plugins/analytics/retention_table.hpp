#pragma once
// Who came back when: what is known of each key, and the counts by cohort and period.
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include <weir/column.hpp>
#include <weir/state.hpp>

#include "behaviour_rows.hpp"
#include "civil_periods.hpp"

namespace weir::behaviour {

enum class RetentionKind { kNDay, kUnbounded, kRolling };

/// What is known of a key. Kept in state.
struct Visits {
  static constexpr uint32_t kVersion = 2;

  /// When it came back, ascending: numbers of the periods that `near` has no bits for; times [us] where
  /// periods are rolling.
  weir_block* seen;
  uint64_t seen_count;  ///< The block has room for more.
  int64_t first_time;   ///< Of the row with which it joined its cohort.
  int64_t near_from;    ///< The number of the period that bit 0 of `near` stands for.
  uint64_t near;        ///< The periods in which it came back, one bit each.
  uint32_t has_first;
  uint32_t cohort;  ///< The number of the attributes that it had then.
  static std::vector<uint32_t> ref_offsets() { return {0}; }

  std::span<const int64_t> all_seen() const {
    if (seen_count == 0) return {};
    return {reinterpret_cast<const int64_t*>(seen->data), static_cast<size_t>(seen_count)};
  }
  /// Notes a period by a bit. Returns whether there is one for it.
  bool note_near(int64_t period);
  /// As weir_state_spec::migrate has it. Version 1 had no `near`, and every period in the block.
  static int32_t migrate(uint32_t from_version, const void* old_slot, uint32_t old_size, void* new_slot,
                         weir_fault* fault);
};
using VisitState = ValueState<Visits>;

/// Puts `value` into its place in the block, once. Fails: no memory.
Status note_seen(VisitState& state, weir_context* context, Visits& visits, int64_t value);

/// How periods behind a first row are counted.
///
/// Threads: one instance's.
class RetentionPeriods {
 public:
  RetentionPeriods(RetentionKind kind, CalendarUnit unit, CivilPeriods calendar, int64_t last)
      : kind_(kind),
        length_(unit == CalendarUnit::kWeek ? 7 * kDayUs : kDayUs),
        last_(last),
        calendar_(std::move(calendar)) {}

  int64_t last() const { return last_; }
  /// Notes that the key came back at `time`. Fails: no memory.
  Status note(VisitState& state, weir_context* context, Visits& visits, int64_t time) {
    if (kind_ == RetentionKind::kRolling) return note_seen(state, context, visits, time);
    const int64_t period = calendar_.at(time).number;
    return visits.note_near(period) ? Status() : note_seen(state, context, visits, period);
  }
  const Period& period_of(int64_t time) { return calendar_.at(time); }
  Period numbered(int64_t number) const { return calendar_.numbered(number); }
  /// Fills `retained`[n], n from 1 to last(): whether the key counts as retained in its period n.
  void retained(const Visits& visits, std::vector<uint8_t>& retained);
  /// When period n of those who joined in `joined` begins [us].
  int64_t begin_of(const Period& joined, int64_t n) const;
  /// When each period from 0 to last() is over [us] for all who joined in `joined`; of unbounded retention
  /// all are over with the last. Borrows: until forget().
  std::span<const int64_t> ends_of(const Period& joined);
  /// The same of period n of one key.
  int64_t end_for(int64_t first_time, int64_t n);
  void forget() { ends_.clear(); }

 private:
  static constexpr int64_t kDayUs = 86'400'000'000;

  const RetentionKind kind_;
  const int64_t length_;  // [us], of a rolling period.
  const int64_t last_;
  CivilPeriods calendar_;
  std::map<int64_t, std::vector<int64_t>> ends_;  // By number of the period in which a cohort joined.
};

/// The counts of one cohort, by period from 0.
struct CohortCounts {
  std::vector<int64_t> users;
  std::vector<int64_t> returned;
};

}  // namespace weir::behaviour
