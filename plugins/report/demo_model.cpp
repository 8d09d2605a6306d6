#include "demo_model.hpp"

#include <cmath>
#include <utility>

#include "answer.hpp"
#include "moment_words.hpp"

namespace weir::report {
namespace {

constexpr std::int64_t kSecondUs = 1000000;
constexpr std::int64_t kDayUs = 86400 * kSecondUs;
constexpr std::int64_t kFirstWeekUs = 9862 * kDayUs;  // 1997-01-01

Column moments(std::string name, std::int64_t first_us, std::int64_t step_us, int count) {
  Column column{std::move(name), "", Format::kNumber, "", {}};
  for (int i = 0; i < count; ++i) column.cells.emplace_back(Moment{first_us + i * step_us});
  find_days(column, DayZone());
  return column;
}

template <class Value>
Column numbers(std::string name, std::string label, Format format, std::string unit, int count, Value value) {
  Column column{std::move(name), std::move(label), format, std::move(unit), {}};
  for (int i = 0; i < count; ++i) column.cells.emplace_back(static_cast<double>(value(i)));
  return column;
}

Section answered(Section section, std::string_view text) {
  Result<Answer> answer = fill_answer(text, tiles_of(section.contents[0]));
  WEIR_CHECK(answer.is_ok());
  section.contents[0].answer = std::move(*answer);
  return section;
}

double revenue(int week) {
  return 28000 + 52000 * std::exp(-(week - 9.0) * (week - 9.0) / 40) + 2500 * std::sin(week * 1.7);
}

Section revenue_section() {
  const Provenance from{69659, "1997-01-01 to 1998-06-30, by week", {"weekly_revenue", "CDNOW_master.txt"}};
  std::vector<double> trend;
  for (int week = 60; week < 78; ++week) trend.push_back(revenue(week));
  Section section{"revenue", "Revenue", "How much did we earn last week, and the week before?",
                  {},        {},        {Content()}};
  section.contents[0].tiles = {{"revenue_week", "Revenue, last week", "", Format::kMoney, "$", revenue(77),
                                revenue(76), "the week before", Better::kHigher, trend, "", from},
                               {"orders_week", "Orders, last week", "", Format::kNumber, "orders", 812, 845,
                                "the week before", Better::kHigher, trend, "", from},
                               {"refunds_week",
                                "Refunds, last week",
                                "",
                                Format::kNumber,
                                "",
                                0,
                                std::nullopt,
                                "week before in the data",
                                Better::kLower,
                                {},
                                "",
                                from},
                               {"return_share",
                                "Customers who came back",
                                "",
                                Format::kPercent,
                                "",
                                0.4981,
                                0.4712,
                                "the week before",
                                Better::kHigher,
                                {},
                                "",
                                from}};
  section.contents[0].figures = {
      {"revenue_by_week",
       FigureKind::kLine,
       "Revenue per week",
       {moments("week", kFirstWeekUs, 7 * kDayUs, 78),
        numbers("revenue", "Revenue", Format::kMoney, "$", 78, revenue)},
       BarOrder::kByValue,
       {},
       from},
      {"customers",
       FigureKind::kBars,
       "New and returning customers per month",
       {moments("month", kFirstWeekUs, 30 * kDayUs, 18),
        numbers("new_customers", "New", Format::kNumber, "customers", 18,
                [](int i) { return i < 3 ? 7800 - i * 60 : 0; }),
        numbers("returning", "Returning", Format::kNumber, "customers", 18,
                [](int i) { return 300 + i * 210 - i * i * 7; })},
       BarOrder::kByValue,
       {},
       from},
      {"order_value",
       FigureKind::kPercentiles,
       "Order value per month",
       {moments("month", kFirstWeekUs, 30 * kDayUs, 18),
        numbers("p50", "p50: half are below", Format::kMoney, "$", 18,
                [](int i) { return 25 + std::sin(i) * 2; }),
        numbers("p90", "p90: nine in ten are below", Format::kMoney, "$", 18,
                [](int i) { return 73 + std::cos(i) * 6; }),
        numbers("p99", "p99", Format::kMoney, "$", 18, [](int i) { return 190 + std::sin(i * 2.0) * 25; })},
       BarOrder::kByValue,
       {"A p99 of $190 means: one order in a hundred was larger."},
       from}};
  return answered(std::move(section),
                  "We earned {{revenue_week}} last week, {{revenue_week.ratio|change}} on the "
                  "{{revenue_week.previous}} of the week before.");
}

Section pages_section() {
  const Provenance from{32283, "2020-04-07 to 2020-04-08", {"per_page", "ecom.csv.gz"}};
  const std::vector<std::string> names = {
      "/catalog",  "/cart",
      "/main",     "/product/very-long-name-of-a-product-that-nobody-shortened",
      "/delivery", "/payment",
      "/search",   "/help",
      "/login",    "/<script>alert(1)</script>",
      "/lost",     "/terms",
      "/jobs",     "/press"};
  Column page{"page", "Page", Format::kNumber, "", {}};
  for (const std::string& name : names) page.cells.emplace_back(name);
  const int count = static_cast<int>(names.size());
  Column views = numbers("views", "Views", Format::kNumber, "views", count,
                         [](int i) { return std::round(14518 / (1 + i * 0.6)); });
  Column buyers =
      numbers("share", "Share of buyers", Format::kPercent, "", count, [](int i) { return 0.31 / (i + 1); });
  Column channel{"channel",
                 "Channel",
                 Format::kNumber,
                 "",
                 {std::string("search"), std::string("e-mail"), std::string("ads"), std::string("friends")}};
  Section section{"pages", "Pages & channels", "Which page do people see most?", {"synthetic data"},
                  {},      {Content()}};
  section.contents[0].tiles = {{"top_page_views",
                                "Most seen page",
                                "",
                                Format::kNumber,
                                "views",
                                14518,
                                std::nullopt,
                                "",
                                Better::kNeither,
                                {},
                                "",
                                from},
                               {"visitors",
                                "Visitors",
                                "",
                                Format::kNumber,
                                "",
                                std::nullopt,
                                std::nullopt,
                                "",
                                Better::kNeither,
                                {},
                                "No row had a visitor.",
                                from}};
  section.contents[0].figures = {
      {"top_pages", FigureKind::kBars, "Views per page", {page, views}, BarOrder::kByValue, {}, from},
      {"channels",
       FigureKind::kBars,
       "Buyers per channel",
       {channel, numbers("buyers", "Buyers", Format::kNumber, "", 4, [](int i) { return 900 - i * 211; })},
       BarOrder::kByValue,
       {},
       from},
      {"page_table",
       FigureKind::kTable,
       "Pages in full",
       {page, views, buyers},
       BarOrder::kAsGiven,
       {},
       from}};
  return answered(std::move(section), "/catalog, with {{top_page_views}}. \"</script><b>\" stays text.");
}

Section machine_section() {
  const Provenance from{1500, "15 s, each 0.1 s", {"host"}};
  const std::int64_t start = 20089LL * kDayUs + 12 * 3600 * kSecondUs;
  const auto load = [](int i) { return 42 + 30 * std::sin(i / 9.0) + (i % 7); };
  Section section{"machine", "This machine", "How busy was this machine?", {}, {}, {Content()}};
  section.contents[0].tiles = {{"cpu_p50",
                                "CPU busy, p50",
                                "",
                                Format::kNumber,
                                "%",
                                43.2,
                                std::nullopt,
                                "",
                                Better::kNeither,
                                {},
                                "",
                                from},
                               {"cpu_p99",
                                "CPU busy, p99",
                                "",
                                Format::kNumber,
                                "%",
                                78.6,
                                80.1,
                                "the minute before",
                                Better::kLower,
                                {},
                                "",
                                from},
                               {"memory",
                                "Memory in use",
                                "",
                                Format::kBytes,
                                "",
                                3.42e9,
                                3.42e9,
                                "the minute before",
                                Better::kLower,
                                {},
                                "",
                                from}};
  section.contents[0].figures = {
      {"cpu",
       FigureKind::kLine,
       "CPU busy per core",
       {moments("time", start, kSecondUs / 10, 150),
        numbers("core0", "Core 0", Format::kNumber, "%", 150, load),
        numbers("core1", "Core 1", Format::kNumber, "%", 150, [&](int i) { return load(i + 30); })},
       BarOrder::kByValue,
       {},
       from},
      {"latency",
       FigureKind::kLine,
       "Latency of each request",
       {moments("time", start, kSecondUs, 2400),
        numbers("latency_ms", "Latency", Format::kNumber, "ms", 2400,
                [](int i) { return 20 + i % 37 + (i % 400 == 0 ? 180 : 0); })},
       BarOrder::kByValue,
       {},
       from},
      {"nothing",
       FigureKind::kLine,
       "Network errors",
       {moments("time", start, kSecondUs, 0), numbers("errors", "Errors", Format::kNumber, "", 0, load)},
       BarOrder::kByValue,
       {},
       {0, "15 s", {"host"}}}};
  return answered(std::move(section),
                  "Half of the time below {{cpu_p50}}, and below {{cpu_p99}} for 99% of it.");
}

}  // namespace

ReportModel demo_model() {
  return {"Shop insights",
          {"growth", "the channels' owners", "which channel gets next month's budget",
           "orders and revenue by channel <&>", "more revenue than last year"},
          Moment{20089LL * kDayUs + 45000 * kSecondUs},
          {},
          {revenue_section(), pages_section(), machine_section()}};
}

}  // namespace weir::report
