#pragma once
// A transform over all keys that counts and gives one civil period after another, each when it is over.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <weir/keyed_transform.hpp>

#include "behaviour_rows.hpp"
#include "civil_periods.hpp"
#include "marked_rows.hpp"

namespace weir::behaviour {

/// What the options of such a transform have in common.
struct PeriodChoice {
  std::vector<ColumnRef> by;         ///< Whose rows they are.
  std::vector<ColumnRef> carried;    ///< What else of a row is needed.
  std::optional<CalendarUnit> unit;  ///< Without it all time is one period, over at the end of the input.
  std::string timezone;
};

/// A period that takes no more rows.
struct OverPeriod {
  Period period;             ///< Of all time: from kBeforeAll to kNever.
  bool is_complete = false;  ///< Time has come to its end.
  int64_t first_time = 0;    ///< Of all rows that are somebody's [us].
  int64_t latest_time = 0;   ///< How far time has come [us].
};

/// Which rows lie in a period is decided by their time alone, so a stream, in which periods are over one by
/// one, gives what history gives, in which all are at the end. One copy keeps the state; copies before it
/// send it only the columns that it needs.
///
/// Threads: one instance's.
class PeriodByPeriod : public KeyedTransform {
 public:
  Result<Progress> process(Batch batch, size_t, Emitter& emitter) final;
  Result<Progress> on_watermark(int64_t time, size_t, Emitter& emitter) final;
  Result<Progress> on_end(size_t, Emitter& emitter) final;
  Result<Progress> more(Emitter& emitter) final;

 protected:
  explicit PeriodByPeriod(PeriodChoice choice) : choice_(std::move(choice)) {}

  /// The first thing in bind(). Fails: what is wrong with the options that all have in common.
  Status prepare(const Schema& input);
  /// A binding with the port `out`, which begins with window_start and window_end where there are periods.
  Binding begin_binding() const;
  /// Adds a column to `out`.
  void add_column(Binding& binding, const char* name, const DataType& type, bool is_nullable = false) const;
  /// Adds columns of the input to `out`, as they are.
  static void keep_columns(Binding& binding, const Schema& input, const std::vector<ColumnRef>& columns);
  /// The last thing in bind() before own states are declared: the port `late`, what is read, and the state.
  void end_binding(Binding& binding, const Schema& input);
  /// window_start and window_end of `count` rows; nothing where all time is one period.
  std::vector<Column> window_columns(const OverPeriod& over, size_t count) const;

  /// Takes rows that are somebody's. `ends`: the end of each row's period, by place in marked.rows.
  virtual Status keep(const MarkedRows& marked, std::span<const int64_t> ends) = 0;
  /// Called for each period in which there are rows, in their order, and for those that was_given() asked
  /// for.
  virtual void begin(const OverPeriod&) {}
  /// Counts a portion. Returns whether there is more. `cursor` begins as 0.
  virtual Result<bool> count_portion(const OverPeriod& over, uint64_t& cursor) = 0;
  /// Gives a portion. Returns whether there is more. `cursor` begins as 0.
  virtual Result<bool> give_portion(const OverPeriod& over, uint64_t& cursor, Emitter& emitter) = 0;
  /// Forgets what is not needed any more. Returns whether the period behind has something to give though no
  /// row may lie in it.
  virtual Result<bool> was_given(const OverPeriod& over) = 0;

  const PeriodChoice& choice() const { return choice_; }
  bool has_periods() const { return choice_.unit.has_value(); }
  /// Needs: has_periods(), after prepare().
  const CivilPeriods& calendar() const { return *calendar_; }

 private:
  static constexpr size_t kPortionsAtOnce = 16;

  /// kWaiting --a period is over--> kCounting --all keys--> kGiving --all rows--> kWaiting
  enum class Phase { kWaiting, kCounting, kGiving };

  /// How far all of it is. Kept in state, under no key.
  struct Age {
    int64_t first_time;
    int64_t latest_time;
    int64_t given_upto;  ///< Periods that end here or before were given.
    int64_t next_end;    ///< Of the period that was_given() asked for, or kNever.
    uint64_t is_set;
  };
  /// Marks a period in which there are rows. Kept in state, under its end.
  struct HasRows {
    uint64_t is_set;
  };

  Status take(MarkedRows marked);
  Status note_periods();
  Result<Age*> the_age();
  Period period_at(int64_t time);
  Result<bool> begin_period();
  Status end_period();

  const PeriodChoice choice_;
  std::optional<CivilPeriods> calendar_;
  std::optional<RowMarker> marker_;
  ValueState<Age> age_{"age"};
  ValueState<HasRows> periods_{"periods"};
  int64_t watermark_ = kBeforeAll;
  int64_t due_upto_ = kBeforeAll;  // Periods that end here or before are over.
  int64_t earliest_end_ =
      kBeforeAll;  // No period that ends before is to be given; after a restart not known.
  bool has_ended_ = false;
  Phase phase_ = Phase::kWaiting;
  OverPeriod over_;  // What is counted or given.
  uint64_t cursor_ = 0;
  // Used again for each batch.
  std::vector<int64_t> ends_;
  std::vector<int64_t> different_ends_;
};

}  // namespace weir::behaviour
