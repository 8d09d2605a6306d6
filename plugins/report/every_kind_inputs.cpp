#include "every_kind_inputs.hpp"

#include <cmath>
#include <string>
#include <utility>

namespace weir::report {
namespace {

constexpr std::int64_t kOneDayUs = 86'400'000'000;
constexpr std::int64_t kFirstDay = 20089;  // 2025-01-01
constexpr int kDays = 60;

/// A column of `count` cells, by row.
template <class Value>
Column column(std::string name, int count, Value value) {
  Column made;
  made.name = std::move(name);
  for (int row = 0; row < count; ++row) made.cells.emplace_back(value(row));
  const Cell first = count > 0 ? made.cells.front() : Cell();
  made.holds_moments = std::holds_alternative<Moment>(first);
  made.holds_numbers = std::holds_alternative<double>(first);
  return made;
}

Moment day(int number) { return Moment{(kFirstDay + number) * kOneDayUs}; }

double wave(int row) { return 100 + 30 * std::sin(row / 3.0) + row; }

Input daily() {
  // Day 20 is missing, and days 30 to 33 have no orders counted.
  const auto place = [](int row) { return row < 20 ? row : row + 1; };
  const auto orders = [&](int row) -> Cell {
    if (row >= 30 && row < 34) return {};
    return std::round(wave(row));
  };
  Column counted = column("orders", kDays, orders);
  counted.holds_numbers = true;
  counted.expression = "count()";
  return {"daily",
          {"daily", "orders.csv"},
          {column("day", kDays, [&](int row) { return day(place(row)); }), counted,
           column("visits", kDays, [](int row) { return std::round(wave(row) * 7); }),
           column("low", kDays, [](int row) { return wave(row) - 12; }),
           column("high", kDays, [](int row) { return wave(row) + 12; }),
           column("p50", kDays, [](int row) { return 0.2 + 0.05 * std::sin(row / 5.0); }),
           column("p90", kDays, [](int row) { return 0.7 + 0.2 * std::cos(row / 4.0); }),
           column("p99", kDays, [](int row) { return 2.1 + 0.8 * std::sin(row / 2.0); })}};
}

Input pages() {
  const std::vector<std::string> names = {"/catalog", "/cart",  "/main",  "/delivery", "/payment",
                                          "/search",  "/help",  "/login", "/lost",     "/terms",
                                          "/jobs",    "/press", "/gifts", "/map"};
  const auto count = static_cast<int>(names.size());
  const auto quantile = [&](const char* name, double factor) {
    return column(name, count, [factor](int row) { return factor * (20 + (row * 7) % 11); });
  };
  return {
      "pages",
      {"pages", "clicks.csv"},
      {column("page", count, [&](int row) { return names[static_cast<std::size_t>(row)]; }),
       column("views", count, [](int row) { return std::round(14518 / (1 + row * 0.6)); }),
       column("buys", count, [](int row) { return std::round(1300 / (1 + row * 0.4)); }), quantile("p5", 1),
       quantile("p25", 2), quantile("p50", 3), quantile("p75", 5), quantile("p95", 9)}};
}

Input channels() {
  const std::vector<std::string> names = {"search", "e-mail",   "ads",  "friends",
                                          "social", "partners", "press"};
  const auto count = static_cast<int>(names.size()) * 20;
  return {"channels",
          {"channels"},
          {column("day", count, [](int row) { return day(row / 7); }),
           column("channel", count, [&](int row) { return names[static_cast<std::size_t>(row % 7)]; }),
           column("visits", count, [](int row) { return 100.0 + (row % 7) * 30 + row % 5; })}};
}

Input incidents() {
  return {
      "incidents",
      {"alerts"},
      {column("started_at", 3, [](int row) { return Moment{day(12 + row * row * 9).us + kOneDayUs / 3}; }),
       column("sentence", 3,
              [](int row) { return "Checkout errors above " + std::to_string(row + 5) + " %"; })}};
}

Input bad() {
  return {"bad",
          {"orders.errors"},
          {column("time", 7, [](int) { return day(59); }), column("code", 7, [](int row) {
             return std::string(row < 5 ? "bad-number" : "too-few-columns");
           })}};
}

Input next() {
  const auto fan = [](const char* name, double width) {
    return column(name, 14, [width](int row) { return wave(61 + row) + width * std::sqrt(row + 1.0); });
  };
  return {"next",
          {"forecast"},
          {column("origin", 14, [](int) { return day(61); }),
           column("day", 14, [](int row) { return day(61 + row); }),
           column("step", 14, [](int row) { return row + 1.0; }), fan("forecast", 0), fan("lower_80", -8),
           fan("upper_80", 8), fan("lower_95", -13), fan("upper_95", 13),
           column("model", 14, [](int) { return std::string("ets(A,N,A)"); }),
           column("mase", 14, [](int) { return 0.61; }), column("naive_mase", 14, [](int) { return 0.97; })}};
}

Input steps() {
  const std::vector<std::string> names = {"viewed", "carted", "address", "payment", "bought"};
  const auto converted = [](int row) { return std::round(13087 * std::pow(0.62, row)); };
  return {"steps",
          {"funnel"},
          {column("step", 5, [](int row) { return row + 1.0; }),
           column("step_name", 5, [&](int row) { return names[static_cast<std::size_t>(row)]; }),
           column("entered", 5, [&](int row) { return converted(std::max(0, row - 1)); }),
           column("converted", 5, converted),
           column("rate_from_first", 5, [](int row) { return std::pow(0.62, row); }),
           column("rate_from_previous", 5, [](int row) { return row == 0 ? 1.0 : 0.62; }),
           column("p50_seconds", 5, [](int row) { return 40.0 * row * row; }),
           column("p90_seconds", 5, [](int row) { return 4000.0 * row * row; })}};
}

Input cohorts() {
  constexpr int kPeriods = 9;
  const auto cohort = [](int row) { return row / kPeriods; };
  const auto period = [](int row) { return row % kPeriods; };
  const auto rate = [&](int row) { return period(row) == 0 ? 1.0 : 0.5 / period(row) + 0.01 * cohort(row); };
  const auto open = [&](int row) { return cohort(row) + period(row) >= 9; };
  return {"cohorts",
          {"retention"},
          {column("cohort_start", 8 * kPeriods, [&](int row) { return day(7 * cohort(row)); }),
           column("period", 8 * kPeriods, [&](int row) { return static_cast<double>(period(row)); }),
           column("users", 8 * kPeriods, [&](int row) { return 900.0 + 31 * cohort(row); }),
           column("returned", 8 * kPeriods, [&](int row) { return std::round(900 * rate(row)); }),
           column("rate", 8 * kPeriods, rate), column("is_complete", 8 * kPeriods, [&](int row) {
             return std::string(open(row) ? "false" : "true");
           })}};
}

Input ways() {
  const std::vector<std::string> names = {"main", "catalog", "cart", "payment", "leaves"};
  const auto name = [&](int number) { return names[static_cast<std::size_t>(number % 5)]; };
  return {"ways",
          {"paths"},
          {column("step", 36, [](int row) { return 1.0 + row / 12; }),
           column("source", 36, [&](int row) { return name(row / 4); }),
           column("target", 36, [&](int row) { return name(row / 4 + row % 4 + 1); }),
           column("count", 36, [](int row) { return std::round(4000.0 / (1 + row)); })}};
}

Input arms() {
  const std::vector<std::string> verdicts = {"better", "unclear", "worse", "holds"};
  const std::vector<std::string> metrics = {"day1", "rounds", "load_ms", "errors"};
  const auto text = [](const std::vector<std::string>& of) {
    return [&of](int row) { return of[static_cast<std::size_t>(row)]; };
  };
  return {"arms",
          {"experiment"},
          {column("metric", 4, text(metrics)), column("arm", 4, [](int) { return std::string("gate_40"); }),
           column("control", 4, [](int) { return std::string("gate_30"); }),
           column("n", 4, [](int) { return 45489.0; }), column("n_control", 4, [](int) { return 44700.0; }),
           column("estimate", 4, [](int row) { return 0.44228 + row; }),
           column("estimate_control", 4, [](int row) { return 0.44819 + row; }),
           column("difference", 4, [](int) { return -0.0059; }),
           column("low", 4, [](int) { return -0.0124; }), column("high", 4, [](int) { return 0.0006; }),
           column("verdict", 4, text(verdicts)), column("sentence", 4, [&](int row) {
             return metrics[static_cast<std::size_t>(row)] +
                    ": gate_40 has 44.23 %, gate_30 44.82 %: 0.591 percentage points lower (95 % interval: "
                    "1.24 lower to "
                    "0.0587 higher). This may be chance.";
           })}};
}

}  // namespace

std::vector<Input> every_kind_inputs() {
  return {daily(), pages(), channels(), incidents(), bad(), next(), steps(), cohorts(), ways(), arms()};
}

Moment every_kind_now() { return Moment{day(61).us + kOneDayUs / 2}; }

}  // namespace weir::report
