#include <weir/test/node_harness.hpp>

namespace weir::test {
namespace {

using testing::HasSubstr;

Subject join(std::string options, Settings settings = {}) {
  settings.outputs = {"out", "late_left", "late_right"};
  return transform(
      "join", std::move(options),
      std::vector<InputColumns>{{"left", "k: string, x: int64"}, {"right", "k: string, y: int64"}},
      std::move(settings));
}

TEST(Join, GivesAllPairsOfTwoInputsThatEnd) {
  NodeHarness node(join("on: [k]\nkind: full"));
  ASSERT_EQ(node.fault(), "");
  EXPECT_EQ(node.columns().to_string(), "k: string, x: int64, y: int64");
  node.push(R"([["a", 1], ["b", 2], [null, 3]])", "left");
  EXPECT_THAT(node.pull(), IsBatch("[[null, 3, null]]"));
  node.push(R"([["a", 10], ["a", 11], ["c", 12], [null, 13]])", "right");
  EXPECT_THAT(node.pull(), IsBatch(R"([[null, null, 13], ["a", 1, 10], ["a", 1, 11]])"));
  node.push(R"([["c", 4]])", "left");
  EXPECT_THAT(node.pull(), IsBatch(R"([["c", 4, 12]])"));
  node.end();
  EXPECT_THAT(node.pull(), IsBatch(R"([["b", 2, null]])"));
}

Subject join_in_time(std::string options, Settings settings) {
  settings.outputs = {"out", "late_left", "late_right"};
  settings.event_time = "t";
  settings.is_endless = true;
  return transform("join", std::move(options),
                   std::vector<InputColumns>{{"left", "t: timestamp, k: string, x: int64"},
                                             {"right", "t: timestamp, k: string, y: int64"}},
                   std::move(settings));
}

TEST(Join, PairsRowsOfOneKeyThatAreNearEachOther) {
  Settings settings;
  settings.max_delay = "1m";
  NodeHarness node(
      join_in_time("on: [k]\nwithin: {before: 5s, after: 10s}\nkind: left\nprefix: r_", settings));
  ASSERT_EQ(node.fault(), "");
  EXPECT_EQ(node.columns().to_string(), "t: timestamp, k: string, x: int64, r_t: timestamp, r_y: int64");
  node.push(R"([["2025-01-01T00:00:10Z", "a", 1], ["2025-01-01T00:00:10Z", "b", 2]])", "left");
  node.push(R"([["2025-01-01T00:00:05Z", "a", 10], ["2025-01-01T00:00:04.999999Z", "a", 11],
                ["2025-01-01T00:00:20Z", "a", 12], ["2025-01-01T00:00:20.000001Z", "a", 13]])",
            "right");
  EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:00:10Z", "a", 1, "2025-01-01T00:00:05Z", 10],
                                       ["2025-01-01T00:00:10Z", "a", 1, "2025-01-01T00:00:20Z", 12]])"));
  node.push(R"([["2025-01-01T00:00:25Z", "a", 3]])", "left");
  EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:00:25Z", "a", 3, "2025-01-01T00:00:20Z", 12],
                                       ["2025-01-01T00:00:25Z", "a", 3, "2025-01-01T00:00:20.000001Z", 13]])"));
  node.end();
  EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:00:10Z", "b", 2, null, null]])"));
}

TEST(Join, ARowComesAloneWhenTheWatermarkProvesThatNoPartnerWill) {
  NodeHarness node(join_in_time("on: [k]\nwithin: {before: 5s, after: 10s}\nkind: left\nprefix: r_", {}));
  node.push(R"([["2025-01-01T00:00:10Z", "a", 1]])", "left");
  node.push(R"([["2025-01-01T00:01:00Z", "b", 10]])", "right");
  EXPECT_EQ(node.pull().size(), 0U);
  node.push(R"([["2025-01-01T00:00:40Z", "b", 2], ["2025-01-01T00:00:39Z", "b", 3]])", "left");
  EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:00:10Z", "a", 1, null, null]])"));
  EXPECT_THAT(node.pull("late_left"), IsBatch(R"([["2025-01-01T00:00:39Z", "b", 3]])"));
}

TEST(Join, AsOfATimeGivesWhatWasTheLastThen) {
  NodeHarness node(join_in_time("on: [k]\nas_of: true\nprefix: r_", {}));
  ASSERT_EQ(node.fault(), "");
  node.push(R"([["2025-01-01T00:00:10Z", "a", 1]])", "left");
  node.push(
      R"([["2025-01-01T00:00:05Z", "a", 10], ["2025-01-01T00:00:10Z", "a", 11], ["2025-01-01T00:00:12Z", "a", 12]])",
      "right");
  EXPECT_EQ(node.pull().size(), 0U);
  node.push(R"([["2025-01-01T00:00:20Z", "b", 2]])", "left");
  EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:00:10Z", "a", 1, "2025-01-01T00:00:10Z", 11]])"));
  node.push(R"([["2025-01-01T00:00:11Z", "a", 13]])", "right");
  EXPECT_THAT(node.pull("late_right"), IsBatch(R"([["2025-01-01T00:00:11Z", "a", 13]])"));
  node.end();
  EXPECT_EQ(node.pull().size(), 0U);
}

TEST(Join, ATableThatEndsIsReadWhollyBeforeTheFirstAnswer) {
  NodeHarness node(join("on: [k]\ntable: true\nkind: left"));
  ASSERT_EQ(node.fault(), "");
  node.push(R"([["a", 1], ["b", 2]])", "left");
  node.push(R"([["a", 10], ["a", 11]])", "right");
  EXPECT_EQ(node.pull().size(), 0U);
  node.end();
  EXPECT_THAT(node.pull(), IsBatch(R"([["a", 1, 11], ["b", 2, null]])"));
}

TEST(Join, ATableThatDoesNotEndIsAskedAsItIs) {
  Settings endless;
  endless.is_endless = true;
  NodeHarness node(join("on: [k]\ntable: true", endless));
  ASSERT_EQ(node.fault(), "");
  node.push(R"([["a", 1]])", "left");
  node.push(R"([["a", 10]])", "right");
  node.push(R"([["a", 2]])", "left");
  node.push(R"([["a", 11]])", "right");
  node.push(R"([["a", 3], ["b", 4]])", "left");
  EXPECT_THAT(node.pull(), IsBatch(R"([["a", 2, 10], ["a", 3, 11]])"));
}

TEST(Join, SaysWhatItCannotDo) {
  const auto fault = [](const std::string& options, bool is_endless = false) {
    Settings settings;
    settings.is_endless = is_endless;
    return NodeHarness(join(options, settings)).fault();
  };
  EXPECT_THAT(fault("on: []"), HasSubstr("on: at least one column is needed"));
  EXPECT_THAT(fault("on: [x]"),
              HasSubstr("on: the right input has no column 'x' (k, y); where the names differ say on: "
                        "{left: [x], right: [...]}"));
  EXPECT_THAT(fault("on: {left: [k, x], right: [k]}"),
              HasSubstr("on: 2 columns of the left and 1 of the right cannot be compared"));
  EXPECT_THAT(
      fault("on: {left: [k], right: [y]}"),
      HasSubstr("on: 'k' is string on the left and 'y' is int64 on the right; make them one type with a map "
                "before"));
  EXPECT_THAT(fault("on: [k]\nas_of: true\ntable: true"),
              HasSubstr("within: 'within', 'as_of' and 'table' are three kinds of join; choose one"));
  EXPECT_THAT(
      fault("on: [k]", true),
      HasSubstr(
          "within: an input never ends, so every row would be kept for ever; say within: {after: 1h} for "
          "right rows near the left one, as_of: true for the last one at its time, or table: true for "
          "the last one there is"));
  EXPECT_THAT(
      fault("on: [k]\ntable: true\nkind: full"),
      HasSubstr(
          "kind: with 'as_of' and 'table' each left row is answered once and right rows are never given "
          "alone; expected inner or left"));
  EXPECT_THAT(
      fault("on: [k]\nas_of: true"),
      HasSubstr("the input 'left' carries no event time; declare event_time at a node before it, for example "
                "event_time: {column: ts}"));
  const Subject same =
      transform("join", "on: [k]",
                std::vector<InputColumns>{{"left", "k: string, x: int64"}, {"right", "k: string, x: int64"}});
  EXPECT_THAT(
      NodeHarness(same).fault(),
      HasSubstr("two columns of its output would be called 'x'; put something before the names of the right "
                "input's columns, for example prefix: right_"));
}

}  // namespace
}  // namespace weir::test
