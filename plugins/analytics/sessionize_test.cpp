#include <map>

#include <weir/test/conformance.hpp>

namespace weir::test::sessionize_test {
namespace {

using testing::HasSubstr;

constexpr const char* kColumns = "t: timestamp, user: string, x: int64";

Settings in_time(bool is_endless = false) {
  Settings settings;
  settings.outputs = {"out", "late"};
  settings.event_time = "t";
  settings.is_endless = is_endless;
  // History has no late rows.
  if (!is_endless) settings.max_delay = "1d";
  return settings;
}
/// A row at so many seconds after 2025-01-01T00:00Z, below 24 hours.
std::string at(int second, const std::string& user, int x) {
  char text[40];
  std::snprintf(text, sizeof(text), "2025-01-01T%02d:%02d:%02dZ", second / 3600, second / 60 % 60,
                second % 60);
  return "[\"" + std::string(text) + "\", " + (user.empty() ? "null" : "\"" + user + "\"") + ", " +
         std::to_string(x) + "]";
}
std::string rows(const std::vector<std::string>& each) {
  std::string made = "[";
  for (const std::string& row : each) made += (made.size() == 1 ? "" : ", ") + row;
  return made + "]";
}

/// Each row as "x: start in seconds, position", in the order in which they came out.
std::vector<std::string> sessions(NodeHarness& node) {
  std::vector<std::string> made;
  const Rows out = node.pull();
  if (out.size() == 0) return made;
  const auto x = out.batch.column<int64_t>(2);
  const auto starts = out.batch.column<int64_t>(4);
  const auto positions = out.batch.column<int64_t>(5);
  for (size_t row = 0; row < out.size(); ++row)
    made.push_back(std::to_string(x[row]) + (starts.is_null(row)
                                                 ? ": nobody's"
                                                 : ": " + std::to_string(starts[row] / 1'000'000 % 86'400) +
                                                       ", " + std::to_string(positions[row])));
  return made;
}
using Sessions = std::vector<std::string>;

TEST(Sessionize, ASessionEndsWithASilenceAsLongAsTheGap) {
  NodeHarness node("sessionize", "by: [user]\ngap: 100s", kColumns, in_time());
  ASSERT_EQ(node.fault(), "");
  EXPECT_EQ(node.columns().to_string(),
            "t: timestamp, user: string, x: int64, session_id: string, session_start: timestamp, "
            "session_position: int64");
  node.push(rows({at(250, "a", 4), at(0, "a", 1), at(99, "a", 2), at(198, "a", 3), at(350, "a", 5),
                  at(50, "b", 6), at(7, "", 7)}));
  EXPECT_EQ(sessions(node), (Sessions{"7: nobody's"}));
  node.end();
  Sessions all = sessions(node);
  std::ranges::sort(all);
  EXPECT_EQ(all, (Sessions{"1: 0, 1", "2: 0, 2", "3: 0, 3", "4: 0, 4", "5: 350, 1", "6: 50, 1"}));
}

// Known vector: FNV-1a of 128 bits over 00 'a' 00 00 and the eight bytes of 1735689600000000, reckoned by
// independent code in Python.
TEST(Sessionize, ANameFollowsFromKeyAndStart) {
  NodeHarness node("sessionize", "by: [user]\ngap: 1m", kColumns, in_time());
  node.push(rows({at(0, "a", 1), at(59, "a", 2), at(0, "b", 3)}));
  node.end();
  const Rows out = node.pull();
  ASSERT_EQ(out.size(), 3U);
  const auto ids = out.batch.column<std::string_view>(3);
  EXPECT_EQ(ids[0], "b18fdb7bb9cf62a8ffa275ea47b985eb");
  EXPECT_NE(ids[1], ids[0]);
  EXPECT_EQ(ids[2], ids[0]);
}

TEST(Sessionize, ARowComesWhenTheWatermarkHasPassedIt) {
  NodeHarness node("sessionize", "by: [user]\ngap: 30m", kColumns, in_time(true));
  ASSERT_EQ(node.fault(), "");
  node.push(rows({at(10, "a", 1), at(20, "a", 2)}));
  EXPECT_EQ(sessions(node), (Sessions{"1: 10, 1"}));
  node.push(rows({at(20, "a", 3), at(21, "b", 4)}));
  EXPECT_EQ(sessions(node), (Sessions{"2: 10, 2", "3: 10, 3"}));
  node.push(rows({at(20, "a", 5), at(1819, "a", 6), at(1820, "a", 7), at(3620, "a", 8)}));
  EXPECT_EQ(node.pull("late").size(), 1U);
  EXPECT_EQ(sessions(node), (Sessions{"4: 21, 1", "6: 10, 4", "7: 10, 5"}));
  node.end();
  EXPECT_EQ(sessions(node), (Sessions{"8: 3620, 1"}));
}

std::string many_rows() {
  std::vector<std::string> made;
  for (int i = 0; i < 100; ++i)
    made.push_back(at(i * 37 + i * i % 7 * 20, std::string(1, static_cast<char>('a' + i * i % 5)), i));
  return rows(made);
}

TEST(Sessionize, AStreamGivesWhatHistoryGives) {
  for (const std::string gap : {"45s", "150s", "7m"}) {
    const auto all = [&](bool is_endless) {
      Settings settings = in_time(is_endless);
      settings.max_delay = "1h";
      if (is_endless) settings.max_delay = "2m";
      NodeHarness node("sessionize", "by: [user]\ngap: " + gap, kColumns, settings);
      Sessions made;
      const Batch given = rows_of(node.schema_of("in"), many_rows()).value();
      for (size_t from = 0; from < given.row_count(); from += 3) {
        node.push(given.slice(from, std::min<size_t>(3, given.row_count() - from)));
        for (const std::string& row : sessions(node)) made.push_back(row);
      }
      node.end();
      for (const std::string& row : sessions(node)) made.push_back(row);
      std::ranges::sort(made);
      return made;
    };
    EXPECT_EQ(all(true), all(false)) << gap;
    EXPECT_EQ(all(true).size(), 100U) << gap;
  }
}

// Whether a row passes with its batch or waits in the state depends on how rows are cut into batches, and on
// the rows that wait; its place in its session does not.
TEST(Sessionize, RowsOfAKeyComeInTheirOrderHoweverTheyAreCutIntoBatches) {
  for (const std::string max_delay : {"100s", "10m"})
    for (const size_t size : {1, 2, 7, 30, 100}) {
      Settings settings = in_time(true);
      settings.max_delay = max_delay;
      NodeHarness node("sessionize", "by: [user]\ngap: 150s", kColumns, settings);
      const Batch given = rows_of(node.schema_of("in"), many_rows()).value();
      for (size_t from = 0; from < given.row_count(); from += size)
        node.push(given.slice(from, std::min(size, given.row_count() - from)));
      node.end();
      const Rows out = node.pull();
      ASSERT_EQ(out.size() + node.pull("late").size(), 100U) << max_delay << " " << size;
      EXPECT_EQ(out.size(), 100U);
      struct Last {
        int64_t time = 0;
        int64_t start = 0;
        int64_t position = 0;
      };
      std::map<std::string, Last> last_of;
      const auto times = out.batch.column<int64_t>(0);
      const auto users = out.batch.column<std::string_view>(1);
      const auto starts = out.batch.column<int64_t>(4);
      const auto positions = out.batch.column<int64_t>(5);
      for (size_t row = 0; row < out.size(); ++row) {
        Last& last = last_of[std::string(users[row])];
        EXPECT_GE(times[row], last.time) << max_delay << " " << size << " row " << row;
        const bool is_new = times[row] - last.time >= 150'000'000;
        EXPECT_EQ(starts[row], is_new ? times[row] : last.start);
        EXPECT_EQ(positions[row], is_new ? 1 : last.position + 1);
        last = {times[row], starts[row], positions[row]};
      }
    }
}

/// Four rows of each moment, of keys in no order.
Batch tied_rows(const NodeHarness& node) {
  std::vector<std::string> made;
  for (int i = 0; i < 80; ++i)
    made.push_back(at((i ^ 8) / 4 * 10, std::string(1, static_cast<char>('a' + i * i % 5)), i));
  return rows_of(node.schema_of("in"), rows(made)).value();
}

// A barrier puts what is held into the state, where it lies by key.
TEST(Sessionize, TheOrderOfRowsDoesNotDependOnBatchesAndBarriers) {
  const auto run = [](const std::string& max_delay, size_t size, size_t barriers_every, bool crashes) {
    Settings settings = in_time(true);
    settings.max_delay = max_delay;
    NodeHarness node("sessionize", "by: [user]\ngap: 25s", kColumns, settings);
    const Batch given = tied_rows(node);
    Sessions made;
    for (size_t from = 0; from < given.row_count(); from += size) {
      if (from != 0 && from % barriers_every == 0) {
        EXPECT_TRUE(node.checkpoint());
        if (crashes) node.restart(from);
      }
      node.push(given.slice(from, size));
      for (const std::string& row : sessions(node)) made.push_back(row);
    }
    node.end();
    for (const std::string& row : sessions(node)) made.push_back(row);
    return made;
  };
  const Sessions undisturbed = run("70s", 80, 80, false);
  ASSERT_EQ(undisturbed.size(), 80U);
  // With a day of delay more batches wait than are held.
  for (const std::string max_delay : {"70s", "1d"})
    for (const size_t size : {1, 4})
      for (const size_t every : {4, 8, 12, 20, 32, 56, 80})
        for (const bool crashes : {false, true})
          EXPECT_EQ(run(max_delay, size, every, crashes), undisturbed)
              << max_delay << " " << size << " " << every << " " << crashes;
}

TEST(Sessionize, KeepsThePromisesOfEveryComponent) {
  Trial trial;
  trial.rows = many_rows();
  Settings settings = in_time(true);
  settings.max_delay = "2m";
  expect_conforms(transform("sessionize", "by: [user]\ngap: 150s", kColumns, settings), trial);
}

TEST(Sessionize, SaysWhatItCannotDo) {
  const auto fault = [](const std::string& options, const std::string& columns, Settings settings) {
    return NodeHarness("sessionize", options, columns, std::move(settings)).fault();
  };
  EXPECT_THAT(fault("by: []\ngap: 1m", kColumns, in_time()), HasSubstr("by: at least one column is needed"));
  EXPECT_THAT(fault("by: [user]\ngap: 1m", kColumns, Settings()),
              HasSubstr("its input carries no event time"));
  EXPECT_THAT(fault("by: [user]\ngap: 1m", "t: timestamp, user: string, session_id: string", in_time()),
              HasSubstr("two columns of its output would be called 'session_id'; rename it before"));
}

}  // namespace
}  // namespace weir::test::sessionize_test
