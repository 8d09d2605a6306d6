// The same rows give the same windows, whatever the windows are, however many threads decode and aggregate,
// and wherever the run is stopped and goes on: also when rows come out of order and some of them late.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "in_process/pipeline_run.hpp"
#include "sim/sim_world.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated::windows_test {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kDelay = 60 * kSecond;
constexpr int64_t kMidnight = 1'735'689'600 * kSecond;  // 2025-01-01T00:00:00Z

struct Row {
  int64_t time;
  int key;
  int64_t value;
};
/// The rows of each file, in their order.
using Files = std::vector<std::vector<Row>>;

/// Time goes on by fits and starts; some rows come a little late, some much too late.
Files make_files() {
  Files files(2);
  SimRandom random(7);
  for (size_t file = 0; file < files.size(); ++file) {
    int64_t now = kMidnight + static_cast<int64_t>(file) * 1000 * kSecond;
    for (int i = 0; i < 3000; ++i) {
      now += static_cast<int64_t>(random.below(random.below(60) == 0 ? 3600 : 12)) * kSecond;
      int64_t back = static_cast<int64_t>(random.below(50)) * kSecond;
      if (random.below(20) == 0) back += static_cast<int64_t>(random.below(1200)) * kSecond;
      files[file].push_back(
          {now - back, static_cast<int>(random.below(7)), static_cast<int64_t>(random.below(1000))});
    }
  }
  return files;
}

const Files& files() {
  static const Files made = make_files();
  return made;
}

std::string text_of(int64_t time) {
  const int64_t seconds = (time - kMidnight) / kSecond + 5 * 86400;  // Of the 27th of December.
  char text[40];
  const int day = static_cast<int>(seconds / 86400);
  std::snprintf(text, sizeof(text), "%s-%02dT%02d:%02d:%02dZ", day < 5 ? "2024-12" : "2025-01",
                day < 5 ? 27 + day : day - 4, static_cast<int>(seconds / 3600 % 24),
                static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  return text;
}

std::string line_of(const Row& row) {
  return text_of(row.time) + ",k" + std::to_string(row.key) + "," + std::to_string(row.value);
}

/// What a run must give, as lines of its files.
struct Expected {
  std::multiset<std::string> windows;
  std::multiset<std::string> late;
};

struct Group {
  int64_t count = 0;
  int64_t sum = 0;
};

/// By (start, end, key).
using Groups = std::map<std::tuple<int64_t, int64_t, int>, Group>;

std::multiset<std::string> lines_of(const Groups& groups) {
  std::multiset<std::string> lines;
  for (const auto& [window, group] : groups) {
    const auto& [start, end, key] = window;
    lines.insert(text_of(start) + "," + text_of(end) + ",k" + std::to_string(key) + "," +
                 std::to_string(group.count) + "," + std::to_string(group.sum));
  }
  return lines;
}

/// Calls `take(row, reached)` for each row with what the rows before it in its file had reached.
template <class Take>
void for_each_row(Take take) {
  for (const std::vector<Row>& file : files()) {
    int64_t reached = INT64_MIN;
    for (const Row& row : file) {
      take(row, reached);
      reached = std::max(reached, row.time - kDelay);
    }
  }
}

void add(Groups& groups, int64_t start, int64_t end, const Row& row) {
  Group& group = groups[{start, end, row.key}];
  ++group.count;
  group.sum += row.value;
}

/// Windows of `size` that begin `every` so much, and at `shift` behind midnight.
Expected expect_fixed(int64_t size, int64_t every, int64_t lateness, int64_t shift = 0) {
  Groups groups;
  Expected expected;
  for_each_row([&](const Row& row, int64_t reached) {
    const int64_t begin = kMidnight + shift - 100 * size;
    bool is_late = true;
    for (int64_t start = begin + (row.time - begin) / every * every; start > row.time - size;
         start -= every) {
      if (reached >= start + size + lateness) continue;
      is_late = false;
      add(groups, start, start + size, row);
    }
    if (is_late) expected.late.insert(line_of(row));
  });
  expected.windows = lines_of(groups);
  return expected;
}

Expected expect_sessions(int64_t gap) {
  std::map<int, std::vector<Row>> by_key;
  Expected expected;
  for_each_row([&](const Row& row, int64_t reached) {
    if (reached >= row.time + gap)
      expected.late.insert(line_of(row));
    else
      by_key[row.key].push_back(row);
  });
  Groups groups;
  for (auto& [key, rows] : by_key) {
    std::ranges::sort(rows, {}, &Row::time);
    for (size_t first = 0; first < rows.size();) {
      size_t next = first + 1;
      while (next < rows.size() && rows[next].time - rows[next - 1].time < gap) ++next;
      for (size_t i = first; i < next; ++i) add(groups, rows[first].time, rows[next - 1].time + gap, rows[i]);
      first = next;
    }
  }
  expected.windows = lines_of(groups);
  return expected;
}

/// One kind of window in a pipeline.
struct Kind {
  const char* name;
  const char* window;
  Expected expected;
  const char* more = "";
  bool is_revised = false;
  bool is_timed_late = false;  // A transform declares the event time.
};

std::string pipeline(const Kind& kind) {
  const std::string time = "event_time: {column: ts, max_delay: 1m}";
  std::string yaml = R"(weir: 1
name: windows
checkpoint: {every: 20ms}
sources:
  events:
    type: file
    path: [a.csv, b.csv]
    chunk: 2KiB
    format: {type: csv, columns: {ts: timestamp, k: string, x: int64}}
)";
  if (!kind.is_timed_late) yaml += "    " + time + "\n";
  yaml += "transforms:\n";
  yaml +=
      "  rows: {type: map, inputs: events, set: {x: x + 0}" + (kind.is_timed_late ? ", " + time : "") + "}\n";
  yaml += "  windows: {type: aggregate, inputs: rows, by: [k], window: " + std::string(kind.window) +
          kind.more + ", compute: {n: count(), s: sum(x)}}\n";
  if (kind.is_revised)
    yaml += R"(  last: {type: filter, inputs: windows, where: is_final}
  out_rows: {type: select, inputs: last, columns: [window_start, window_end, k, n, s]}
)";
  yaml += std::string("sinks:\n  out: {type: file, inputs: ") + (kind.is_revised ? "out_rows" : "windows") +
          ", path: out.csv, format: csv}\n" +
          "  late: {type: file, inputs: windows.late, path: late.csv, format: csv}\n";
  return yaml;
}

/// Asks the run to stop after some waits of its driver, so that it is cut in the middle.
class CutsShort final : public Executor {
 public:
  CutsShort(std::unique_ptr<Executor> inner, RunControl& control, uint64_t waits)
      : inner_(std::move(inner)), control_(control), waits_(waits) {}
  void submit(Actor& actor) override { inner_->submit(actor); }
  void wait(int64_t until_ns) override {
    if (waits_ > 0 && --waits_ == 0) control_.request_stop();
    inner_->wait(until_ns);
  }
  void wake() override { inner_->wake(); }
  void drain() override { inner_->drain(); }

 private:
  const std::unique_ptr<Executor> inner_;
  RunControl& control_;
  uint64_t waits_;
};

std::multiset<std::string> lines_in(const std::string& path) {
  auto read = read_all(sim().disk, path);
  if (!read.is_ok()) return {};
  std::istringstream text(*read);
  std::multiset<std::string> lines;
  std::string line;
  std::getline(text, line);  // The header.
  while (std::getline(text, line)) lines.insert(line);
  return lines;
}

int runs = 0;

std::string new_folder() {
  const std::string folder = "windows" + std::to_string(++runs);
  EXPECT_TRUE(make_dirs(sim().disk, folder).is_ok());
  const char* const names[] = {"/a.csv", "/b.csv"};
  for (size_t file = 0; file < files().size(); ++file) {
    std::string text = "ts,k,x\n";
    for (const Row& row : files()[file]) text += line_of(row) + "\n";
    EXPECT_TRUE(
        write_atomic(sim().disk, sim().faults, "test.input", folder + names[file], text, 0644).is_ok());
  }
  return folder;
}

/// Runs to the end; `cut_every` > 0: stopped again and again after about so many waits. Returns how often it
/// was stopped.
int run_whole(const Kind& kind, const std::string& folder, uint64_t seed, uint32_t threads,
              uint64_t cut_every) {
  SimRandom random(seed);
  for (int stops = 0; stops < 200; ++stops) {
    RunControl control;
    CutsShort executor(make_sim_executor(seed + static_cast<uint64_t>(stops), sim().clock), control,
                       cut_every == 0 ? 0 : 1 + random.below(2 * cut_every));
    const PipelineRun run{.yaml = pipeline(kind),
                          .directory = folder,
                          .threads = threads,
                          .control = &control,
                          .edge_bytes = 16 << 10};
    const RunOutcome outcome = run_in_process(run, sim().host, sim().catalog, executor);
    if (outcome.end == RunResult::kComplete) return stops;
    EXPECT_EQ(outcome.end, RunResult::kStopped) << outcome.status.message();
    if (outcome.end != RunResult::kStopped) return stops;
  }
  ADD_FAILURE() << "it never completes";
  return 200;
}

std::vector<Kind> kinds() {
  constexpr int64_t kMinute = 60 * kSecond;
  constexpr int64_t kDay = 24 * 60 * kMinute;
  return {
      {"tumbling", "{tumbling: 5m}", expect_fixed(5 * kMinute, 5 * kMinute, 0)},
      {"late rows allowed", "{tumbling: 5m}", expect_fixed(5 * kMinute, 5 * kMinute, 7 * kMinute),
       ", allowed_lateness: 7m", true},
      {"early results", "{tumbling: 5m}", expect_fixed(5 * kMinute, 5 * kMinute, 0), ", emit: {every: 20ms}",
       true},
      {"calendar", "{calendar: day, timezone: Europe/Berlin}",
       expect_fixed(kDay, kDay, 0, 23 * 60 * kMinute)},
      {"sliding", "{sliding: {size: 15m, every: 5m}}", expect_fixed(15 * kMinute, 5 * kMinute, 0)},
      {"sliding by odd panes", "{sliding: {size: 6m, every: 4m}}", expect_fixed(6 * kMinute, 4 * kMinute, 0)},
      {"sliding, late rows allowed", "{sliding: {size: 15m, every: 5m}}",
       expect_fixed(15 * kMinute, 5 * kMinute, 7 * kMinute), ", allowed_lateness: 7m", true},
      {"sliding by odd panes, early and late", "{sliding: {size: 6m, every: 4m}}",
       expect_fixed(6 * kMinute, 4 * kMinute, 3 * kMinute), ", allowed_lateness: 3m, emit: {every: 20ms}",
       true},
      {"sliding by one pane, late rows allowed", "{sliding: {size: 5m, every: 5m}}",
       expect_fixed(5 * kMinute, 5 * kMinute, 7 * kMinute), ", allowed_lateness: 7m", true},
      {"session", "{session: {gap: 3m}}", expect_sessions(3 * kMinute)},
      {"event time of a transform", "{tumbling: 5m}", expect_fixed(5 * kMinute, 5 * kMinute, 0), "", false,
       true},
  };
}

TEST(Windows, AreTheSameHoweverManyThreadsAndWhereverTheRunIsCut) {
  int stops = 0;
  int wholes = 0;
  size_t rows = 0;
  size_t late = 0;
  for (const Kind& kind : kinds()) {
    EXPECT_GE(kind.expected.windows.size(), 10U) << kind.name;
    for (uint64_t seed = 1; seed <= 6; ++seed) {
      const std::string folder = new_folder();
      const auto threads = static_cast<uint32_t>(1 + seed % 3);
      stops += run_whole(kind, folder, seed, threads, seed <= 2 ? 0 : 2);
      ++wholes;
      ASSERT_EQ(lines_in(folder + "/out.csv"), kind.expected.windows) << kind.name << ", seed " << seed;
      ASSERT_EQ(lines_in(folder + "/late.csv"), kind.expected.late) << kind.name << ", seed " << seed;
    }
    rows += kind.expected.windows.size();
    late += kind.expected.late.size();
  }
  std::printf("%d runs stopped %d times: %zu windows, %zu late rows\n", wholes, stops, rows, late);
  EXPECT_GE(stops * 2, wholes);
  EXPECT_GT(late, 0U);
}

}  // namespace
}  // namespace weir::simulated::windows_test
