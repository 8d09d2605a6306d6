#include "period_columns.hpp"

namespace weir::analytics {
namespace {

std::string_view word_of(Base base, const ComparedValue& value, const Amount& before) {
  switch (base) {
    case Base::kAbsent:
      return "absent";
    case Base::kNoSuchWindow:
      return "no_such_window";
    case Base::kOpen:
      return "open";
    default:
      break;
  }
  if (before.is_null) return "null";
  if (base == Base::kPartial) return "partial";
  return value.type.is_zero(before) ? "zero" : "present";
}

}  // namespace

std::string_view name_of(PeriodBefore period) {
  switch (period) {
    case PeriodBefore::kDay:
      return "day";
    case PeriodBefore::kWeek:
      return "week";
    case PeriodBefore::kMonth:
      return "month";
    case PeriodBefore::kQuarter:
      return "quarter";
    case PeriodBefore::kYear:
      return "year";
    case PeriodBefore::kIsoYear:
      break;
  }
  return "iso_year";
}

std::vector<Field> fields_of(const ComparedValue& value, PeriodBefore period) {
  const std::string stem = value.name + "_" + std::string(name_of(period));
  return {{stem + "_before", value.type.result()},
          {stem + "_change", value.type.result()},
          {stem + "_relative", Type::kFloat64},
          {stem + "_base", Type::kString, false}};
}

std::vector<Column> compared(const ComparedValue& value, std::span<const Amount> now,
                             std::span<const Amount> before, std::span<const Base> bases) {
  std::vector<Amount> earlier(now.size());
  std::vector<Amount> changes(now.size());
  ColumnBuilder<double> relatives;
  DictionaryBuilder words;
  for (size_t row = 0; row < now.size(); ++row) {
    const bool is_there = bases[row] == Base::kThere || bases[row] == Base::kPartial;
    if (is_there) earlier[row] = before[row];
    if (bases[row] == Base::kThere) changes[row] = value.type.difference(now[row], before[row]);
    if (changes[row].is_null || value.type.is_zero(before[row]))
      relatives.append_null();
    else
      relatives.append(value.type.relative(changes[row], before[row]));
    words.append(word_of(bases[row], value, earlier[row]));
  }
  return {value.type.build(earlier), value.type.build(changes), std::move(relatives).finish(),
          std::move(words).finish()};
}

}  // namespace weir::analytics
