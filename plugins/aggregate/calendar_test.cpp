#include "calendar.hpp"

#include <gtest/gtest.h>

namespace weir::aggregates {
namespace {

constexpr int64_t kHourUs = 3'600'000'000;

TEST(Calendar, UnitsAreNumberedWithoutGapsFromTheOneThatHolds1970) {
  for (const CalendarUnit unit : {CalendarUnit::kDay, CalendarUnit::kWeek, CalendarUnit::kMonth,
                                  CalendarUnit::kQuarter, CalendarUnit::kYear}) {
    for (const char* const zone : {"UTC", "Europe/Berlin", "America/Sao_Paulo", "America/St_Johns"}) {
      const Calendar calendar = *Calendar::make(unit, zone);
      EXPECT_EQ(calendar.number_of(12 * kHourUs), 0) << zone;
      // From the end of 1959 to that of 1980, in steps that meet no unit's border twice.
      int64_t time = -10 * 365 * 24 * kHourUs;
      int64_t number = calendar.number_of(time);
      while (time < 11 * 365 * 24 * kHourUs) {
        const Span span = calendar.span_of(time);
        ASSERT_EQ(calendar.number_of(time), number) << zone << ' ' << time;
        ASSERT_EQ(calendar.numbered(number), span) << zone << ' ' << time;
        ASSERT_EQ(calendar.number_of(span.end - 1), number) << zone << ' ' << time;
        time = span.end;
        ++number;
      }
    }
  }
}

}  // namespace
}  // namespace weir::aggregates
