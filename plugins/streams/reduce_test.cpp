#include <weir/test/node_harness.hpp>

namespace weir::test {
namespace {

using testing::HasSubstr;

constexpr const char* kReduceColumns = "t: timestamp, k: string, x: int64";

std::string reduce_options(const std::string& more) {
  return "by: [k]\nkeep: {n: count(), a: first(x), z: last(x)}\n" + more;
}
Settings reduce_in_time(bool is_endless) {
  Settings settings;
  settings.event_time = "t";
  settings.is_endless = is_endless;
  return settings;
}

TEST(Reduce, AGroupEndsWithTheRowThatSaysSo) {
  NodeHarness node("reduce", reduce_options("until: x = 0"), "k: string, x: int64");
  ASSERT_EQ(node.fault(), "");
  EXPECT_EQ(node.columns().to_string(), "k: string, n: int64, a: int64, z: int64");
  node.push(R"([["a", 1], ["b", 5], ["a", 2], ["a", 0], ["a", 0], ["a", 7], ["b", null]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([["a", 3, 1, 0], ["a", 1, 0, 0]])"));
  node.push(R"([["a", 8], ["a", 0], [null, 4]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([["a", 3, 7, 0]])"));
  node.end();
  EXPECT_THAT(node.pull(), IsBatch(R"([[null, 1, 4, 4], ["b", 2, 5, 5]])"));
}

TEST(Reduce, AGroupEndsBeforeARowThatComesAfterASilence) {
  NodeHarness node("reduce", reduce_options("idle: 10s"), kReduceColumns, reduce_in_time(false));
  ASSERT_EQ(node.fault(), "");
  node.push(R"([["2025-01-01T00:00:00Z", "a", 1], ["2025-01-01T00:00:09.999999Z", "a", 2]])");
  node.push(R"([["2025-01-01T00:00:10Z", "a", 3], ["2025-01-01T00:00:20Z", "a", 4]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([["a", 3, 1, 3]])"));
  node.end();
  EXPECT_THAT(node.pull(), IsBatch(R"([["a", 1, 4, 4]])"));
}

TEST(Reduce, AGroupEndsWhenTheWatermarkProvesTheSilence) {
  NodeHarness node("reduce", reduce_options("idle: 10s"), kReduceColumns, reduce_in_time(true));
  node.push(R"([["2025-01-01T00:00:00Z", "a", 1], ["2025-01-01T00:00:05Z", "b", 2]])");
  node.push(R"([["2025-01-01T00:00:09.999999Z", "b", 3]])");
  EXPECT_EQ(node.pull().size(), 0U);
  node.push(R"([["2025-01-01T00:00:10Z", "b", 4]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([["a", 1, 1, 1]])"));
  // A row below the watermark whose group has ended is one of its own.
  node.push(R"([["2025-01-01T00:00:09Z", "a", 5], ["2025-01-01T00:00:30Z", "c", 6]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([["a", 1, 5, 5], ["b", 3, 2, 4]])"));
}

TEST(Reduce, RowsThatFailTakeNoPart) {
  NodeHarness node("reduce", "by: [k]\nkeep: {n: count()}\nuntil: CAST(s AS int64) = 1",
                   "k: string, s: string");
  node.push(R"([["a", "0"], ["a", "no"], ["a", "1"]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([["a", 2]])"));
  EXPECT_EQ(node.pull_errors().size(), 1U);
}

TEST(Reduce, SaysWhatItCannotDo) {
  const auto fault = [](const std::string& given, const Settings& settings = {}) {
    return NodeHarness("reduce", given, kReduceColumns, settings).fault();
  };
  EXPECT_THAT(fault("by: []\nkeep: {n: count()}\nuntil: x = 1"),
              HasSubstr("by: at least one column is needed"));
  EXPECT_THAT(
      fault("by: [k]\nkeep: {n: count()}"),
      HasSubstr(
          "until: it or 'idle' must say when a group ends, for example idle: 5m; for one row of all rows "
          "of a key use aggregate"));
  EXPECT_THAT(
      fault(reduce_options("until: x = 1"), reduce_in_time(true)),
      HasSubstr("idle: is needed, because its input never ends and a group whose end does not come would be "
                "kept for ever; for example idle: 1h"));
  EXPECT_THAT(
      fault(reduce_options("idle: 1m")),
      HasSubstr("idle: its input carries no event time; declare event_time at a node before it, for example "
                "event_time: {column: ts}"));
  EXPECT_THAT(fault("by: [k]\nkeep: {k: count()}\nuntil: x = 1"),
              HasSubstr("keep: two columns of its output would be called 'k'"));
}

}  // namespace
}  // namespace weir::test
