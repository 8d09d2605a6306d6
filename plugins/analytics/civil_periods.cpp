#include "civil_periods.hpp"

#include <algorithm>
#include <utility>

namespace weir::behaviour {
namespace {
/// Enough for every day of 20 years; what is more is forgotten and reckoned again.
constexpr size_t kMaxKnown = 7305;
}  // namespace

Result<CivilPeriods> CivilPeriods::make(CalendarUnit unit, const std::string& zone) {
  WEIR_ASSIGN_OR_RETURN(const aggregates::Calendar calendar, aggregates::Calendar::make(unit, zone));
  return CivilPeriods(calendar);
}

const Period& CivilPeriods::at(int64_t time) {
  if (last_ < known_.size() && known_[last_].holds(time)) return known_[last_];
  auto place = std::ranges::upper_bound(known_, time, {}, &Period::start);
  if (place != known_.begin() && std::prev(place)->holds(time)) {
    last_ = static_cast<size_t>(std::prev(place) - known_.begin());
    return known_[last_];
  }
  if (known_.size() == kMaxKnown) {
    known_.clear();
    place = known_.end();
  }
  const aggregates::Span span = calendar_.span_of(time);
  place = known_.insert(place, {calendar_.number_of(time), span.start, span.end});
  last_ = static_cast<size_t>(place - known_.begin());
  return *place;
}

Period CivilPeriods::numbered(int64_t number) const {
  const aggregates::Span span = calendar_.numbered(number);
  return {number, span.start, span.end};
}

}  // namespace weir::behaviour
