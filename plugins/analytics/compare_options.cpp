#include "compare_options.hpp"

#include <weir/numbers.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace weir::analytics {
namespace {

constexpr int64_t kDay = int64_t{86'400} * 1'000'000;
constexpr std::array<std::string_view, 5> kUnitNames = {"day", "week", "month", "quarter", "year"};

Result<size_t> time_column(const Schema& input, const char* name) {
  const auto column = input.find(name);
  if (!column)
    return Status::invalid(std::string("its input has no column '") + name +
                           "'; it compares windows: put an aggregate with window: {calendar: day} before it");
  if (input[*column].type.type != Type::kTimestamp)
    return Status::invalid(std::string("its input's column '") + name + "' is " +
                           input[*column].type.to_string() + ", expected timestamp");
  return *column;
}

/// Whether the calendar has a unit of this kind one period before.
bool is_whole(CalendarUnit unit, PeriodBefore period) {
  switch (unit) {
    case CalendarUnit::kDay:
      return true;
    case CalendarUnit::kWeek:
      return period == PeriodBefore::kWeek || period == PeriodBefore::kYear ||
             period == PeriodBefore::kIsoYear;
    case CalendarUnit::kMonth:
      return period == PeriodBefore::kMonth || period == PeriodBefore::kQuarter ||
             period == PeriodBefore::kYear;
    case CalendarUnit::kQuarter:
      return period == PeriodBefore::kQuarter || period == PeriodBefore::kYear;
    case CalendarUnit::kYear:
      break;
  }
  return period == PeriodBefore::kYear;
}

Status check_periods(const CompareOptions& options) {
  if (options.with.empty())
    return Status::invalid("with: at least one period is needed, for example with: [week, year]");
  std::set<PeriodBefore> seen;
  for (const PeriodBefore period : options.with) {
    const std::string name(name_of(period));
    if (!seen.insert(period).second) return Status::invalid("with: '" + name + "' is there twice");
    if (!options.to_date || is_whole(*options.to_date, period)) continue;
    const std::string unit(kUnitNames.at(static_cast<size_t>(*options.to_date)));
    return Status::invalid("to_date: there is no " + unit + " one " + name + " before another; choose '" +
                           unit + "', or take '" + name + "' out of 'with'");
  }
  return {};
}

int64_t reach_of(PeriodBefore period) {
  constexpr std::array<int64_t, 6> kDays = {2, 8, 32, 93, 367, 372};
  return kDays.at(static_cast<size_t>(period)) * kDay;
}

}  // namespace

Result<WindowColumns> find_windows(const Schema& input) {
  WindowColumns made;
  WEIR_ASSIGN_OR_RETURN(made.start, time_column(input, "window_start"));
  WEIR_ASSIGN_OR_RETURN(made.end, time_column(input, "window_end"));
  const auto is_final = input.find("is_final");
  if (is_final && input[*is_final].type.type == Type::kBool) made.is_final = static_cast<int>(*is_final);
  return made;
}

Result<std::vector<ComparedValue>> check_compare(const CompareOptions& options, const Schema& input,
                                                 const WindowColumns& windows) {
  WEIR_RETURN_IF_ERROR(check_periods(options));
  if (options.values.empty())
    return Status::invalid("values: at least one column is needed, for example values: [orders]");
  std::set<std::string> names;
  for (const Field& field : input.fields) names.insert(field.name);
  std::vector<ComparedValue> values;
  for (const ColumnRef& ref : options.values) {
    const bool is_of_window = ref.index == windows.start || ref.index == windows.end;
    const bool is_key =
        std::ranges::any_of(options.by, [&](const ColumnRef& key) { return key.index == ref.index; });
    if (is_of_window || is_key)
      return Status::invalid("values: column '" + ref.name +
                             "' says which row it is; only what was computed can be compared");
    if (!weir::is_number(input[ref.index].type.type))
      return Status::invalid("values: column '" + ref.name + "' is " + input[ref.index].type.to_string() +
                             ", expected a number");
    values.push_back({ref.index, ref.name, AmountType(input[ref.index].type)});
    std::vector<std::string> made;
    if (options.to_date) made.push_back(ref.name + "_to_date");
    for (const PeriodBefore period : options.with)
      for (const Field& field : fields_of(values.back(), period)) made.push_back(field.name);
    for (const std::string& name : made)
      if (!names.insert(name).second)
        return Status::invalid("values: two columns of its output would be called '" + name + "'");
  }
  return values;
}

int64_t reach_of(const CompareOptions& options) {
  int64_t reach = 0;
  for (const PeriodBefore period : options.with) reach = std::max(reach, reach_of(period));
  // A sum that goes on began with its unit.
  return options.to_date ? reach + reach_of(static_cast<PeriodBefore>(*options.to_date)) : reach;
}

}  // namespace weir::analytics
