#pragma once
// What an alert looks at: one rule, a silence, and how they are checked before any data.
#include <optional>
#include <string>
#include <vector>

#include <weir/expression.hpp>
#include <weir/node.hpp>
#include <weir/options.hpp>

namespace weir::analytics {

/// Which clock a rule `absent` goes by.
enum class AbsenceClock { kEvent, kWall };
enum class ChangeKind { kRelative, kAbsolute };

/// Two burn rates of one objective, over a long and a short stretch of time.
struct BurnPair {
  ColumnRef long_window;
  ColumnRef short_window;
  static OptionList<BurnPair> options();
};

/// One of value, burn and absent is there.
struct AlertRule {
  std::optional<Expression> value;
  std::optional<BurnPair> burn;
  std::optional<Duration> absent;
  AbsenceClock clock = AbsenceClock::kEvent;
  std::optional<double> above;
  std::optional<double> below;
  std::optional<double> clear;
  std::optional<Duration> change_over;
  ChangeKind change = ChangeKind::kRelative;
  Duration wait{};
  Duration keep_firing_for{};
  std::string severity;
  std::string summary;
  static OptionList<AlertRule> options();

  /// Fails: with what is missing, too much or does not fit.
  Status check(const std::string& name, const Schema& input) const;
  /// The input columns that it reads.
  void add_read_columns(std::vector<ColumnId>& read) const;
  double threshold() const { return above ? *above : below.value_or(0); }
  /// Whether the value is beyond the threshold. NaN never is.
  bool is_breached(double reading) const { return above ? reading > *above : reading < *below; }
  /// Whether an incident may end: the value is back at `clear`, else at the threshold. NaN never is.
  bool is_cleared(double reading) const {
    return above ? reading <= clear.value_or(*above) : reading >= clear.value_or(*below);
  }
};

/// A time in which nobody is told.
struct Silence {
  std::optional<std::string> rule;
  std::optional<Expression> where;
  Timestamp from;
  Timestamp until;
  static OptionList<Silence> options();
};

}  // namespace weir::analytics
