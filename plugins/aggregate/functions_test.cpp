// Each aggregate's examples, and that it gives one answer however its input is cut.
#include <cmath>
#include <random>

#include <gtest/gtest.h>
#include <weir/text.hpp>

#include "node_harness/node_harness.hpp"

namespace weir::test {
namespace {

constexpr const char* kNames[] = {"count", "sum",       "avg",      "min",
                                  "max",   "var",       "stddev",   "first",
                                  "last",  "distinct",  "quantile", "quantile_exact",
                                  "p50",   "p90",       "p99",      "approx_distinct",
                                  "covar", "covar_pop", "corr",     "mode"};

std::vector<std::string> split(const std::string& text, const std::string& by) {
  std::vector<std::string> parts;
  size_t from = 0;
  for (size_t at = text.find(by); at != std::string::npos; at = text.find(by, from)) {
    parts.push_back(text.substr(from, at - from));
    from = at + by.size();
  }
  parts.push_back(text.substr(from));
  return parts;
}

/// An example is "call over value, value => result"; the call's argument is x.
struct Example {
  std::string call;
  std::string type;
  Cells rows;
  std::string result;
};

Example read_example(const std::string& line) {
  const std::vector<std::string> sides = split(line, " => ");
  const std::vector<std::string> left = split(sides.at(0), " over ");
  Example example{left.at(0), "int64", {}, sides.at(1)};
  for (std::string value : split(left.at(1), ", ")) {
    if (value == "NULL") {
      example.rows.push_back({std::nullopt});
      continue;
    }
    if (value.starts_with('\'')) {
      example.type = "string";
      value = value.substr(1, value.size() - 2);
    } else if (value == "true" || value == "false") {
      example.type = "bool";
    } else if (value.find('.') != std::string::npos) {
      example.type = "float64";
    }
    example.rows.push_back({value});
  }
  if (example.result == "NULL") example.result = "null";
  if (example.result.starts_with('\'')) example.result = example.result.substr(1, example.result.size() - 2);
  return example;
}

TEST(Examples, EveryOneGivesItsResult) {
  size_t count = 0;
  for (const char* name : kNames) {
    const weir_component* const component = find_component(WEIR_KIND_AGGREGATE, name);
    ASSERT_NE(component, nullptr) << name;
    EXPECT_GT(component->description.size, 0U) << name;
    for (const std::string& line : split(std::string(as_view(component->example)), "\n")) {
      const Example example = read_example(line);
      NodeHarness node("aggregate", "compute: {r: \"" + example.call + "\"}", "x: " + example.type);
      ASSERT_EQ(node.fault(), "") << line;
      node.push(example.rows);
      node.end();
      const std::string found = node.take().at(0);
      char* end = nullptr;
      const double number = std::strtod(example.result.c_str(), &end);
      if (end != example.result.c_str() && *end == '\0')
        EXPECT_NEAR(std::stod(found), number, 1e-12) << line;
      else
        EXPECT_EQ(found, example.result) << line;
      ++count;
    }
  }
  EXPECT_GE(count, 20U);
}

constexpr const char* kAllNumbers =
    "{by: [k], compute: {c: count(), cx: count(x), s: sum(x), a: avg(x), lo: min(x), hi: max(x), v: var(x), "
    "d: "
    "stddev(x), f: first(x), l: last(x), u: count(DISTINCT x), q: \"quantile(x, 0.37)\", e: "
    "\"quantile_exact(x, "
    "0.9)\", p: "
    "p99(x)}}";
constexpr const char* kAllTexts =
    "{by: [k], compute: {c: count(x), lo: min(x), hi: max(x), f: first(x), l: last(x), u: count(DISTINCT "
    "x)}}";

Cells random_rows(const std::string& type, size_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::lognormal_distribution<double> lognormal(3, 1);
  Cells rows;
  for (size_t i = 0; i < count; ++i) {
    std::string value = std::to_string(static_cast<int>(random() % 5000) - 2000);
    if (type == "float64") value = std::to_string(lognormal(random) * (random() % 4 == 0 ? -1 : 1));
    if (type == "string") value = "a text of some length " + std::to_string(random() % 3000);
    // Integers that float64 adds without rounding keep sums equal however they are cut.
    rows.push_back({"k" + std::to_string(random() % 3), random() % 10 == 0 ? Cell() : Cell(value)});
  }
  return rows;
}

Cells part(const Cells& rows, size_t from, size_t count) {
  const auto begin = rows.begin() + static_cast<ptrdiff_t>(std::min(from, rows.size()));
  return {begin, rows.begin() + static_cast<ptrdiff_t>(std::min(from + count, rows.size()))};
}

Rows whole(const std::string& options, const std::string& columns, const Cells& rows) {
  NodeHarness node("aggregate", options, columns);
  EXPECT_EQ(node.fault(), "");
  if (!node.fault().empty()) return {};
  for (size_t from = 0; from < rows.size(); from += 8192) node.push(part(rows, from, 8192));
  node.end();
  return node.take();
}

/// As whole(), through `copies` partial copies with barriers, and one final copy.
Rows spread(const std::string& options, const std::string& columns, const Cells& rows, size_t copies,
            size_t batch_rows) {
  NodeHarness last("aggregate", options, columns, {.mode = WEIR_MODE_FINAL});
  for (size_t copy = copies; copy-- > 0;) {  // Later rows arrive first.
    NodeHarness partial("aggregate", options, columns, {.mode = WEIR_MODE_PARTIAL});
    const size_t share = (rows.size() + copies - 1) / copies;
    const Cells own = part(rows, copy * share, share);
    for (size_t from = 0, n = 0; from < own.size(); from += batch_rows, ++n) {
      partial.push(part(own, from, batch_rows));
      if (n % 3 == 2) partial.barrier();
    }
    partial.end();
    for (Batch& batch : partial.take_batches()) last.push(std::move(batch));
  }
  last.end();
  return last.take();
}

/// Numbers may differ in the last bits, everything else not at all. `skipped` columns are not compared.
void expect_alike(const Rows& found, const Rows& expected, const std::vector<size_t>& skipped) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t row = 0; row < found.size(); ++row) {
    const std::vector<std::string> a = split(found[row], " | ");
    const std::vector<std::string> b = split(expected[row], " | ");
    ASSERT_EQ(a.size(), b.size());
    for (size_t i = 0; i < a.size(); ++i) {
      if (std::ranges::find(skipped, i) != skipped.end() || a[i] == b[i]) continue;
      EXPECT_NEAR(std::stod(a[i]), std::stod(b[i]), 1e-10 * std::fabs(std::stod(b[i]))) << "column " << i;
    }
  }
}

TEST(Functions, BatchesMakeNoDifference) {
  for (const char* type : {"int64", "float64", "int16", "float32", "decimal(12,2)"}) {
    const std::string columns = std::string("k: string, x: ") + type;
    const Cells rows = random_rows(std::string(type).starts_with("float") ? "float64" : type, 5000, 1);
    NodeHarness node("aggregate", kAllNumbers, columns);
    ASSERT_EQ(node.fault(), "");
    for (size_t from = 0; from < rows.size(); from += 7) node.push(part(rows, from, 7));
    node.end();
    EXPECT_EQ(node.take(), whole(kAllNumbers, columns, rows)) << type;
  }
}

TEST(Functions, PartialAndFinalGiveWhatOneCopyGives) {
  // Without positions and event times, which row is first is a matter of arrival: columns 9 and 10.
  for (const char* type : {"int64", "float64"}) {
    const std::string columns = std::string("k: string, x: ") + type;
    const Cells rows = random_rows(type, 9000, 2);
    expect_alike(spread(kAllNumbers, columns, rows, 4, 100), whole(kAllNumbers, columns, rows), {9, 10});
    expect_alike(spread(kAllNumbers, columns, rows, 2, 5000), whole(kAllNumbers, columns, rows), {9, 10});
  }
  const Cells texts = random_rows("string", 5000, 3);
  expect_alike(spread(kAllTexts, "k: string, x: string", texts, 3, 200),
               whole(kAllTexts, "k: string, x: string", texts), {4, 5});
}

TEST(Functions, FirstAndLastFollowEventTimeThroughEveryCopy) {
  std::mt19937 random(5);
  Cells rows;
  for (int i = 0; i < 300; ++i)
    rows.push_back({"k", std::to_string(i),
                    "1970-01-01T00:0" + std::to_string(i / 60) + ":" + (i % 60 < 10 ? "0" : "") +
                        std::to_string(i % 60) + "Z"});
  std::ranges::shuffle(rows, random);
  NodeHarness last("aggregate", "{by: [k], compute: {f: first(x), l: last(x)}}",
                   "k: string, x: int64, t: timestamp", {.mode = WEIR_MODE_FINAL, .event_time = "t"});
  for (size_t from : {200, 0, 100}) {
    NodeHarness partial("aggregate", "{by: [k], compute: {f: first(x), l: last(x)}}",
                        "k: string, x: int64, t: timestamp", {.mode = WEIR_MODE_PARTIAL, .event_time = "t"});
    partial.push(part(rows, from, 100));
    partial.end();
    for (Batch& batch : partial.take_batches()) last.push(std::move(batch));
  }
  last.end();
  EXPECT_EQ(last.take(), (Rows{"k | 0 | 299"}));
}

TEST(Functions, DistinctCountsManyValuesExactly) {
  Cells rows;
  for (int i = 0; i < 30'000; ++i) rows.push_back({"k", std::to_string(i * 7 % 20'011)});
  EXPECT_EQ(whole("{by: [k], compute: {u: count(DISTINCT x)}}", "k: string, x: int64", rows),
            (Rows{"k | 20011"}));
  EXPECT_EQ(whole("{by: [k], compute: {u: count(DISTINCT x)}}", "k: string, x: string", rows),
            (Rows{"k | 20011"}));
  EXPECT_EQ(whole("{by: [k], compute: {u: count(DISTINCT x)}}", "k: string, x: decimal(9,0)", rows),
            (Rows{"k | 20011"}));
  EXPECT_EQ(whole("{by: [k], compute: {u: count(DISTINCT x)}}", "k: string, x: float64", rows),
            (Rows{"k | 20011"}));
}

TEST(Functions, ZeroesAreOneValueAndSoAreNaNs) {
  EXPECT_EQ(whole("compute: {u: count(DISTINCT x), lo: min(x), hi: max(x)}", "x: float64",
                  {{"0.0"}, {"-0.0"}, {"NaN"}, {"-NaN"}, {"1"}}),
            (Rows{"3 | 0 | NaN"}));
}

TEST(Functions, SumsOfFloatsAreCompensated) {
  EXPECT_EQ(whole("compute: {s: sum(x)}", "x: float64", {{"1e100"}, {"1"}, {"-1e100"}}), (Rows{"1"}));
  EXPECT_EQ(whole("compute: {s: sum(x)}", "x: float64", {{"Infinity"}, {"1"}}), (Rows{"Infinity"}));
}

TEST(Functions, DecimalsAreExact) {
  EXPECT_EQ(whole("compute: {s: sum(x), a: avg(x)}", "x: decimal(10,2)", {{"0.10"}, {"0.20"}, {"-0.01"}}),
            (Rows{"0.29 | 0.09666666666666666"}));
}

TEST(Functions, WrongArgumentsAreNamed) {
  EXPECT_EQ(NodeHarness("aggregate", "compute: {q: \"quantile(x, 1.5)\"}", "x: int64").fault(),
            "quantile: the share, its second argument, must be a constant from 0 to 1, such as 0.99");
  EXPECT_EQ(NodeHarness("aggregate", "compute: {q: \"quantile(x, x)\"}", "x: int64").fault(),
            "quantile: the share, its second argument, must be a constant from 0 to 1, such as 0.99");
  EXPECT_EQ(NodeHarness("aggregate", "compute: {q: quantile(x)}", "x: int64").fault(),
            "quantile: quantile takes a number and a share, found (int64)");
}

}  // namespace
}  // namespace weir::test
