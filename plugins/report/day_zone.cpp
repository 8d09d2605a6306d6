#include "day_zone.hpp"

#include <date/tz.h>

#include <chrono>
#include <exception>

namespace weir::report {
namespace {

constexpr std::int64_t kMicrosOfDay = 86'400'000'000;

std::int64_t floor_day(std::int64_t us) { return us / kMicrosOfDay - (us % kMicrosOfDay < 0 ? 1 : 0); }

}  // namespace

Result<DayZone> DayZone::named(const std::string& name) {
  DayZone zone;
  if (name == "UTC") return zone;
  try {
    zone.rules_ = date::locate_zone(name);
  } catch (const std::exception&) {
    return Status::invalid("timezone: there is no time zone '" + name + "'; write Europe/Berlin or UTC");
  }
  return zone;
}

std::string DayZone::name() const { return is_utc() ? "UTC" : rules_->name(); }

std::int64_t DayZone::clock_us(std::int64_t moment_us) const {
  if (rules_ == nullptr) return moment_us;
  const date::sys_time<std::chrono::microseconds> moment{std::chrono::microseconds(moment_us)};
  return rules_->to_local(moment).time_since_epoch().count();
}

std::int64_t DayZone::day_of(std::int64_t moment_us) const { return floor_day(clock_us(moment_us)); }

bool DayZone::begins_a_day(std::int64_t moment_us) const {
  if (rules_ == nullptr) return moment_us % kMicrosOfDay == 0;
  return day_of(moment_us) != day_of(moment_us - 1);
}

}  // namespace weir::report
