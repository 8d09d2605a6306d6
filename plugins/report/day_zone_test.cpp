#include "day_zone.hpp"

#include <gtest/gtest.h>

#include "compose.hpp"
#include "moment_words.hpp"

namespace weir::report {
namespace {

constexpr std::int64_t kOneHourUs = 3'600'000'000;
constexpr std::int64_t k24HoursUs = 24 * kOneHourUs;
constexpr std::int64_t kSummerUs = 20'270 * k24HoursUs;  // 2025-07-01

DayZone zone_named(const std::string& name) { return DayZone::named(name).value(); }

Column column_at(std::vector<std::int64_t> us) {
  Column column{"at", "", Format::kNumber, "", {}};
  for (const std::int64_t one : us) column.cells.emplace_back(Moment{one});
  return column;
}

TEST(DayZone, ADayBeginsAtItsOwnMidnight) {
  EXPECT_TRUE(zone_named("Europe/Berlin").begins_a_day(kSummerUs - 2 * kOneHourUs));
  EXPECT_FALSE(zone_named("Europe/Berlin").begins_a_day(kSummerUs));
  EXPECT_EQ(zone_named("Europe/Berlin").day_of(kSummerUs - 2 * kOneHourUs), 20'270);
  EXPECT_EQ(zone_named("America/New_York").day_of(kSummerUs), 20'269);
  EXPECT_EQ(DayZone().day_of(-1), -1);
}

TEST(DayZone, ADayWithoutMidnightBeginsWhereTheClocksGoOn) {
  // On 2017-10-15 the clocks of Sao Paulo went from 00:00 to 01:00.
  const std::int64_t begin = 17'454 * k24HoursUs + 3 * kOneHourUs;
  EXPECT_TRUE(zone_named("America/Sao_Paulo").begins_a_day(begin));
  EXPECT_EQ(zone_named("America/Sao_Paulo").day_of(begin), 17'454);
}

TEST(DayZone, AnUnknownOneIsAFault) {
  EXPECT_EQ(std::string(DayZone::named("Europe/Berlim").status().message()),
            "timezone: there is no time zone 'Europe/Berlim'; write Europe/Berlin or UTC");
}

TEST(MomentWords, DaysOfAZoneStayTheseDays) {
  Column days = column_at({kSummerUs - 2 * kOneHourUs, kSummerUs + 22 * kOneHourUs});
  find_days(days, zone_named("Europe/Berlin"));
  EXPECT_EQ(moment_words(days, Moment{kSummerUs - 2 * kOneHourUs}), "2025-07-01");
  Column hours = column_at({kSummerUs - 2 * kOneHourUs, kSummerUs});
  find_days(hours, zone_named("Europe/Berlin"));
  EXPECT_EQ(moment_words(hours, Moment{kSummerUs - 2 * kOneHourUs}), "2025-06-30 22:00 UTC");
}

TEST(MomentWords, ADateIsADayInEveryZone) {
  Column dates = column_at({kSummerUs});
  dates.days = DayZone();
  find_days(dates, zone_named("America/New_York"));
  EXPECT_EQ(moment_words(dates, Moment{kSummerUs}), "2025-07-01");
}

TEST(MomentWords, AMarkStandsWhereTheClocksOfTheDaysHaveIt) {
  Show line;
  line.kind = ShowKind::kLine;
  line.id = "it";
  line.from = "in";
  line.x = "at";
  line.columns = {"n"};
  line.marks = {"alerts", "at", ""};
  Column days = column_at({kSummerUs - 2 * kOneHourUs, kSummerUs + 22 * kOneHourUs});
  days.holds_moments = true;
  Column alerts = column_at({kSummerUs - kOneHourUs});
  alerts.holds_moments = true;
  ReportSpec spec;
  spec.day_zone = zone_named("Europe/Berlin");
  spec.sections = {{"s", "", "How?", "", {}, {line}}};
  const Result<ReportModel> model = compose(
      spec, {{"in", {}, {days, {"n", "", Format::kNumber, "", {1.0, 2.0}}}}, {"alerts", {}, {alerts}}},
      Moment{});
  ASSERT_TRUE(model.is_ok()) << model.status().message();
  const Mark& mark = model.value().sections[0].contents[0].figures[0].marks.at(0);
  EXPECT_EQ(mark.at, Moment{kSummerUs + kOneHourUs});
  EXPECT_EQ(mark.when, "2025-06-30 23:00 UTC");
}

}  // namespace
}  // namespace weir::report
