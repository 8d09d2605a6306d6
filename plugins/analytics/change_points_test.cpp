#include <weir/test/conformance.hpp>
#include <weir/test/node_harness.hpp>

#include <string>

namespace weir::test::change_points_test {
namespace {

using testing::HasSubstr;

constexpr const char* kChangeColumns = "t: timestamp, shop: string, x: int64";

Settings timed_change_points() {
  Settings settings;
  settings.outputs = {"out", "late"};
  settings.event_time = "t";
  return settings;
}

/// Days of January and February: 9, 10, 11, 9, ...; from day `from` on 10 more.
std::string days_of(const std::string& shop, int count, int from) {
  std::string rows = "[";
  for (int i = 0; i < count; ++i) {
    const int day = i % 31 + 1;
    rows += std::string(i == 0 ? "" : ", ") + "[\"2025-0" + std::to_string(1 + i / 31) + "-" +
            (day < 10 ? "0" : "") + std::to_string(day) + "T00:00:00Z\", \"" + shop + "\", " +
            std::to_string(9 + i % 3 + (i >= from ? 10 : 0)) + "]";
  }
  return rows + "]";
}

TEST(ChangePoints, SaysWhenTheMeanChangedAndFromWhatToWhat) {
  NodeHarness node("change_points", "value: x\nby: [shop]", kChangeColumns, timed_change_points());
  ASSERT_EQ(node.fault(), "");
  EXPECT_EQ(
      node.columns().to_string(),
      "shop: string, changed_at: timestamp, seen_at: timestamp, before: float64, after: float64, deviation: "
      "float64, shift: float64");
  node.push(days_of("a", 45, 37));
  node.push(days_of("b", 45, 99));
  node.end();
  const Rows rows = node.pull();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_THAT(rows.to_json(), HasSubstr("2025-02-07T00:00:00Z"));  // The 38th day.
  EXPECT_NEAR(rows.batch.column<double>(3)[0], (12 * 30 + 9) / 37.0, 1e-9);
}

TEST(ChangePoints, NothingChangesInTooShortASeries) {
  NodeHarness node("change_points", "value: x", kChangeColumns, timed_change_points());
  node.push(days_of("a", 25, 12));
  node.end();
  EXPECT_EQ(node.pull().size(), 0U);
}

TEST(ChangePoints, SaysWhatItCannotDo) {
  EXPECT_THAT(NodeHarness("change_points", "value: shop", kChangeColumns, timed_change_points()).fault(),
              HasSubstr("value: column 'shop' is string, expected a number"));
  EXPECT_THAT(
      NodeHarness("change_points", "value: x\nby: [shift]", "t: timestamp, shift: string, x: int64",
                  timed_change_points())
          .fault(),
      HasSubstr("by: two columns of its output would be called 'shift'; rename one with select before"));
}

TEST(ChangePoints, KeepsThePromisesOfEveryComponent) {
  expect_conforms(transform("change_points", "value: x\nby: [shop]", kChangeColumns, timed_change_points()),
                  {.rows = days_of("a", 45, 36), .bad_options = {{"value: y", "value"}}});
}

}  // namespace
}  // namespace weir::test::change_points_test
