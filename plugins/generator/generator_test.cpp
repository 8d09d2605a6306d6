#include <gmock/gmock.h>

#include <cmath>
#include <map>

#include "plugin_host/component_under_test.hpp"
#include "plugin_host/scratch.hpp"
#include "plugin_host/table.hpp"

namespace weir::generator {
namespace {

using test::ComponentUnderTest;
using testing::ElementsAre;

constexpr const char* kAll = R"(
columns:
  id: sequence
  odd: {sequence: {start: 1, step: 2}}
  ts: {time: {start: 2025-01-01T00:00:00Z, step: 10ms, disorder: 2s}}
  user: {zipf: {n: 1000, s: 1.0}}
  latency_ms: {lognormal: {mu: 3.5, sigma: 0.9}}
  u: {uniform: {min: -1, max: 3}}
  page: {choice: {home: 5, cart: 1, never: 0}}
  s: {random_string: 20}
  c: {constant: shop}
  five: {constant: 5}
  flag: {bool: {p: 0.25}}
)";

std::vector<std::string> rows_of(ComponentUnderTest& source) {
  std::vector<std::string> rows;
  for (const auto& part : source.context().rows) {
    EXPECT_EQ(part.partition, "0");
    EXPECT_EQ(part.next - part.first, static_cast<int64_t>(part.batch.row_count()));
    for (size_t i = 0; i < part.batch.row_count(); ++i)
      rows.push_back(test::row_json(source.schema(), part.batch, i));
  }
  return rows;
}

// One column of all rows.
template <class T>
std::vector<T> column_of(ComponentUnderTest& source, const std::string& name) {
  std::vector<T> values;
  const size_t index = source.schema().find(name).value();
  for (const auto& part : source.context().rows) {
    const auto view = part.batch.template column<T>(index);
    for (size_t i = 0; i < view.size(); ++i) values.push_back(static_cast<T>(view[i]));
  }
  return values;
}

class GeneratorTest : public testing::Test {
 protected:
  void SetUp() override { test::set_monotonic_ns(0); }
  const test::Scratch scratch_;
};

TEST_F(GeneratorTest, GivesTheColumnsThatItNamesWithTheirTypes) {
  ComponentUnderTest source("generator", std::string("rows: 1\n") + kAll);
  EXPECT_EQ(
      source.schema().to_string(),
      "id: int64, odd: int64, ts: timestamp, user: int64, latency_ms: float64, u: float64, page: string, "
      "s: string, c: string, five: int64, flag: bool");
  EXPECT_EQ(source.poll_all(), WEIR_FINISHED);
  EXPECT_THAT(source.context().ended, ElementsAre("0"));
}

// The very rows: whoever changes them changes every test and benchmark that is built on them.
TEST_F(GeneratorTest, ASeedGivesTheseRows) {
  ComponentUnderTest source("generator", R"(
rows: 3
seed: 7
columns:
  id: sequence
  ts: {time: {start: 2025-01-01T00:00:00Z, step: 1s, disorder: 500ms}}
  user: {zipf: {n: 10}}
  page: {choice: {a: 1, b: 1}}
  s: {random_string: 5}
)");
  source.poll_all();
  EXPECT_THAT(rows_of(source),
              ElementsAre(R"({"id":0,"ts":"2024-12-31T23:59:59.856777Z","user":7,"page":"a","s":"o6j4i"})",
                          R"({"id":1,"ts":"2025-01-01T00:00:00.856191Z","user":1,"page":"b","s":"4lgmk"})",
                          R"({"id":2,"ts":"2025-01-01T00:00:01.863993Z","user":1,"page":"b","s":"uokdn"})"));
}

TEST_F(GeneratorTest, RestoreAnywhereGivesTheSameRows) {
  ComponentUnderTest whole("generator", std::string("rows: 20000\nseed: 3\n") + kAll);
  whole.poll_all();
  const auto expected = rows_of(whole);
  ASSERT_EQ(expected.size(), 20000U);
  for (const int64_t at :
       {int64_t{0}, int64_t{1}, int64_t{8191}, int64_t{8193}, int64_t{19999}, int64_t{20000}}) {
    ComponentUnderTest again("generator", std::string("rows: 20000\nseed: 3\n") + kAll);
    ASSERT_TRUE(again.restore({{"0", {at, {}}}}));
    EXPECT_EQ(again.poll_all(), WEIR_FINISHED);
    EXPECT_EQ(rows_of(again), std::vector<std::string>(expected.begin() + at, expected.end()));
  }
}

TEST_F(GeneratorTest, AnotherSeedGivesOtherRows) {
  ComponentUnderTest one("generator", "rows: 100\nseed: 1\ncolumns: {u: {uniform: {}}}");
  ComponentUnderTest two("generator", "rows: 100\nseed: 2\ncolumns: {u: {uniform: {}}}");
  one.poll_all();
  two.poll_all();
  EXPECT_NE(rows_of(one), rows_of(two));
}

TEST_F(GeneratorTest, NumbersAreSpreadAsTheirKindsSay) {
  ComponentUnderTest source("generator", std::string("rows: 200000\n") + kAll);
  source.poll_all();
  double total = 0;
  for (const double x : column_of<double>(source, "u")) {
    ASSERT_TRUE(x >= -1 && x < 3);
    total += x;
  }
  EXPECT_NEAR(total / 200000, 1.0, 0.01);

  total = 0;
  double squares = 0;
  for (const double x : column_of<double>(source, "latency_ms")) {
    total += std::log(x);
    squares += std::log(x) * std::log(x);
  }
  EXPECT_NEAR(total / 200000, 3.5, 0.01);
  EXPECT_NEAR(std::sqrt(squares / 200000 - 3.5 * 3.5), 0.9, 0.02);

  std::map<int64_t, int> users;
  for (const int64_t user : column_of<int64_t>(source, "user")) ++users[user];
  EXPECT_GE(users.begin()->first, 1);
  EXPECT_LE(users.rbegin()->first, 1000);
  double harmonic = 0;
  for (int k = 1; k <= 1000; ++k) harmonic += 1.0 / k;
  for (const int k : {1, 2, 10}) EXPECT_NEAR(users[k] / (200000 / harmonic / k), 1.0, 0.05) << k;

  int carts = 0;
  for (const auto& page : column_of<std::string_view>(source, "page")) {
    ASSERT_NE(page, "never");
    carts += page == "cart" ? 1 : 0;
  }
  EXPECT_NEAR(carts / 200000.0, 1.0 / 6, 0.005);
  int flags = 0;
  for (const bool flag : column_of<bool>(source, "flag")) flags += flag ? 1 : 0;
  EXPECT_NEAR(flags / 200000.0, 0.25, 0.005);
}

TEST_F(GeneratorTest, TimesAreLateByAtMostTheDisorder) {
  ComponentUnderTest source("generator", std::string("rows: 10000\n") + kAll);
  source.poll_all();
  constexpr int64_t kStart = 1735689600000000;
  int64_t largest = 0;
  const auto times = column_of<int64_t>(source, "ts");
  for (size_t i = 0; i < times.size(); ++i) {
    const int64_t late = kStart + static_cast<int64_t>(i) * 10'000 - times[i];
    ASSERT_TRUE(late >= 0 && late <= 2'000'000) << i;
    largest = std::max(largest, late);
  }
  EXPECT_GT(largest, 1'990'000);
}

TEST_F(GeneratorTest, ARateSpreadsTheRowsOverTime) {
  ComponentUnderTest source("generator", "rows: 250\nrate: 100\ncolumns: {id: sequence}");
  EXPECT_EQ(source.poll(), WEIR_NOT_READY);
  EXPECT_EQ(source.wake().until_ns, 10'000'001);
  test::set_monotonic_ns(10'000'001);
  EXPECT_EQ(source.poll(), WEIR_DONE);
  EXPECT_EQ(rows_of(source).size(), 1U);
  EXPECT_EQ(source.poll(), WEIR_NOT_READY);
  test::set_monotonic_ns(1'000'000'000);
  EXPECT_EQ(source.poll_all(), WEIR_NOT_READY);
  EXPECT_EQ(rows_of(source).size(), 100U);
  test::set_monotonic_ns(9'000'000'000);
  EXPECT_EQ(source.poll_all(), WEIR_FINISHED);
  EXPECT_EQ(rows_of(source).size(), 250U);
}

TEST_F(GeneratorTest, WithoutRowsItNeverEnds) {
  ComponentUnderTest source("generator", "columns: {id: sequence}");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(source.poll(), WEIR_DONE);
  EXPECT_EQ(source.context().rows.back().next, 10 * 8192);
}

TEST_F(GeneratorTest, LongTextsMakeSmallBatches) {
  ComponentUnderTest source("generator", "rows: 100\ncolumns: {s: {random_string: 65536}}");
  source.poll();
  EXPECT_EQ(source.context().rows[0].batch.row_count(), 15U);
}

// What people get wrong, and what they read then.

std::string fault_of(const std::string& yaml) { return ComponentUnderTest("generator", yaml).fault(); }

TEST_F(GeneratorTest, MistakesSayWhatWasExpected) {
  EXPECT_EQ(fault_of("rows: 3"),
            "generator needs the option 'columns' (map of names to choice or map) (for example "
            "columns: {id: sequence})");
  EXPECT_EQ(fault_of("columns: {}"), "'columns' is empty: name at least one column");
  EXPECT_EQ(fault_of("columns: {id: sequenze}"),
            "option 'columns.id': expected a choice or map, found 'sequenze'");
  EXPECT_EQ(fault_of("columns: {u: {zipff: {n: 3}}}"),
            "'columns.u' has no option 'zipff' (did you mean 'zipf'?)");
  EXPECT_EQ(fault_of("columns: {u: {}}"),
            "column 'u': expected one kind, as in {zipf: {n: 1000}}, found none");
  EXPECT_EQ(fault_of("columns: {u: {zipf: {n: 3}, uniform: {}}}"),
            "column 'u': expected one kind, as in {zipf: {n: 1000}}, found several");
  EXPECT_EQ(fault_of("columns: {u: {zipf: {n: 0}}}"),
            "option 'columns.u.zipf.n': expected 1 to 1000000000000000, found 0");
  EXPECT_EQ(fault_of("columns: {u: {uniform: {min: 3, max: 3}}}"), "column 'u': uniform needs min below max");
  EXPECT_EQ(fault_of("columns: {u: {choice: {}}}"), "column 'u': choice needs at least one weight above 0");
  EXPECT_EQ(fault_of("columns: {u: {choice: {a: -1}}}"), "column 'u': the weight of 'a' must be 0 or above");
  EXPECT_EQ(fault_of("columns: {t: {time: {step: 1s}}}"),
            "'columns.t.time' needs the option 'columns.t.time.start' (timestamp) (for example start: "
            "2025-01-01T00:00:00Z)");
}

TEST_F(GeneratorTest, FewerRowsThanTheCheckpointMadeAreAFault) {
  ComponentUnderTest source("generator", "rows: 3\ncolumns: {id: sequence}");
  EXPECT_FALSE(source.restore({{"0", {4, {}}}}));
  EXPECT_EQ(source.fault(),
            "the checkpoint made 4 rows, and 'rows' is 3 now: raise it, or start with --from-scratch");
}

}  // namespace
}  // namespace weir::generator
