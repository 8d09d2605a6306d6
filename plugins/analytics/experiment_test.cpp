// The component in the engine. Numbers of the statistics are tested in experiment_comparison_test.cpp.
#include <algorithm>
#include <cmath>

#include <weir/test/conformance.hpp>

namespace weir::test::experiment_test {
namespace {

using testing::HasSubstr;

const std::string kColumns = "t: timestamp, unit: string, arm: string, bought: bool, revenue: float64";

/// What a result says in one column, by row.
std::vector<std::string> texts(const Rows& rows, const std::string& name) {
  std::vector<std::string> made;
  if (rows.size() == 0) return made;
  const StringColumn column(rows.batch.raw_column(*rows.schema.find(name)));
  for (size_t row = 0; row < rows.size(); ++row) made.emplace_back(column[row]);
  return made;
}
std::vector<double> numbers(const Rows& rows, const std::string& name) {
  std::vector<double> made;
  if (rows.size() == 0) return made;
  const auto column = rows.batch.column<double>(*rows.schema.find(name));
  for (size_t row = 0; row < rows.size(); ++row) made.push_back(column.is_null(row) ? NAN : column[row]);
  return made;
}
std::vector<int64_t> counts(const Rows& rows, const std::string& name) {
  if (rows.size() == 0) return {};
  const auto column = rows.batch.column<int64_t>(*rows.schema.find(name));
  return {column.values().begin(), column.values().end()};
}
using Texts = std::vector<std::string>;
using Counts = std::vector<int64_t>;

/// `n` units of an arm, of which every `every`th bought.
std::string units(const std::string& arm, int n, int every,
                  const std::string& time = "2025-01-01T00:00:00Z") {
  std::string rows;
  for (int i = 0; i < n; ++i)
    rows += (i == 0 ? "" : ", ") + std::string("[\"") + time + "\", \"" + arm + std::to_string(i) + "\", \"" +
            arm + "\", " + (i % every == 0 ? "true, 2.5]" : "false, 1.0]");
  return rows;
}
std::string both(int old_every = 4, int new_every = 2) {
  return "[" + units("old", 200, old_every) + ", " + units("new", 200, new_every) + "]";
}

TEST(Experiment, TellsOfEachMetricAndTreatmentInPlainWords) {
  NodeHarness node("experiment",
                   "arm: arm\ncontrol: old\nunit: unit\nmetrics: {sold: {proportion: bought}, "
                   "spent: {mean: revenue}}",
                   kColumns);
  ASSERT_EQ(node.fault(), "");
  node.push(both());
  EXPECT_EQ(node.pull().size(), 0U);
  node.end();
  const Rows rows = node.pull();
  EXPECT_EQ(texts(rows, "metric"), (Texts{"sold", "spent"}));
  EXPECT_EQ(texts(rows, "arm"), (Texts{"new", "new"}));
  EXPECT_EQ(texts(rows, "control"), (Texts{"old", "old"}));
  EXPECT_EQ(texts(rows, "test"), (Texts{"two-proportion z", "Welch t"}));
  EXPECT_EQ(counts(rows, "n"), (Counts{200, 200}));
  EXPECT_EQ(counts(rows, "n_control"), (Counts{200, 200}));
  EXPECT_EQ(numbers(rows, "estimate"), (std::vector<double>{0.5, 1.75}));
  EXPECT_NEAR(numbers(rows, "difference")[0], 0.25, 1e-12);
  EXPECT_NEAR(numbers(rows, "difference")[1], 0.375, 1e-12);
  EXPECT_EQ(numbers(rows, "lift")[0], 1.0);
  EXPECT_EQ(numbers(rows, "sample_ratio_p"), (std::vector<double>{1, 1}));
  EXPECT_EQ(texts(rows, "verdict"), (Texts{"better", "better"}));
  EXPECT_EQ(
      texts(rows, "sentence"),
      (Texts{
          "sold: new has 50 %, old 25 %: 25 percentage points higher (95 % interval: 15.59 higher to "
          "33.79 higher). new is better.",
          "spent: new has 1.75 on average, old 1.375: 0.375 higher (95 % interval: 0.2367 higher to 0.5133 "
          "higher). new is better."}));
}

TEST(Experiment, RowsOfOneUnitAreSummedAndOneThatIsInTwoArmsIsLeftOut) {
  NodeHarness node("experiment",
                   "arm: arm\ncontrol: old\nunit: unit\nmetrics: {sold: {proportion: bought}, "
                   "spent: {mean: revenue}}",
                   kColumns);
  node.push(R"([[null, "a", "old", false, 1.0], [null, "b", "old", false, 5.0], [null, "c", "new", true, 2.0],
                [null, "x", "old", true, 100.0]])");
  node.push(R"([[null, "a", "old", true, 2.0], [null, "c", "new", true, 3.0], [null, "a", "old", false, null],
                [null, "d", "new", false, null], [null, "e", "new", null, 1.5], [null, "x", "new", true, 100.0]])");
  node.end();
  const Rows rows = node.pull();
  EXPECT_EQ(counts(rows, "n"), (Counts{2, 2}));  // d has no revenue, e says nothing of bought.
  EXPECT_EQ(counts(rows, "n_control"), (Counts{2, 2}));
  EXPECT_EQ(numbers(rows, "estimate"), (std::vector<double>{0.5, 3.25}));
  EXPECT_EQ(numbers(rows, "estimate_control"), (std::vector<double>{0.5, 4.0}));
  EXPECT_EQ(counts(rows, "crossed_units"), (Counts{1, 1}));
  EXPECT_THAT(texts(rows, "sentence")[0], HasSubstr("Left out: units that were in several arms, 1."));
}

TEST(Experiment, WithoutUnitEachRowIsOneAndTheResultIsTheSame) {
  const std::string options =
      "arm: arm\ncontrol: old\nmetrics: {sold: {proportion: bought}, spent: {mean: revenue}}";
  NodeHarness by_unit("experiment", options + "\nunit: unit", kColumns);
  NodeHarness by_row("experiment", options, kColumns);
  for (NodeHarness* node : {&by_unit, &by_row}) {
    node->push(both());
    node->end();
  }
  const Rows one = by_unit.pull();
  const Rows other = by_row.pull();
  EXPECT_EQ(texts(one, "sentence"), texts(other, "sentence"));
  for (const char* name : {"estimate", "low", "high", "p", "p_adjusted", "statistic", "mde"})
    for (size_t row = 0; row < 2; ++row)
      EXPECT_NEAR(numbers(one, name)[row], numbers(other, name)[row], 1e-12) << name;
}

TEST(Experiment, ASplitThatDoesNotFitIsToldBeforeAnythingElse) {
  NodeHarness node("experiment",
                   "arm: arm\ncontrol: old\nunit: unit\nsplit: {old: 3, new: 1}\n"
                   "metrics: {sold: {proportion: bought}}",
                   kColumns);
  node.push(both());
  node.push(R"([[null, "z", "other", true, 1.0]])");
  node.end();
  const Rows rows = node.pull();
  EXPECT_EQ(texts(rows, "verdict"), Texts{"sample_ratio_mismatch"});
  EXPECT_THAT(texts(rows, "sentence")[0], testing::StartsWith("Do not decide by this: the numbers of units"));
  EXPECT_LT(numbers(rows, "sample_ratio_p")[0], 1e-9);
  const auto rejected = node.pull_errors();
  ASSERT_EQ(rejected.size(), 1U);
  EXPECT_EQ(rejected[0].code, "unknown-arm");
  EXPECT_EQ(rejected[0].message, "the arm 'other' is not one of those in split (old, new)");
}

TEST(Experiment, ADeclaredArmWithoutUnitsHasTooLittleData) {
  NodeHarness node("experiment",
                   "arm: arm\ncontrol: old\nsplit: {old: 1, new: 1}\nmetrics: {spent: {mean: revenue}}",
                   kColumns);
  node.end();
  const Rows rows = node.pull();
  EXPECT_EQ(texts(rows, "verdict"), Texts{"not_enough_data"});
  EXPECT_EQ(texts(rows, "sentence"),
            Texts{"spent: too little data to compare new (0 units) with old (0 units)."});
}

TEST(Experiment, AMetricAmongManyAnswersForTheirNumber) {
  // 30 of 200 against 46 of 200: p = 0.042, times two is more than 0.05.
  std::string rows = "[";
  for (const auto& [arm, hits] : {std::pair("old", 30), std::pair("new", 46)})
    for (int i = 0; i < 200; ++i)
      rows += (rows.size() == 1 ? "" : ", ") + std::string("[null, \"u\", \"") + arm + "\", " +
              (i < hits ? "true" : "false") + ", " + std::to_string(i % 2) + ".0]";
  NodeHarness node("experiment",
                   "arm: arm\ncontrol: old\nmetrics: {sold: {proportion: bought}, spent: {mean: revenue}}",
                   kColumns);
  node.push(rows + "]");
  node.end();
  const Rows found = node.pull();
  EXPECT_NEAR(numbers(found, "p_adjusted")[0], 2 * numbers(found, "p")[0], 1e-15);
  EXPECT_EQ(texts(found, "verdict"), (Texts{"unclear", "unclear"}));
  EXPECT_THAT(
      texts(found, "sentence")[0],
      HasSubstr("Alone this would count as a difference; with so many comparisons it may be chance."));
}

TEST(Experiment, GuardrailsHoldOrBreakOrStayOpen) {
  const auto verdict = [](const std::string& margin, int new_every) {
    NodeHarness node(
        "experiment",
        "arm: arm\ncontrol: old\nmetrics: {sold: {proportion: bought, guardrail: {margin: " + margin + "}}}",
        kColumns);
    node.push(both(2, new_every));
    node.end();
    return texts(node.pull(), "verdict");
  };
  EXPECT_EQ(verdict("0.15", 2), Texts{"holds"});
  EXPECT_EQ(verdict("0.05", 2), Texts{"unclear"});
  EXPECT_EQ(verdict("0.1", 10), Texts{"broken"});
}

TEST(Experiment, EachWindowIsAnExperimentAndClosesAtTheWatermark) {
  Settings settings;
  settings.outputs = {"out", "late"};
  settings.event_time = "t";
  settings.is_endless = true;
  NodeHarness node(
      "experiment",
      "arm: arm\ncontrol: old\nunit: unit\nwindow: {tumbling: 1d}\nmetrics: {sold: {proportion: bought}}",
      kColumns, settings);
  ASSERT_EQ(node.fault(), "");
  node.push("[" + units("old", 40, 4) + ", " + units("new", 40, 2) + "]");
  EXPECT_EQ(node.pull().size(), 0U);
  node.push("[" + units("old", 1, 1, "2025-01-02T00:00:00Z") + "]");
  const Rows first = node.pull();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(counts(first, "window_start"), Counts{1735689600000000});
  EXPECT_EQ(counts(first, "window_end"), Counts{1735776000000000});
  EXPECT_EQ(counts(first, "n"), Counts{40});
  node.push("[" + units("new", 1, 1) + "]");
  EXPECT_EQ(node.pull("late").size(), 1U);
  node.push("[" + units("new", 1, 1, "2025-01-02T05:00:00Z") + "]");
  node.end();
  EXPECT_EQ(counts(node.pull(), "n"), Counts{1});
}

TEST(Experiment, EarlyResultsComeWhenSomethingChangedAndTheLastIsFinal) {
  for (const char* unit : {"\nunit: unit", ""}) {
    NodeHarness node("experiment",
                     "arm: arm\ncontrol: old\nemit: {every: 10s}\nsequential: {planned_units: 1000}\n"
                     "metrics: {sold: {proportion: bought}}" +
                         std::string(unit),
                     kColumns);
    ASSERT_EQ(node.fault(), "");
    node.push("[" + units("old", 50, 2) + ", " + units("new", 50, 2) + "]");
    node.advance(std::chrono::seconds(11));
    Rows rows = node.pull();
    EXPECT_EQ(counts(rows, "revision"), Counts{0});
    EXPECT_EQ(texts(rows, "test"), Texts{"mixture SPRT"});
    node.advance(std::chrono::seconds(11));
    EXPECT_EQ(node.pull().size(), 0U);
    node.checkpoint();
    node.restart();
    node.pull();
    node.push("[" + units("later", 1, 2) + "]");
    node.end();
    rows = node.pull();
    EXPECT_EQ(counts(rows, "n"), (Counts{1, 50}));  // later, new
    EXPECT_THAT(texts(rows, "sentence")[1], HasSubstr("95 % interval that holds at every look"));
  }
}

TEST(Experiment, RowsThatSayNothingUsableAreRejected) {
  NodeHarness node("experiment",
                   "arm: arm\ncontrol: old\nunit: unit\nmetrics: {spent: {mean: revenue * 1e308 * 10}}",
                   kColumns);
  NodeHarness sound("experiment", "arm: arm\ncontrol: old\nunit: unit\nmetrics: {spent: {mean: revenue}}",
                    kColumns);
  sound.push(R"([[null, "a", null, true, 1.0], [null, null, "old", true, 1.0]])");
  const auto rejected = sound.pull_errors();
  ASSERT_EQ(rejected.size(), 2U);
  EXPECT_EQ(rejected[0].code, "missing-arm");
  EXPECT_EQ(rejected[1].code, "missing-unit");
  node.push(R"([[null, "a", "old", true, 1.0]])");
  const auto infinite = node.pull_errors();
  ASSERT_EQ(infinite.size(), 1U);
  EXPECT_EQ(infinite[0].code, "not-finite");
  EXPECT_EQ(infinite[0].message, "the metric 'spent' is infinite or not a number");
}

TEST(Experiment, AStreamAndABoundedRunGiveTheSameWhateverTheOrderOfTheRows) {
  // Two days of units that come back; the stream gets each day's rows backwards, one by one.
  std::vector<std::string> days[2];
  for (int day = 0; day < 2; ++day)
    for (int i = 0; i < 60; ++i) {
      const std::string time =
          "2025-01-0" + std::to_string(day + 1) + "T" + std::to_string(10 + i / 10) + ":00:00Z";
      const std::string arm = i % 2 == 0 ? "old" : "new";
      days[day].push_back("[\"" + time + "\", \"u" + std::to_string(i % 24) + "\", \"" + arm + "\", " +
                          (i % 5 == 0 ? "true" : "false") + ", " + std::to_string(1.1 * i + day) + "]");
    }
  const auto run = [&](const std::string& unit, bool is_stream) {
    Settings settings;
    settings.event_time = "t";
    settings.max_delay = "12h";
    settings.is_endless = is_stream;
    NodeHarness node(
        "experiment",
        "arm: arm\ncontrol: old\nwindow: {tumbling: 1d}\nmetrics: {sold: {proportion: bought}, spent: "
        "{mean: revenue, covariate: revenue * revenue}, each: {ratio: {numerator: revenue, denominator: "
        "revenue * revenue + 1}}}\n" +
            unit,
        kColumns, settings);
    std::vector<std::string> all;
    for (std::vector<std::string> rows : days) {
      if (is_stream) std::ranges::reverse(rows);
      all.insert(all.end(), rows.begin(), rows.end());
    }
    std::string joined;
    for (const std::string& row : all) {
      if (is_stream) node.push("[" + row + "]");
      joined += (joined.empty() ? "" : ", ") + row;
    }
    if (!is_stream) node.push("[" + joined + "]");
    node.end();
    return node.pull();
  };
  for (const char* unit : {"unit: unit", ""}) {
    const Rows bounded = run(unit, false);
    const Rows stream = run(unit, true);
    ASSERT_EQ(bounded.size(), 6U);
    EXPECT_EQ(counts(bounded, "window_start"), counts(stream, "window_start"));
    EXPECT_EQ(texts(bounded, "verdict"), texts(stream, "verdict"));
    EXPECT_EQ(counts(bounded, "n"), counts(stream, "n"));
    for (const char* name : {"estimate", "difference", "low", "high", "p", "p_adjusted", "statistic", "mde"})
      for (size_t row = 0; row < 6; ++row) {
        const double expected = numbers(bounded, name)[row];
        if (std::isnan(expected))
          EXPECT_TRUE(std::isnan(numbers(stream, name)[row])) << name;
        else
          EXPECT_NEAR(numbers(stream, name)[row], expected, 1e-12 * std::max(1.0, std::fabs(expected)))
              << name;
      }
  }
}

TEST(Experiment, KeepsThePromisesOfEveryComponent) {
  const std::string rows = R"([["2025-01-01T00:00:00Z", "a", "old", true, 1.0],
      ["2025-01-01T00:00:01Z", "b", "new", false, 2.5], ["2025-01-01T00:00:02Z", "c", "old", false, 0.5],
      ["2025-01-01T00:00:03Z", "d", "new", true, 3.25], ["2025-01-01T00:00:04Z", "a", "old", false, 1.5],
      ["2025-01-01T00:00:05Z", "b", "old", true, 1.0], ["2025-01-01T00:00:06Z", "e", "new", null, 8.0]])";
  const std::string start = "arm: arm\ncontrol: old\n";
  expect_conforms(
      transform("experiment",
                start + "unit: unit\nmetrics: {sold: {proportion: bought}, spent: {mean: revenue}}",
                kColumns),
      {.rows = rows,
       .bad_options = {
           {start + "metrics: {}", "metrics: at least one is needed"},
           {start + "metrics: {a: {}}", "metrics: 'a' says nothing to measure"},
           {start + "metrics: {a: {mean: revenue, proportion: bought}}",
            "metrics: 'a' says more than one thing"},
           {start + "metrics: {a: {mean: arm}}", "metrics: 'a' has a mean that is string, expected a number"},
           {start + "metrics: {a: {proportion: bought, covariate: revenue}}", "goes with a mean only"},
           {start + "metrics: {a: {mean: revenue}}\nsplit: {new: 1, other: 1}",
            "does not name the control 'old'"},
           {start + "metrics: {a: {mean: revenue}}\nemit: {every: 1s}",
            "say sequential: {planned_units: 100000}"}}});
  Settings timed;
  timed.event_time = "t";
  expect_conforms(
      transform("experiment",
                start + "window: {tumbling: 2s}\nmetrics: {sold: {proportion: bought}, spent: {mean: "
                        "revenue}, each: {ratio: {numerator: revenue, denominator: revenue + 1}}}",
                kColumns, timed),
      {.rows = rows});
}

TEST(Bucket, SpreadsUnitsEvenlyAndAnewForEachSalt) {
  NodeHarness node(expression("bucket(unit, salt, 10)", "unit: string, salt: string"));
  std::string rows = "[";
  for (int i = 0; i < 10'000; ++i)
    rows += (i == 0 ? "" : ", ") + std::string("[\"u") + std::to_string(i / 2) + "\", \"" +
            (i % 2 == 0 ? "a" : "b") + "\"]";
  node.push(rows + "]");
  node.end();
  const Rows found = node.pull();
  const auto buckets = found.batch.column<int64_t>(0);
  std::vector<int> sizes(10);
  int same = 0;
  for (size_t i = 0; i < buckets.size(); i += 2) {
    ++sizes.at(static_cast<size_t>(buckets[i]));
    same += buckets[i] == buckets[i + 1] ? 1 : 0;
  }
  for (const int size : sizes) EXPECT_NEAR(size, 500, 90);  // Four standard deviations.
  EXPECT_NEAR(same, 500, 90);
}

TEST(Bucket, IsTheDocumentedHash) {
  // Python: xxhash.xxh64(f"{salt}:{unit}".encode(), seed=0).intdigest() * buckets >> 64
  NodeHarness node(expression("bucket(unit, 'checkout-2', 100)", "unit: string"));
  node.push(R"([["u1"], ["42"], ["ann"], [null]])");
  node.end();
  EXPECT_THAT(node.pull(), IsBatch("[[42], [75], [27], [null]]"));
  NodeHarness number(expression("bucket(unit, 'checkout-2', 100)", "unit: int64"));
  number.push("[[42]]");
  number.end();
  EXPECT_THAT(number.pull(), IsBatch("[[75]]"));
}

}  // namespace
}  // namespace weir::test::experiment_test
