#include "alert_rule.hpp"

#include <weir/numbers.hpp>

namespace weir::analytics {
namespace {

Status check_number(const std::string& where, const Field& field) {
  if (is_number(field.type.type)) return {};
  return Status::invalid(where + " is " + field.type.to_string() + ", expected a number");
}

}  // namespace

Status AlertRule::check(const std::string& name, const Schema& input) const {
  const std::string where = "rules: " + name + ": ";
  if (int{value.has_value()} + int{burn.has_value()} + int{absent.has_value()} != 1)
    return Status::invalid(where + "one of value, burn and absent is needed, and only one");
  if (absent) {
    if (above || below || clear || change_over || wait.count() != 0 || keep_firing_for.count() != 0)
      return Status::invalid(where +
                             "absent goes without above, below, clear, change_over, for and keep_firing_for");
    return {};
  }
  if (above.has_value() == below.has_value())
    return Status::invalid(where + "one of above and below is needed, and only one");
  if (clear && above && *clear > *above)
    return Status::invalid(where +
                           "clear is above the threshold, so that an incident would end while it goes on");
  if (clear && below && *clear < *below)
    return Status::invalid(where +
                           "clear is below the threshold, so that an incident would end while it goes on");
  if (change_over && !value) return Status::invalid(where + "change_over goes with value");
  if (value) return check_number(where + "value", value->field());
  if (below) return Status::invalid(where + "burn goes with above");
  WEIR_RETURN_IF_ERROR(check_number(where + "burn.long", input[burn->long_window.index]));
  return check_number(where + "burn.short", input[burn->short_window.index]);
}

void AlertRule::add_read_columns(std::vector<ColumnId>& read) const {
  if (value)
    for (const uint32_t column : value->columns()) read.emplace_back(0, column);
  if (burn) read.insert(read.end(), {ColumnId(burn->long_window), ColumnId(burn->short_window)});
}

OptionList<BurnPair> BurnPair::options() {
  return options_of<BurnPair>(required("long", &BurnPair::long_window, "The burn rate over the long stretch.",
                                       example_value("burn_1h")),
                              required("short", &BurnPair::short_window,
                                       "The burn rate over the short stretch.", example_value("burn_5m")));
}

OptionList<AlertRule> AlertRule::options() {
  return options_of<AlertRule>(
      optional(
          "value", &AlertRule::value,
          "A number of each row. A score of an anomaly detector is one, as is a ratio: `errors / total`.",
          example_value("p99")),
      optional("burn", &AlertRule::burn,
               "Two columns of `slo`: the rule looks at the smaller, so that both are beyond the threshold.",
               example_value("{long: burn_1h, short: burn_5m}")),
      optional("absent", &AlertRule::absent, range(1, 3.2e14),
               "Breached when a key that was seen has no row for so long.", example_value("10m")),
      optional(
          "clock", &AlertRule::clock, "event",
          choices<AbsenceClock>({{"event", AbsenceClock::kEvent}, {"wall", AbsenceClock::kWall}}),
          "Of `absent`: `event` goes by the rows' times, so that history gives the same incidents, and sees "
          "nothing when all keys fall silent at once; `wall` goes by the clock and sees that too.",
          example_value("wall")),
      optional("above", &AlertRule::above, "Breached while the value is greater.", example_value("500")),
      optional("below", &AlertRule::below, "Breached while the value is smaller.", example_value("0.99")),
      optional("clear", &AlertRule::clear,
               "Hysteresis: an incident ends when the value is back at this, not already at the threshold.",
               example_value("400")),
      optional("change_over", &AlertRule::change_over, range(1, 3.2e14),
               "Looks not at the value but at how it differs from the one of the row exactly so long before; "
               "where "
               "there is none, or it is 0 and the change relative, there is nothing to say.",
               example_value("7d")),
      optional(
          "change", &AlertRule::change, "relative",
          choices<ChangeKind>({{"relative", ChangeKind::kRelative}, {"absolute", ChangeKind::kAbsolute}}),
          "`relative`: (now - before) / |before|; `absolute`: now - before.", example_value("absolute")),
      optional("for", &AlertRule::wait, "0s", range(0, 3.2e14),
               "How long every row must be beyond the threshold before anybody is told.",
               example_value("5m")),
      optional("keep_firing_for", &AlertRule::keep_firing_for, "0s", range(0, 3.2e14),
               "How long every row must be clear before the incident ends: what flaps is one incident.",
               example_value("10m")),
      optional("severity", &AlertRule::severity, "page", "Goes with each notice.", example_value("ticket")),
      optional("summary", &AlertRule::summary, "\"\"",
               "What the sentence begins with; the rule's name where it is left out.",
               example_value("\"p99 latency is too high\"")));
}

OptionList<Silence> Silence::options() {
  return options_of<Silence>(
      optional("rule", &Silence::rule, "Only this rule.", example_value("slow")),
      optional("where", &Silence::where, Type::kBool, "Only keys whose last row is so.",
               example_value("service = 'batch'")),
      required("from", &Silence::from, "When it begins, in event time.",
               example_value("2025-01-01T22:00:00Z")),
      required("until", &Silence::until, "When it is over. What is still breached then is told then.",
               example_value("2025-01-02T02:00:00Z")));
}

}  // namespace weir::analytics
