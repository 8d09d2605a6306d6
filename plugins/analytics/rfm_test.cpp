#include <weir/test/conformance.hpp>

namespace weir::test {
namespace {

using testing::HasSubstr;

constexpr const char* kSalesColumns = "t: timestamp, customer: string, invoice: string, revenue: int64";

Settings sales_input(bool is_endless = false) {
  Settings settings;
  settings.outputs = {"out", "late"};
  settings.event_time = "t";
  settings.is_endless = is_endless;
  if (!is_endless) settings.max_delay = "1000d";  // History has no late rows.
  return settings;
}

/// A line of an invoice, at noon of a day of March 2025, whose 3rd is a Monday.
std::string sold(int day, const std::string& customer, const std::string& invoice, int revenue) {
  char date[20];
  std::snprintf(date, sizeof(date), "2025-03-%02d", day);
  return "[\"" + std::string(date) + "T12:00:00Z\", " + (customer.empty() ? "null" : "\"" + customer + "\"") +
         ", \"" + invoice + "\", " + std::to_string(revenue) + "]";
}

using Lines = std::vector<std::string>;

std::string all_of(const Lines& each) {
  std::string made = "[";
  for (const std::string& row : each) made += (made.size() == 1 ? "" : ", ") + row;
  return made + "]";
}

/// Each row as "[day of the period's start ]customer: recency frequency monetary, scores, segment", with "?"
/// where the period is not complete. Days count from 1 March 2025.
Lines rfm_lines(NodeHarness& node) {
  Lines made;
  const Rows out = node.pull();
  for (size_t row = 0; row < out.size(); ++row) {
    const auto number = [&](const char* name) {
      return out.batch.column<int64_t>(*out.schema.find(name))[row];
    };
    const auto text = [&](const char* name) {
      const StringColumn column(out.batch.raw_column(*out.schema.find(name)));
      return std::string(column[row]);
    };
    std::string line;
    if (out.schema.find("window_start"))
      line = std::to_string((number("window_start") - 1'740'787'200'000'000) / 86'400'000'000 + 1) + " ";
    char days[20];
    std::snprintf(days, sizeof(days), "%g", out.batch.column<double>(*out.schema.find("recency_days"))[row]);
    line += text("customer") + ": " + days;
    for (const char* name : {"frequency", "monetary"}) line += " " + std::to_string(number(name));
    line += ", ";
    for (const char* name : {"recency_score", "frequency_score", "monetary_score"})
      line += std::to_string(number(name));
    line += ", " + text("segment");
    if (const auto at = out.schema.find("is_complete")) line += out.batch.column<bool>(*at)[row] ? "" : "?";
    made.push_back(line);
  }
  return made;
}

Lines rfm_of(const std::string& options, const Lines& given) {
  NodeHarness node("rfm", "by: [customer]\namount: revenue\n" + options, kSalesColumns, sales_input());
  EXPECT_EQ(node.fault(), "");
  node.push(all_of(given));
  node.end();
  return rfm_lines(node);
}

// One to five invoices each; the last row, on the 10th, is nobody's.
const Lines kFiveCustomers = {sold(9, "e", "15", 50), sold(1, "a", "1", 10),  sold(1, "a", "1", 5),
                              sold(2, "b", "2", 20),  sold(3, "b", "3", 1),   sold(2, "c", "4", 2),
                              sold(4, "c", "5", 2),   sold(5, "c", "6", 2),   sold(1, "d", "7", 25),
                              sold(2, "d", "8", 25),  sold(3, "d", "9", 25),  sold(7, "d", "10", 25),
                              sold(1, "e", "11", 50), sold(2, "e", "12", 50), sold(3, "e", "13", 50),
                              sold(8, "e", "14", 50), sold(10, "", "16", 99)};

TEST(Rfm, ScoresByFifthsAtTheEndOfTheInput) {
  EXPECT_EQ(
      rfm_of("purchase: invoice", kFiveCustomers),
      (Lines{"a: 9 1 15, 112, hibernating", "b: 7 2 21, 223, hibernating", "c: 5 3 6, 331, need_attention",
             "d: 3 4 100, 444, loyal_customers", "e: 1 5 250, 555, champions"}));
}

TEST(Rfm, WithoutPurchaseEachRowIsOne) {
  // a has two rows of one invoice, as many as b: both have the lower score.
  EXPECT_EQ(
      rfm_of("", kFiveCustomers),
      (Lines{"a: 9 2 15, 112, hibernating", "b: 7 2 21, 213, hibernating", "c: 5 3 6, 331, need_attention",
             "d: 3 4 100, 444, loyal_customers", "e: 1 5 250, 555, champions"}));
}

TEST(Rfm, OneCustomerHasTheLowestScores) {
  EXPECT_EQ(rfm_of("", {sold(1, "a", "1", 10)}), (Lines{"a: 0 1 10, 111, hibernating"}));
  EXPECT_EQ(rfm_of("", {sold(1, "", "1", 10)}), Lines{});
}

// Invoice 1 of a goes on in the second week; b comes there only. The row of the 12th comes first.
const Lines kTwoWeeks = {sold(12, "b", "3", 7), sold(9, "a", "1", 10), sold(10, "a", "1", 5),
                         sold(9, "c", "2", 30), sold(11, "a", "4", 1)};

TEST(Rfm, APeriodHoldsNoRowOfALaterOne) {
  EXPECT_EQ(rfm_of("purchase: invoice\nperiod: week\ntimezone: Europe/Berlin", kTwoWeeks),
            (Lines{
                // To midnight in Berlin, 11 hours behind noon of the 9th.
                "2 a: 0.458333 1 10, 111, hibernating",
                "2 c: 0.458333 1 30, 113, hibernating",
                // The second week is not over: to its latest row. Recency c < a < b, frequency b = c < a.
                "9 a: 1 2 16, 242, at_risk?",
                "9 b: 0 1 7, 411, promising?",
                "9 c: 3 1 30, 114, hibernating?",
            }));
}

TEST(Rfm, APeriodWithoutRowsIsNotGiven) {
  EXPECT_EQ(rfm_of("period: week", {sold(3, "a", "1", 10), sold(24, "a", "2", 10)}),
            (Lines{"3 a: 6.5 1 10, 111, hibernating", "24 a: 0 2 20, 111, hibernating?"}));
}

TEST(Rfm, DecimalsAreSummedWithAllDigits) {
  NodeHarness node("rfm", "by: [customer]\namount: revenue",
                   "t: timestamp, customer: string, revenue: decimal(10,2)", sales_input());
  ASSERT_EQ(node.fault(), "");
  node.push(R"([["2025-03-01T12:00:00Z", "a", "0.10"], ["2025-03-01T12:00:00Z", "a", "0.20"],
                ["2025-03-01T12:00:00Z", "b", "-1.00"], ["2025-03-01T12:00:00Z", "b", null]])");
  node.end();
  const Rows out = node.pull();
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out.schema[*out.schema.find("monetary")].type.to_string(), "decimal(38,2)");
  const auto monetary = out.batch.column<Decimal128>(*out.schema.find("monetary"));
  EXPECT_TRUE(monetary[0] == 30 && monetary[1] == -100);
  EXPECT_EQ(out.batch.column<int64_t>(*out.schema.find("frequency"))[1], 2);
}

TEST(Rfm, FloatsThatAreNoNumbersAddNothing) {
  NodeHarness node("rfm", "by: [customer]\namount: revenue",
                   "t: timestamp, customer: string, revenue: float64", sales_input());
  ASSERT_EQ(node.fault(), "");
  node.push(R"([["2025-03-01T12:00:00Z", "a", 1.5], ["2025-03-01T12:00:00Z", "a", null],
                ["2025-03-01T12:00:00Z", "b", null]])");
  node.end();
  const Rows out = node.pull();
  ASSERT_EQ(out.size(), 2U);
  const auto monetary = out.batch.column<double>(*out.schema.find("monetary"));
  EXPECT_EQ(monetary[0], 1.5);
  EXPECT_EQ(monetary[1], 0.0);
}

Lines many_sales() {
  Lines made;
  for (int i = 0; i < 80; ++i)
    made.push_back(sold(1 + i * 31 / 80, std::string(1, static_cast<char>('a' + i * i % 23 % 11)),
                        std::to_string(i / 3), i * 7 % 13));
  return made;
}

TEST(Rfm, AStreamGivesWhatHistoryGives) {
  const auto all = [&](bool is_endless) {
    NodeHarness node("rfm", "by: [customer]\namount: revenue\npurchase: invoice\nperiod: week", kSalesColumns,
                     sales_input(is_endless));
    Lines made;
    const auto take = [&] {
      for (const std::string& line : rfm_lines(node)) made.push_back(line);
    };
    const Batch given = rows_of(node.schema_of("in"), all_of(many_sales())).value();
    for (size_t at = 0; at < given.row_count(); at += 7) {
      node.push(given.slice(at, std::min<size_t>(7, given.row_count() - at)));
      take();
    }
    if (is_endless) {
      EXPECT_GT(made.size(), 20U);
    }
    node.end();
    take();
    return made;
  };
  EXPECT_EQ(all(true), all(false));
}

TEST(Rfm, KeepsThePromisesOfEveryComponent) {
  Trial trial;
  trial.rows = all_of(many_sales());
  const std::string options = "by: [customer]\namount: revenue\npurchase: invoice";
  expect_conforms(transform("rfm", options, kSalesColumns, sales_input()), trial);
  expect_conforms(transform("rfm", options + "\nperiod: week", kSalesColumns, sales_input(true)), trial);
}

TEST(Rfm, SaysWhatItCannotDo) {
  const auto fault = [](const std::string& options, Settings settings = sales_input()) {
    return NodeHarness("rfm", options, kSalesColumns, std::move(settings)).fault();
  };
  EXPECT_THAT(fault("by: [customer]"), HasSubstr("amount"));
  EXPECT_THAT(fault("by: []\namount: revenue"), HasSubstr("by: at least one column is needed"));
  EXPECT_THAT(fault("by: [customer]\namount: invoice"),
              HasSubstr("amount: 'invoice' is string, expected a number"));
  EXPECT_THAT(fault("by: [customer]\namount: revenue", Settings()),
              HasSubstr("its input carries no event time"));
  EXPECT_THAT(fault("by: [customer]\namount: revenue", sales_input(true)),
              HasSubstr("period: its input never ends"));
  EXPECT_THAT(fault("by: [customer]\namount: revenue\ntimezone: Europe/Berlin"),
              HasSubstr("timezone: it goes with 'period'"));
  EXPECT_THAT(fault("by: [customer]\namount: revenue\nperiod: day\ntimezone: Europe/Berlim"),
              HasSubstr("timezone: there is no time zone"));
}

}  // namespace
}  // namespace weir::test
