// Functions of timestamps and dates.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include <weir/host.hpp>

#include "data/floor_divide.hpp"
#include "expr/functions/builtin.hpp"
#include "expr/functions/date_parts.hpp"
#include "expr/functions/row_function.hpp"

namespace weir::expr {
namespace {

using View = std::string_view;

Result<DatePart> known_part(const CallSite& site) {
  if (site.is_null(0)) return DatePart::kDay;
  if (!site.has(0)) return Status::invalid("the part of a time must be a constant text such as 'hour'");
  return parse_date_part(site.text(0));
}

struct Truncate {
  DatePart part;
  Timestamp operator()(Row&, View, Timestamp t) const { return {date_trunc(part, t.micros)}; }
};
struct Part {
  DatePart part;
  int64_t operator()(Row&, View, Timestamp t) const { return date_part(part, t.micros); }
};
struct Difference {
  DatePart part;
  bool counts_borders;
  int64_t operator()(Row&, View, Timestamp a, Timestamp b) const {
    return counts_borders ? date_diff(part, a.micros, b.micros) : date_sub(part, a.micros, b.micros);
  }
};

double epoch_seconds(int64_t micros) { return static_cast<double>(micros) / 1e6; }

// date_part('epoch', t) is a float, as in DuckDB; every other part an integer.
Overload part_overload() {
  Overload out = RowKernel<Part>::overload();
  const auto is_epoch = [](const CallSite& site) {
    return site.has(0) && !site.is_null(0) && site.text(0) == "epoch";
  };
  out.result = [is_epoch](const CallSite& site) {
    return simple(is_epoch(site) ? WEIR_FLOAT64 : WEIR_INT64);
  };
  out.make = [is_epoch](const CallSite& site) -> Result<Kernel> {
    WEIR_ASSIGN_OR_RETURN(const DatePart part, known_part(site));
    if (!is_epoch(site)) return Kernel(RowKernel<Part>(Part{part}));
    const auto epoch = [](Row&, View, Timestamp t) { return epoch_seconds(t.micros); };
    return Kernel(RowKernel<decltype(epoch)>(epoch));
  };
  return out;
}

Overload difference(bool counts_borders) {
  return prepared([counts_borders](const CallSite& site) -> Result<Difference> {
    WEIR_ASSIGN_OR_RETURN(const DatePart part, known_part(site));
    return Difference{part, counts_borders};
  });
}

void add_date_parts(FunctionRegistry& registry) {
  add_function(
      registry, "dates and times", "date_trunc",
      "The beginning of the second, minute, hour, day, week (from Monday), month, quarter, year, decade or "
      "century.",
      {"date_trunc('hour', TIMESTAMP '2025-03-04 10:20:30') => 2025-03-04 10:00:00",
       "date_trunc('week', DATE '2025-03-06') => 2025-03-03 00:00:00"},
      {prepared([](const CallSite& site) -> Result<Truncate> {
        WEIR_ASSIGN_OR_RETURN(const DatePart part, known_part(site));
        if (!truncates(part)) return Status::invalid("'" + std::string(site.text(0)) + "' has no beginning");
        return Truncate{part};
      })});
  add_alias(registry, "datetrunc", "date_trunc");
  add_function(
      registry, "dates and times", "date_part",
      "A part of a time as a number: microsecond, millisecond, second, minute, hour, day, week, month, "
      "quarter, year, decade, "
      "century, dow (0 = Sunday), isodow (7 = Sunday), doy, isoyear, epoch. extract(hour FROM t) is the "
      "same.",
      {"date_part('hour', TIMESTAMP '2025-01-01 10:20:00') => 10", "extract(dow FROM DATE '2025-03-02') => 0",
       "date_part('week', DATE '2025-01-01') => 1"},
      {part_overload()});
  add_alias(registry, "datepart", "date_part");
  constexpr std::array<std::pair<const char*, DatePart>, 11> kShort = {{{"year", DatePart::kYear},
                                                                        {"quarter", DatePart::kQuarter},
                                                                        {"month", DatePart::kMonth},
                                                                        {"week", DatePart::kWeek},
                                                                        {"day", DatePart::kDay},
                                                                        {"hour", DatePart::kHour},
                                                                        {"minute", DatePart::kMinute},
                                                                        {"second", DatePart::kSecond},
                                                                        {"dayofweek", DatePart::kDayOfWeek},
                                                                        {"isodow", DatePart::kIsoDayOfWeek},
                                                                        {"dayofyear", DatePart::kDayOfYear}}};
  for (const auto& [name, part] : kShort) {
    const std::string text = name;
    add_function(registry, "dates and times", text,
                 "The " + text + " of a time, as date_part('" + text + "', t).",
                 {text + "(TIMESTAMP '2025-02-03 04:05:06') => " +
                  std::to_string(date_part(part, *parse_timestamp("2025-02-03 04:05:06")))},
                 {rows([p = part](Row&, Timestamp t) { return date_part(p, t.micros); })});
  }
  add_function(registry, "dates and times", "date_diff", "How many borders of a part lie between two times.",
               {"date_diff('hour', TIMESTAMP '2025-01-01 00:59:00', TIMESTAMP '2025-01-01 01:01:00') => 1",
                "date_diff('month', DATE '2025-01-31', DATE '2025-02-01') => 1"},
               {difference(true)});
  add_alias(registry, "datediff", "date_diff");
  add_function(registry, "dates and times", "date_sub", "How many whole parts lie between two times.",
               {"date_sub('hour', TIMESTAMP '2025-01-01 00:59:00', TIMESTAMP '2025-01-01 01:01:00') => 0"},
               {difference(false)});
}

int64_t bucket(Row& row, const Interval& width, int64_t micros) {
  // DuckDB's origins: Monday 2000-01-03 for fixed widths, 2000-01-01 for months.
  constexpr int64_t kOrigin = 10'959 * kMicrosPerDay;
  if (width.months > 0 && width.days == 0 && width.micros == 0) {
    const CivilDate date = civil_of_days(day_of_micros(micros));
    const int64_t months = (date.year - 2000) * 12 + static_cast<int64_t>(date.month) - 1;
    const int64_t begin = months / width.months - (months % width.months < 0 ? 1 : 0);
    const std::optional<int64_t> out =
        add_interval(10'957 * kMicrosPerDay, {static_cast<int32_t>(begin * width.months), 0, 0});
    return out.value_or(0);
  }
  int64_t size = 0;
  const bool is_sized = width.months == 0 &&
                        !__builtin_mul_overflow(int64_t{width.days}, kMicrosPerDay, &size) &&
                        !__builtin_add_overflow(size, width.micros, &size) && size > 0;
  int64_t since = 0;
  if (!is_sized || __builtin_sub_overflow(micros, kOrigin, &since)) {
    row.fail("out-of-range", "the width of a bucket must be above zero, and either months or a time");
    return 0;
  }
  const int64_t rest = since % size;
  return micros - (rest < 0 ? rest + size : rest);
}

Timestamp from_units(Row& row, double value, double unit) {
  const double micros = std::round(value * unit);
  if (std::fabs(micros) < 9.2e18) return {static_cast<int64_t>(micros)};
  row.fail("overflow", "the time is outside what a timestamp can hold");
  return {};
}

Timestamp from_units(Row& row, int64_t value, int64_t unit) {
  Timestamp out;
  if (__builtin_mul_overflow(value, unit, &out.micros))
    row.fail("overflow", "the time is outside what a timestamp can hold");
  return out;
}

void add_epochs(FunctionRegistry& registry) {
  add_function(
      registry, "dates and times", "epoch",
      "Seconds since 1970-01-01 00:00:00 UTC, or the length of an interval in seconds.",
      {"epoch(TIMESTAMP '1970-01-01 00:00:01.5') => 1.5", "epoch(INTERVAL '1 day 1 hour') => 90000.0",
       "epoch(TIMESTAMP '2025-01-01 00:01:00' - TIMESTAMP '2025-01-01 00:00:00') => 60.0"},
      {rows([](Row&, Timestamp t) { return epoch_seconds(t.micros); }), rows([](Row&, Interval i) {
         const double days = i.months * 30.0 + i.days;
         return days * 86'400 + epoch_seconds(i.micros);
       })});
  add_function(
      registry, "dates and times", "epoch_ms",
      "Milliseconds since 1970 of a timestamp; or the timestamp of so many milliseconds.",
      {"epoch_ms(TIMESTAMP '1970-01-01 00:00:01.5') => 1500", "epoch_ms(1500) => 1970-01-01 00:00:01.5"},
      {rows([](Row&, Timestamp t) { return floor_divide(t.micros, 1000); }),
       rows([](Row& row, int64_t ms) { return from_units(row, ms, 1000); }, Faults::kPossible)});
  add_function(registry, "dates and times", "epoch_us",
               "Microseconds since 1970 of a timestamp; or the timestamp of so many microseconds.",
               {"epoch_us(TIMESTAMP '1970-01-01 00:00:01.5') => 1500000",
                "epoch_us(1500000) => 1970-01-01 00:00:01.5"},
               {rows([](Row&, Timestamp t) { return t.micros; }),
                rows([](Row&, int64_t us) { return Timestamp{us}; })});
  add_alias(registry, "make_timestamp", "epoch_us");
  add_function(
      registry, "dates and times", "to_timestamp", "The timestamp of so many seconds since 1970.",
      {"to_timestamp(1.5) => 1970-01-01 00:00:01.5", "to_timestamp(1735689600) => 2025-01-01 00:00:00"},
      {rows([](Row& row, int64_t s) { return from_units(row, s, kMicrosPerSecond); }, Faults::kPossible),
       rows([](Row& row, double s) { return from_units(row, s, 1e6); }, Faults::kPossible)});
}

// One time for all rows of a batch.
Overload clock(uint8_t type, int64_t micros_per_unit) {
  Overload out;
  out.result = [type](const CallSite&) { return simple(type); };
  out.make = [type, micros_per_unit](const CallSite&) -> Result<Kernel> {
    return Kernel([type, micros_per_unit](Eval& eval, const Bits* mask, std::span<const Vector>) {
      auto* const value = eval.arena().allocate_array<int64_t>(1);
      const bool has_clock = host() != nullptr && host()->wall_us != nullptr;
      const int64_t now = has_clock ? host()->wall_us(host())
                                    : std::chrono::duration_cast<std::chrono::microseconds>(
                                          std::chrono::system_clock::now().time_since_epoch())
                                          .count();
      *value = floor_divide(now, micros_per_unit);
      return result_vector(simple(type), {1, true, mask}, value, nullptr);
    });
  };
  return out;
}

void add_clocks(FunctionRegistry& registry) {
  Function now;
  now.name = "now";
  now.theme = "dates and times";
  now.doc =
      "The time at which a batch is computed. Not deterministic: a replay gives another; prefer the event's "
      "time.";
  now.examples = {"now() > TIMESTAMP '2020-01-01' => true"};
  now.is_deterministic = false;
  now.overloads = {clock(WEIR_TIMESTAMP, 1)};
  Function today = now;
  today.name = "today";
  today.signature.clear();
  today.doc = "The day (UTC) on which a batch is computed. Not deterministic.";
  today.examples = {"today() > DATE '2020-01-01' => true"};
  today.overloads = {clock(WEIR_DATE32, kMicrosPerDay)};
  add_function(registry, std::move(now));
  add_function(registry, std::move(today));
}

}  // namespace

void add_date_functions(FunctionRegistry& registry) {
  add_date_parts(registry);
  add_epochs(registry);
  add_clocks(registry);
  add_function(registry, "dates and times", "make_date", "The date of a year, month and day.",
               {"make_date(2025, 3, 4) => 2025-03-04"},
               {rows(
                   [](Row& row, int64_t year, int64_t month, int64_t day) {
                     const bool is_date = year > -9999 && year < 100'000 && month >= 1 && month <= 12 &&
                                          day >= 1 &&
                                          day <= days_in_month(year, static_cast<unsigned>(month));
                     if (is_date)
                       return Date{static_cast<int32_t>(
                           days_of_civil({year, static_cast<unsigned>(month), static_cast<unsigned>(day)}))};
                     row.fail("out-of-range", std::to_string(year) + "-" + std::to_string(month) + "-" +
                                                  std::to_string(day) + " is not a date");
                     return Date{};
                   },
                   Faults::kPossible)});
  add_function(registry, "dates and times", "last_day", "The last day of a time's month.",
               {"last_day(DATE '2024-02-03') => 2024-02-29"}, {rows([](Row&, Timestamp t) {
                 const CivilDate date = civil_of_days(day_of_micros(t.micros));
                 return Date{static_cast<int32_t>(
                     days_of_civil({date.year, date.month, days_in_month(date.year, date.month)}))};
               })});
  add_function(
      registry, "dates and times", "time_bucket",
      "The beginning of the bucket of this width that a time lies in. Widths of days and time count from "
      "Monday 2000-01-03.",
      {"time_bucket(INTERVAL '15 minutes', TIMESTAMP '2025-01-01 10:22:00') => 2025-01-01 10:15:00",
       "time_bucket(INTERVAL '1 month', TIMESTAMP '2025-01-31 10:22:00') => 2025-01-01 00:00:00"},
      {rows([](Row& row, Interval width, Timestamp t) { return Timestamp{bucket(row, width, t.micros)}; },
            Faults::kPossible)});
}

}  // namespace weir::expr
