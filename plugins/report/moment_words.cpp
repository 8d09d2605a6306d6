#include "moment_words.hpp"

#include <algorithm>

#include <weir/date_text.hpp>

#include "number_text.hpp"

namespace weir::report {

void find_days(Column& column, const DayZone& zone) {
  if (column.days) return;
  bool has_moments = false;
  const bool are_days = std::ranges::all_of(column.cells, [&](const Cell& cell) {
    const auto* moment = std::get_if<Moment>(&cell);
    has_moments |= moment != nullptr;
    return moment == nullptr || zone.begins_a_day(moment->us);
  });
  if (has_moments && are_days) column.days = zone;
}

std::string moment_words(const Column& column, Moment moment) {
  if (column.days) return date_text(column.days->day_of(moment.us));
  return moment_text(moment);
}

}  // namespace weir::report
