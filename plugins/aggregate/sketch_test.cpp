// Stored sketches: what they give, merged, is what the rows themselves give.
#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "node_harness/node_harness.hpp"

namespace weir::test {
namespace {

constexpr const char* kSketchColumns = "day: string, x: float64, u: int64";

Cells lognormal_days(int days, int rows_a_day) {
  std::mt19937_64 random(11);
  std::lognormal_distribution<double> latency(3, 1.5);
  Cells rows;
  for (int i = 0; i < days * rows_a_day; ++i)
    rows.push_back({"d" + std::to_string(i / rows_a_day),
                    std::to_string(latency(random) * (random() % 50 == 0 ? -1 : 1)),
                    std::to_string(random() % 20'000)});
  return rows;
}

std::vector<Batch> aggregated(const std::string& options, const std::string& columns, const Cells& rows) {
  NodeHarness node("aggregate", options, columns);
  EXPECT_EQ(node.fault(), "");
  for (size_t from = 0; from < rows.size(); from += 8192)
    node.push(Cells(rows.begin() + static_cast<ptrdiff_t>(from),
                    rows.begin() + static_cast<ptrdiff_t>(std::min(rows.size(), from + 8192))));
  node.end();
  return node.take_batches();
}

/// One row that `options` gives over batches of an earlier aggregate.
Rows merged(const std::string& options, const std::string& columns, std::vector<Batch> stored) {
  NodeHarness node("aggregate", options, columns);
  EXPECT_EQ(node.fault(), "");
  for (Batch& batch : stored) node.push(std::move(batch));
  node.end();
  return node.take();
}

TEST(Sketches, AYearOfDaysMergedGivesWhatItsRowsGive) {
  const Cells rows = lognormal_days(365, 220);
  NodeHarness direct(
      "aggregate",
      "compute: {a: \"quantile(x, 0.01)\", b: p50(x), c: p90(x), d: p99(x), u: approx_distinct(u)}",
      kSketchColumns);
  for (size_t from = 0; from < rows.size(); from += 7300)
    direct.push(Cells(rows.begin() + static_cast<ptrdiff_t>(from),
                      rows.begin() + static_cast<ptrdiff_t>(from + 7300)));
  direct.end();
  EXPECT_EQ(merged("compute: {a: \"quantile(merge(s), 0.01)\", b: p50(merge(s)), c: p90(merge(s)), d: "
                   "p99(merge(s)), u: approx_distinct(merge(h))}",
                   "day: string, s: binary, h: binary",
                   aggregated("{by: [day], compute: {s: sketch(x), h: hll(u)}}", kSketchColumns, rows)),
            direct.take());
}

TEST(Sketches, QuantilesOfAYearAreWithinOnePercentOfTheExactOnes) {
  const Cells rows = lognormal_days(365, 220);
  std::vector<double> values;
  for (const auto& row : rows) values.push_back(std::stod(*row[1]));
  std::ranges::sort(values);
  for (const double share : {0.25, 0.5, 0.9, 0.99, 0.999}) {
    const std::string text = std::to_string(share);
    const Rows found = merged("compute: {q: \"quantile(merge(s), " + text + ")\"}", "day: string, s: binary",
                              aggregated("{by: [day], compute: {s: sketch(x)}}", kSketchColumns, rows));
    const double exact = values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
    EXPECT_NEAR(std::stod(found.at(0)), exact, 0.01 * std::fabs(exact)) << share;
  }
}

TEST(Sketches, BytesFollowFromTheValuesAlone) {
  Cells rows = lognormal_days(1, 5000);
  const auto bytes = [&](const std::string& compute) {
    std::vector<Batch> made = aggregated("compute: {s: " + compute + "}", kSketchColumns, rows);
    return std::string(made.at(0).column<std::string_view>(0)[0]);
  };
  const std::string sketch = bytes("sketch(x)");
  const std::string hll = bytes("hll(u)");
  EXPECT_EQ(sketch.substr(0, 4), "WQS1");
  EXPECT_EQ(hll.substr(0, 4), "WHL1");
  std::ranges::reverse(rows);
  EXPECT_EQ(bytes("sketch(x)"), sketch);
  EXPECT_EQ(bytes("hll(u)"), hll);
  rows.resize(500);
  const std::string small = bytes("sketch(x)");
  const std::string few = bytes("hll(u)");
  std::ranges::reverse(rows);
  EXPECT_EQ(bytes("sketch(x)"), small);
  EXPECT_EQ(bytes("hll(u)"), few);
}

TEST(Sketches, PartialAndFinalGiveWhatOneCopyGives) {
  const Cells rows = lognormal_days(3, 3000);
  const std::string options = "{by: [day], compute: {s: sketch(x), h: hll(u), n: approx_distinct(u)}}";
  NodeHarness last("aggregate", options, kSketchColumns, {.mode = WEIR_MODE_FINAL});
  for (const size_t from : {6000, 0, 3000}) {
    NodeHarness partial("aggregate", options, kSketchColumns, {.mode = WEIR_MODE_PARTIAL});
    for (size_t at = from; at < from + 3000; at += 300) {
      partial.push(
          Cells(rows.begin() + static_cast<ptrdiff_t>(at), rows.begin() + static_cast<ptrdiff_t>(at + 300)));
      if (at % 900 == 0) partial.barrier();
    }
    partial.end();
    for (Batch& batch : partial.take_batches()) last.push(std::move(batch));
  }
  last.end();
  NodeHarness whole("aggregate", options, kSketchColumns);
  whole.push(rows);
  whole.end();
  EXPECT_EQ(last.take(), whole.take());

  const std::string merging =
      "compute: {m: merge(s), q: \"quantile(merge(s), 0.9)\", n: approx_distinct(merge(h))}";
  const std::string stored = "day: string, s: binary, h: binary, n: int64";
  NodeHarness merged_last("aggregate", merging, stored, {.mode = WEIR_MODE_FINAL});
  NodeHarness merged_partial("aggregate", merging, stored, {.mode = WEIR_MODE_PARTIAL});
  NodeHarness merged_whole("aggregate", merging, stored);
  for (Batch& batch : aggregated(options, kSketchColumns, rows)) {
    merged_whole.push(batch.share());
    merged_partial.push(std::move(batch));
  }
  merged_partial.end();
  for (Batch& batch : merged_partial.take_batches()) merged_last.push(std::move(batch));
  merged_last.end();
  merged_whole.end();
  EXPECT_EQ(merged_last.take(), merged_whole.take());
}

TEST(Sketches, DistinctCountsAreWithinFourStandardErrors) {
  for (const char* type : {"int64", "float64", "string", "decimal(12,2)"}) {
    for (const int count : {1, 100, 1024, 1025, 3000, 20'000, 100'000}) {
      Cells rows;
      for (int i = 0; i < count; ++i) {
        const std::string number = std::to_string(i * 7);
        rows.push_back({std::string(type) == "string" ? "user " + number : number});
      }
      const double found =
          std::stod(merged("compute: {n: approx_distinct(merge(h))}", "h: binary",
                           aggregated("compute: {h: hll(x)}", std::string("x: ") + type, rows))
                        .at(0));
      EXPECT_NEAR(found, count, count <= 1024 ? 0 : 4 * 0.0081 * count) << type;
    }
  }
}

TEST(Sketches, TheLowestPrecisionIsKept) {
  const Cells rows = lognormal_days(1, 30'000);
  std::vector<Batch> fine =
      aggregated("compute: {h: hll(u)}", kSketchColumns, Cells(rows.begin(), rows.begin() + 20'000));
  std::vector<Batch> coarse =
      aggregated("compute: {h: \"hll(u, 10)\"}", kSketchColumns, Cells(rows.begin() + 20'000, rows.end()));
  const Rows direct = [&] {
    NodeHarness node("aggregate", "compute: {n: \"approx_distinct(u, 10)\"}", kSketchColumns);
    node.push(rows);
    node.end();
    return node.take();
  }();
  const auto both = [](const Batch& a, const Batch& b) {
    std::vector<Batch> all;
    all.push_back(a.share());
    all.push_back(b.share());
    return merged("compute: {n: approx_distinct(merge(h))}", "h: binary", std::move(all));
  };
  EXPECT_EQ(both(fine[0], coarse[0]), direct);
  EXPECT_EQ(both(coarse[0], fine[0]), direct);
}

TEST(Sketches, WithoutValuesThereIsNone) {
  NodeHarness node("aggregate", "compute: {s: sketch(x), h: hll(u), n: approx_distinct(u)}", kSketchColumns);
  node.push(Cells{{"d", std::nullopt, std::nullopt}});
  node.end();
  EXPECT_EQ(node.take(), (Rows{"null | null | 0"}));
}

TEST(Sketches, OtherBytesAreNoSketch) {
  const auto fails = [](const std::string& call, const std::string& text) {
    NodeHarness node("aggregate", "compute: {r: \"" + call + "\"}", "s: binary");
    EXPECT_EQ(node.fault(), "");
    return node.push(Cells{{text}}) == WEIR_FAILED ? node.fault() : "no fault";
  };
  EXPECT_EQ(fails("merge(s)", "abc"),
            "compute.r: merge takes what sketch(x) gave, found 3 bytes of something else");
  EXPECT_EQ(fails("p50(merge(s))", "WHL1"),
            "compute.r: p50_merged takes what sketch(x) gave, found what hll(x) gave");
  EXPECT_EQ(fails("merge(s)", "WQS1abc"), "compute.r: the partial form of a quantile is cut off");
  EXPECT_EQ(fails("merge(s)", "WHL1abcdefgh"), "compute.r: an hll has a precision from 4 to 18, found 97");
  EXPECT_EQ(fails("merge(s)", "WQS1" + std::string(80, 'x')),
            "compute.r: the partial form of a quantile has a wrong length");
}

TEST(Sketches, WrongArgumentsAreNamed) {
  const auto fault = [](const std::string& call) {
    return NodeHarness("aggregate", "compute: {r: \"" + call + "\"}", "x: int64, t: string").fault();
  };
  EXPECT_EQ(fault("sketch(t)"), "sketch: sketch takes one number, found (string)");
  EXPECT_EQ(fault("hll(x, 3)"),
            "hll: the precision, its second argument, must be a constant from 4 to 18, such as 14");
  EXPECT_EQ(
      fault("quantile(merge(x), 0.5)"),
      "quantile: quantile_merged takes a binary column of sketches and a share, found (int64, decimal(1,1))");
  EXPECT_EQ(
      fault("sum(merge(x))"),
      "'sum' cannot be computed from merged sketches (Sketches of sketch(x) have quantiles, p50, p90 and "
      "p99, those of hll(x) approx_distinct)");
}

}  // namespace
}  // namespace weir::test
