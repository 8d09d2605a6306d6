// corr, covar, quantiles, histogram, mode, top_k, quantile_change against numpy 2.4 and scipy 1.17; avg, var
// and stddev against what NIST certifies.
#include <algorithm>
#include <cmath>
#include <sstream>

#include <gtest/gtest.h>

#include "node_harness/node_harness.hpp"

namespace weir::test {
namespace {

constexpr const char* kPairColumns = "k: string, x: float64, y: float64, is_after: bool";

/// x = i * 7919 mod 1000 / 10, y = i * 104729 mod 997 / 7 - 0.3 x, 400 pairs.
std::vector<std::pair<double, double>> pairs() {
  std::vector<std::pair<double, double>> made;
  for (int i = 0; i < 400; ++i) {
    const double x = (i * 7919) % 1000 / 10.0;
    made.emplace_back(x, (i * 104729) % 997 / 7.0 - 0.3 * x);
  }
  return made;
}
std::string exact(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.17g", value);
  return text;
}
Cells pair_rows() {
  Cells rows;
  for (const auto& [x, y] : pairs()) rows.push_back({"a", exact(x), exact(y), "false"});
  return rows;
}

Batch whole(const std::string& call, const Cells& rows, const std::string& columns = kPairColumns) {
  NodeHarness node("aggregate", "compute: {r: \"" + call + "\"}", columns);
  EXPECT_EQ(node.fault(), "");
  node.push(rows);
  node.end();
  return std::move(node.take_batches().at(0));
}
/// Through three partial copies.
Batch in_parts(const std::string& call, const Cells& rows, const std::string& columns = kPairColumns) {
  NodeHarness last("aggregate", "compute: {r: \"" + call + "\"}", columns, {.mode = WEIR_MODE_FINAL});
  for (const size_t copy : {2, 0, 1}) {
    NodeHarness partial("aggregate", "compute: {r: \"" + call + "\"}", columns, {.mode = WEIR_MODE_PARTIAL});
    for (size_t i = copy; i < rows.size(); i += 3) {
      partial.push(Cells{rows[i]});
      if (i % 50 == copy) partial.barrier();
    }
    partial.end();
    for (Batch& batch : partial.take_batches()) last.push(std::move(batch));
  }
  last.end();
  return std::move(last.take_batches().at(0));
}

TEST(Statistics, CovarianceAndCorrelationAreThoseOfNumpyAndScipy) {
  const Cells rows = pair_rows();
  const auto expect = [&](const std::string& call, double wanted) {
    EXPECT_NEAR(whole(call, rows).column<double>(0)[0], wanted, 1e-11 * std::fabs(wanted)) << call;
    EXPECT_NEAR(in_parts(call, rows).column<double>(0)[0], wanted, 1e-11 * std::fabs(wanted)) << call;
  };
  expect("corr(x, y)", -0.1909276310472881);
  expect("covar(x, y)", -231.51979949874683);
  expect("covar_pop(x, y)", -230.941);
}

/// A mean and a standard deviation, and how far from them is allowed, as a share.
struct Certified {
  const char* name;
  Cells rows;
  double mean, deviation, tolerance;
};

/// One value, then 500 times two others.
Cells one_and_pairs(const std::string& one, const std::string& low, const std::string& high) {
  Cells rows = {{one}};
  for (int i = 0; i < 500; ++i) {
    rows.push_back({low});
    rows.push_back({high});
  }
  return rows;
}

/// Michelson's 100 measurements of the speed of light (1879) [1e6 m/s], in hundredths above 299.
Cells michelson_rows() {
  constexpr int kHundredths[] = {
      85, 74, 90, 107, 93, 85, 95, 98, 98, 88, 100, 98, 93, 65, 76, 81, 100, 100, 96, 96, 96, 94, 96, 94, 88,
      80, 85, 88, 90,  84, 83, 79, 81, 88, 88, 83,  80, 79, 76, 80, 88, 88,  88,  86, 72, 72, 62, 86, 97, 95,
      88, 91, 85, 87,  84, 84, 85, 84, 84, 84, 89,  81, 81, 82, 80, 77, 76,  74,  75, 76, 91, 92, 89, 86, 88,
      72, 84, 85, 85,  78, 89, 84, 78, 81, 76, 81,  79, 81, 82, 85, 87, 87,  81,  74, 81, 94, 95, 80, 81, 87};
  Cells rows;
  for (const int hundredths : kHundredths) rows.push_back({exact((29'900 + hundredths) / 100.0)});
  return rows;
}

// NIST's Statistical Reference Datasets, univariate: Michelso, NumAcc1 to NumAcc4. Of numbers that differ in
// the eighth digit only, a double has lost as many digits of the deviation before anything is computed.
TEST(Statistics, MeansAndSpreadsAreThoseThatNistCertifies) {
  const std::vector<Certified> all = {
      {"Michelso", michelson_rows(), 299.8524, 0.0790105478190518, 5e-12},
      {"NumAcc1", {{"10000001"}, {"10000003"}, {"10000002"}}, 10'000'002, 1, 1e-14},
      {"NumAcc2", one_and_pairs("1.2", "1.1", "1.3"), 1.2, 0.1, 1e-12},
      {"NumAcc3", one_and_pairs("1000000.2", "1000000.1", "1000000.3"), 1'000'000.2, 0.1, 1e-9},
      {"NumAcc4", one_and_pairs("10000000.2", "10000000.1", "10000000.3"), 10'000'000.2, 0.1, 2e-8}};
  for (const Certified& known : all) {
    SCOPED_TRACE(known.name);
    const auto expect = [&](const std::string& call, double wanted, double tolerance) {
      EXPECT_NEAR(whole(call, known.rows, "x: float64").column<double>(0)[0] / wanted, 1, tolerance);
      EXPECT_NEAR(in_parts(call, known.rows, "x: float64").column<double>(0)[0] / wanted, 1, tolerance);
    };
    expect("avg(x)", known.mean, 1e-15);
    expect("stddev(x)", known.deviation, known.tolerance);
    expect("var(x)", known.deviation * known.deviation, 2 * known.tolerance);
  }
}

// numpy.quantile(y, q, method='linear') of the 400 pairs' y, type 7 of Hyndman and Fan: 1e-10.
TEST(Statistics, QuantilesAreThoseOfNumpy) {
  const Cells rows = pair_rows();
  const auto expect = [&](const std::string& call, double wanted) {
    EXPECT_NEAR(whole(call, rows).column<double>(0)[0], wanted, 1e-10) << call;
    EXPECT_NEAR(in_parts(call, rows).column<double>(0)[0], wanted, 1e-10) << call;
  };
  for (const std::string name : {"quantile", "quantile_exact"}) {
    expect(name + "(y, 0.01)", -19.760514285714283);
    expect(name + "(y, 0.1)", -1.2779999999999956);
    expect(name + "(y, 0.25)", 19.638928571428572);
    expect(name + "(y, 0.37)", 36.22252857142856);
  }
  expect("p50(y)", 54.412142857142854);
  expect("p90(y)", 111.94685714285717);
  expect("p99(y)", 131.75337142857143);
}

/// The bins as "low high count".
std::vector<std::string> bins(const Batch& batch) {
  const ListColumn list(batch.raw_column(0));
  const StructColumn items(list.items());
  const ColumnView<double> low(items.member(0));
  const ColumnView<double> high(items.member(1));
  const ColumnView<int64_t> count(items.member(2));
  std::vector<std::string> made;
  for (size_t i = list.first(0); i < list.first(1); ++i)
    made.push_back((low.is_null(i) ? "-" : exact(low[i])) + " " + (high.is_null(i) ? "-" : exact(high[i])) +
                   " " + std::to_string(count[i]));
  return made;
}

TEST(Statistics, HistogramIsThatOfNumpyAndHidesNothing) {
  const Cells rows = pair_rows();
  const std::vector<std::string> found = bins(whole("histogram(x, 10, 85, 7)", rows));
  ASSERT_EQ(found.size(), 9U);
  const int counts[] = {41, 42, 43, 42, 42, 43, 43, 45, 59};  // The first and the last lie outside.
  for (size_t i = 0; i < 9; ++i) EXPECT_TRUE(found[i].ends_with(" " + std::to_string(counts[i]))) << found[i];
  // numpy.histogram_bin_edges(x, 7, (10, 85)): 1e-12.
  const double edges[] = {10,
                          20.714285714285715,
                          31.428571428571427,
                          42.14285714285714,
                          52.857142857142854,
                          63.57142857142857,
                          74.28571428571428,
                          85};
  for (size_t bin = 0; bin < 7; ++bin) {
    double low = 0;
    double high = 0;
    std::istringstream(found[bin + 1]) >> low >> high;
    EXPECT_NEAR(low, edges[bin], 1e-12);
    EXPECT_NEAR(high, edges[bin + 1], 1e-12);
  }
  EXPECT_EQ(found[0], "- 10 41");
  EXPECT_EQ(found[8], "85 - 59");
  EXPECT_EQ(bins(in_parts("histogram(x, 10, 85, 7)", rows)), found);
  EXPECT_EQ(
      bins(whole("histogram(x, 0, 0.3, 3)",
                 {{"a", "0.1"}, {"a", "0.3"}, {"a", "0"}, {"a", "0.2"}, {"a", "NaN"}, {"a", std::nullopt}},
                 "k: string, x: float64")),
      (std::vector<std::string>{"0 0.099999999999999992 1", "0.099999999999999992 0.19999999999999998 1",
                                "0.19999999999999998 0.29999999999999999 2", "0.29999999999999999 - 1"}));
}

std::vector<std::string> most_frequent(const Batch& batch) {
  const ListColumn list(batch.raw_column(0));
  const StructColumn items(list.items());
  const StringColumn values(items.member(0));
  const ColumnView<int64_t> times(items.member(1));
  std::vector<std::string> made;
  for (size_t i = list.first(0); i < list.first(1); ++i)
    made.push_back(std::string(values[i]) + " " + std::to_string(times[i]));
  return made;
}

TEST(Statistics, TheMostFrequentComeFirstAndTiesByValue) {
  Cells rows;
  for (int i = 0; i < 900; ++i) rows.push_back({"page " + std::to_string(i % 100 < 60 ? i % 3 : i % 100)});
  rows.push_back({""});
  rows.push_back({std::nullopt});
  const std::vector<std::string> wanted = {"page 0 180", "page 1 180", "page 2 180", "page 60 9"};
  EXPECT_EQ(most_frequent(whole("top_k(s, 4)", rows, "s: string")), wanted);
  EXPECT_EQ(most_frequent(in_parts("top_k(s, 4)", rows, "s: string")), wanted);
  EXPECT_EQ(most_frequent(whole("top_k(s, 1000)", rows, "s: string")).size(), 44U);
  EXPECT_EQ(most_frequent(whole("top_k(s, 1000)", rows, "s: string")).back(), " 1");
  EXPECT_TRUE(most_frequent(whole("top_k(s, 4)", {{std::nullopt}}, "s: string")).empty());
}

TEST(Statistics, ModesOfEveryType) {
  const auto mode = [](const std::string& type, const Cells& rows) {
    NodeHarness node("aggregate", "compute: {r: mode(x)}", "x: " + type);
    node.push(rows);
    node.end();
    return node.take().at(0);
  };
  EXPECT_EQ(mode("int8", {{"-3"}, {"2"}, {"-3"}, {"2"}}), "-3");
  EXPECT_EQ(mode("uint64", {{"18446744073709551615"}, {"1"}, {"18446744073709551615"}}),
            "18446744073709551615");
  EXPECT_EQ(mode("float64", {{"-0.0"}, {"1"}, {"0"}}), "0");
  EXPECT_EQ(mode("decimal(10,2)", {{"-1.50"}, {"2.25"}, {"-1.50"}}), "-1.50");
  EXPECT_EQ(mode("string", {{"b"}, {"a"}, {""}, {""}}), "");
  EXPECT_EQ(mode("bool", {{"true"}, {"false"}, {"true"}}), "true");
  EXPECT_EQ(mode("date32", {{"2025-01-31"}, {std::nullopt}}), "2025-01-31");
  EXPECT_EQ(mode("int64", {{std::nullopt}}), "null");
}

std::vector<double> change_of(const Batch& batch) {
  const StructColumn change(batch.raw_column(0));
  std::vector<double> made;
  for (size_t i = 0; i < change.member_count(); ++i) {
    const ColumnView<double> member(change.member(i));
    made.push_back(member.is_null(0) ? NAN : member[0]);
  }
  return made;
}

/// Bounds as 200,000 bootstrap samples drawn row by row with numpy give them, to a tenth of their distance.
TEST(Statistics, ChangesOfQuantilesHaveTheIntervalOfTheBootstrap) {
  Cells rows;
  for (int i = 0; i < 400; ++i) {
    rows.push_back({"a", exact(std::exp((i * 7919) % 1000 / 250.0)), "0", "false"});
    rows.push_back({"a", exact(1.2 * std::exp((i * 6007) % 1000 / 250.0)), "0", "true"});
  }
  const std::vector<double> median = change_of(whole("quantile_change(x, is_after, 0.5)", rows));
  EXPECT_NEAR(median[0], 7.463451687434466, 1e-9);
  EXPECT_NEAR(median[1], 7.662387021333764, 1e-9);
  EXPECT_NEAR(median[2], 0.026654601949688717, 1e-9);
  EXPECT_NEAR(median[3], -0.21469134, 0.05);
  EXPECT_NEAR(median[4], 0.34759505, 0.05);
  const std::vector<double> p90 = change_of(whole("quantile_change(x, is_after, 0.9)", rows));
  EXPECT_NEAR(p90[2], 0.015662534076354095, 1e-9);
  EXPECT_NEAR(p90[3], -0.17936631, 0.04);
  EXPECT_NEAR(p90[4], 0.23902101, 0.04);
  EXPECT_EQ(change_of(in_parts("quantile_change(x, is_after, 0.5)", rows)), median);
  const std::vector<double> one_side = change_of(whole("quantile_change(x, is_after, 0.5)", pair_rows()));
  EXPECT_FALSE(std::isnan(one_side[0]));
  for (size_t i = 1; i < 5; ++i) EXPECT_TRUE(std::isnan(one_side[i]));
}

TEST(Statistics, WrongArgumentsAreNamed) {
  const auto fault = [](const std::string& call) {
    return NodeHarness("aggregate", "compute: {r: \"" + call + "\"}", kPairColumns).fault();
  };
  EXPECT_EQ(fault("corr(x)"), "corr: corr takes two numbers, found (float64)");
  EXPECT_EQ(fault("histogram(x, 5, 5, 3)"),
            "histogram: the bins must begin and end at constants, the first below the second, such as "
            "histogram(x, 0, 100, 10)");
  EXPECT_EQ(fault("histogram(x, 0, 5, 0)"),
            "histogram: how many bins, its fourth argument, must be a constant from 1 to 10000");
  EXPECT_EQ(fault("top_k(x, 0)"),
            "top_k: how many, its second argument, must be a constant from 1 to 100000, such as 10");
  EXPECT_EQ(
      fault("quantile_change(x, y, 0.5)"),
      "quantile_change: quantile_change takes a number, a condition that is true afterwards, and a share, "
      "found (float64, float64, decimal(1,1))");
}

}  // namespace
}  // namespace weir::test
