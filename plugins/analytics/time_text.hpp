#pragma once
// Times and durations as people read them.
#include <cstdint>
#include <string>

#include <weir/date_text.hpp>

namespace weir::analytics {

/// Returns "2025-01-31T10:00:00Z", with a fraction where there is one.
inline std::string time_text(int64_t us) {
  constexpr int64_t kDay = 86'400'000'000;
  const int64_t day = us / kDay - (us % kDay < 0 ? 1 : 0);
  const int64_t in_day = us - day * kDay;
  char clock[32];
  char* at = clock;
  *at++ = 'T';
  at = put_digits(at, static_cast<uint64_t>(in_day / 3'600'000'000), 2);
  *at++ = ':';
  at = put_digits(at, static_cast<uint64_t>(in_day / 60'000'000 % 60), 2);
  *at++ = ':';
  at = put_digits(at, static_cast<uint64_t>(in_day / 1'000'000 % 60), 2);
  if (in_day % 1'000'000 != 0) {
    *at++ = '.';
    at = put_digits(at, static_cast<uint64_t>(in_day % 1'000'000), 6);
  }
  *at++ = 'Z';
  return date_text(day) + std::string(clock, at);
}

/// Returns the duration in the greatest unit that divides it: "90s", "2h", "7d".
inline std::string duration_text(int64_t us) {
  struct Unit {
    int64_t us;
    const char* name;
  };
  for (const Unit unit : {Unit{86'400'000'000, "d"}, Unit{3'600'000'000, "h"}, Unit{60'000'000, "m"},
                          Unit{1'000'000, "s"}, Unit{1000, "ms"}})
    if (us != 0 && us % unit.us == 0) return std::to_string(us / unit.us) + unit.name;
  return us == 0 ? "0s" : std::to_string(us) + "us";
}

}  // namespace weir::analytics
