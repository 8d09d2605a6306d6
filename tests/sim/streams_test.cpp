// The components of plugins/streams and plugins/analytics in simulation. Each gives the same rows over
// history as over a stream of the same events, cut in any places, with one thread and two, undisturbed or
// through a crash; and no shape of pipeline makes a join wait for itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "in_process/pipeline_run.hpp"
#include "sim/sim_world.hpp"
#include "sim/sorted_lines.hpp"
#include "state/test_seeds.hpp"
#include "world/sim_crash.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated::streams_test {
namespace {

using namespace std::chrono_literals;

constexpr int kRows = 3'000;

std::string time_text(std::chrono::seconds since_2025) {
  using namespace std::chrono;
  const sys_seconds at = sys_days(year(2025) / 1 / 1) + since_2025;
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss time(at - day);
  char text[48];
  std::snprintf(text, sizeof(text), "%d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

/// Events a step apart, shuffled by up to 8 steps; of ten one comes twice.
std::string events_text(std::chrono::seconds step) {
  std::string text;
  for (int i = 0; i < kRows; ++i) {
    char line[160];
    std::snprintf(line, sizeof(line), "{\"ts\":\"%s\",\"user\":\"u%d\",\"id\":%d,\"x\":%d}\n",
                  time_text((i + i * 7 % 9) * step).c_str(), i * 31 % 41, i % 10 == 9 ? i - 4 : i,
                  i * 17 % 101);
    text += line;
  }
  return text;
}

/// Every fifth user clicks some steps after an event.
std::string clicks_text(std::chrono::seconds step) {
  std::string text;
  for (int i = 0; i < kRows; i += 3) {
    char line[120];
    std::snprintf(line, sizeof(line), "{\"ts\":\"%s\",\"user\":\"u%d\",\"y\":%d}\n",
                  time_text((i + i % 13) * step).c_str(), i * 31 % 53, i);
    text += line;
  }
  return text;
}

struct Case {
  std::string name;
  std::string transforms;  ///< With a node `it`, over `events` and `clicks`.
  std::vector<std::string> outputs = {"it"};
  bool has_clicks = false;
  std::chrono::seconds step{1};  ///< Of the events: 3,000 of them.
  bool asks_a_table = false;     ///< As it is when a row comes, and not as of the row's time.
  bool needs_an_end = false;     ///< Over a stream without one it is refused.
  friend void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }
};

/// Over a stream without an end it is refused.
Case needs_an_end(Case one) {
  one.needs_an_end = true;
  return one;
}

std::vector<Case> cases() {
  const auto join = [](std::string name, const std::string& how) {
    return Case{
        std::move(name),
        "{it: {type: join, inputs: {left: events, right: clicks}, on: [user], prefix: r_, " + how + "}}",
        {"it"},
        true};
  };
  return {
      needs_an_end({"dedupe", "{it: {type: dedupe, inputs: events, by: [id]}}", {"it", "it.duplicates"}}),
      {"dedupe_within",
       "{it: {type: dedupe, inputs: events, by: [user], within: 1m}}",
       {"it", "it.duplicates", "it.late"}},
      {"throttle",
       "{it: {type: throttle, inputs: events, by: [user], rows: 2, every: 2m}}",
       {"it", "it.throttled", "it.late"}},
      {"throttle_bytes",
       "{it: {type: throttle, inputs: events, bytes: 500, every: 1m}}",
       {"it", "it.throttled"}},
      needs_an_end({"top_n", "{it: {type: top_n, inputs: events, n: 3, by: x, per: [user], rank: place}}"}),
      {"top_n_of_windows",
       "{minutes: {type: aggregate, inputs: events, by: [user], window: {tumbling: 1m}, compute: {n: "
       "count(), x: "
       "sum(x)}}, it: {type: top_n, inputs: minutes, n: 3, by: [n, x]}}",
       {"it", "it.late"}},
      needs_an_end(
          {"reduce_until",
           "{it: {type: reduce, inputs: events, by: [user], keep: {n: count(), a: first(id), z: last(id), "
           "x: sum(x)}, until: x < 20}}"}),
      {"reduce_idle",
       "{it: {type: reduce, inputs: events, by: [user], keep: {n: count(), a: min(ts), z: max(ts)}, "
       "until: x < 5, idle: 40s}}"},
      {"delay", "{it: {type: delay, inputs: events, for: 1m}}"},
      {"rate",
       "{it: {type: rate, inputs: events, by: [user], rates: {speed: x}, increases: {more: x}}}",
       {"it", "it.out_of_order"}},
      {"slo_of_windows",
       "{minutes: {type: aggregate, inputs: events, by: [user], window: {tumbling: 1m}, compute: {good: "
       "count() FILTER (WHERE x > 20), total: count()}}, "
       "it: {type: slo, inputs: minutes, by: [user], good: good, total: total, objective: 0.9, window: 10m, "
       "burn_rates: {burn_5m: 5m}}}",
       {"it", "it.out_of_order"}},
      {"alert",
       "{it: {type: alert, inputs: events, by: [user], rules: {high: {value: x, above: 70, clear: 30}, "
       "grown: "
       "{value: x, change_over: 41s, above: 0.2, for: 1m}, silent: {absent: 41s}}, silences: [{rule: high, "
       "where: \"user < 'u2'\", from: 2025-01-01T00:05:00Z, until: 2025-01-01T00:20:00Z}]}}",
       {"it", "it.late"}},
      {"alert_of_windows_in_one_group",
       "{minutes: {type: aggregate, inputs: events, by: [user], window: {tumbling: 1m}, compute: {x: "
       "avg(x)}}, "
       "it: {type: alert, inputs: minutes, by: [user], group_by: [], rules: {high: {value: x, above: 95}, "
       "silent: {absent: 2m}}, forget_after: 3m}}"},
      needs_an_end({"funnel_of_each_user",
                    "{it: {type: funnel, inputs: events, by: [user], steps: {low: x < 40, high: x > 60, "
                    "last: x < 30}, "
                    "within: 10m, segment: [user]}}",
                    {"it", "it.late"}}),
      {"funnel_of_sessions_in_windows",
       "{it: {type: funnel, inputs: events, by: [user], steps: {low: x < 60, high: x > 40}, order: strict, "
       "session_gap: 45s, exclude: {bad: x = 50}, segment: [user], within: 5m, window: {tumbling: 10m}}}",
       {"it", "it.late"}},
      {"retention_by_week",
       "{it: {type: retention, inputs: events, by: [id], first: x < 50, period: week, timezone: "
       "Europe/Berlin}}",
       {"it", "it.late"},
       false,
       1h},
      needs_an_end({"retention_rolling",
                    "{it: {type: retention, inputs: events, by: [user], cohort_by: [user], kind: rolling, "
                    "periods: 40}}",
                    {"it", "it.late"},
                    false,
                    1h}),
      {"lifecycle",
       "{it: {type: lifecycle, inputs: events, by: [user], timezone: Europe/Berlin}}",
       {"it", "it.late"},
       false,
       1h},
      {"active_users",
       "{it: {type: active_users, inputs: events, by: [user], timezone: Europe/Berlin, days: [1, 7]}}",
       {"it", "it.late"},
       false,
       1h},
      {"active_users_about",
       "{it: {type: active_users, inputs: events, by: [id], segment: [user], exact: false, days: [1, 7]}}",
       {"it", "it.late"},
       false,
       1h},
      {"rfm",
       "{it: {type: rfm, inputs: events, by: [user], amount: x, period: week}}",
       {"it", "it.late"},
       false,
       1h},
      {"paths_in_windows",
       "{pages: {type: map, inputs: events, set: {page: \"CASE WHEN x < 40 THEN 'low' WHEN x > 60 THEN "
       "'high' "
       "ELSE 'middle' END\"}}, it: {type: paths, inputs: pages, by: [user], event: page, from: low, steps: "
       "3, "
       "within: 5m, segment: [user], window: {tumbling: 10m}}}",
       {"it", "it.late"}},
      {"paths_before",
       "{pages: {type: map, inputs: events, set: {page: \"CASE WHEN x < 40 THEN 'low' WHEN x > 60 THEN "
       "'high' "
       "ELSE 'middle' END\"}}, it: {type: paths, inputs: pages, by: [user], event: page, to: high, steps: 2, "
       "occurrences: every, within: 5m, top: 2, window: {tumbling: 10m}}}",
       {"it", "it.late"}},
      {"segment_by_rules",
       "{it: {type: segment, inputs: events, rules: [{name: low, when: x < 40}, {name: high, when: x > 60}], "
       "default: middle}}"},
      {"clusters_in_windows",
       "{it: {type: segment, inputs: events, kmeans: {k: 3, columns: [x, id], window: {tumbling: 10m}}}}",
       {"it", "it.centres", "it.late"}},
      {"clusters_of_windows",
       "{minutes: {type: aggregate, inputs: events, by: [user], window: {tumbling: 1m}, compute: {n: "
       "count(), x: "
       "sum(x)}}, it: {type: segment, inputs: minutes, kmeans: {k: 2, columns: [n, x], window: input}}}",
       {"it", "it.centres", "it.late"}},
      {"sessionize", "{it: {type: sessionize, inputs: events, by: [user], gap: 42s}}", {"it", "it.late"}},
      {"compare",
       "{days: {type: aggregate, inputs: events, by: [user], window: {calendar: day, timezone: "
       "Europe/Berlin}, "
       "compute: {n: count(), x: sum(x)}}, it: {type: compare, inputs: days, by: [user], values: [n, x], "
       "with: [day, week, month], timezone: Europe/Berlin}}",
       {"it", "it.late"},
       false,
       1h},
      {"experiment",
       "{armed: {type: map, inputs: events, set: {arm: \"CASE WHEN user < 'u2' THEN 'a' ELSE 'b' END\"}}, "
       "it: "
       "{type: experiment, inputs: armed, arm: arm, control: a, unit: user, metrics: {high: {proportion: x > "
       "50}, size: {mean: x}}, window: {tumbling: 2m}}}",
       {"it", "it.late"}},
      {"anomaly",
       "{it: {type: anomaly, inputs: events, value: x, by: [user], seasons: [], warmup: 30, threshold: 0.2, "
       "rest: 0}}",
       {"it", "it.late"}},
      {"change_points",
       "{it: {type: change_points, inputs: events, value: x, by: [user], warmup: 6, threshold: 1}}",
       {"it", "it.late"}},
      {"forecast",
       "{days: {type: aggregate, inputs: events, window: {calendar: day}, compute: {x: sum(x)}}, it: {type: "
       "forecast, inputs: days, value: x, step: 1d, season: 7, horizon: 3, model: ANN, every: 7d, origins: "
       "2}}",
       {"it", "it.backtest", "it.late"},
       false,
       1h},
      {"statistics",
       "{all: {type: aggregate, inputs: events, by: [user], window: {tumbling: 10m}, compute: {d: "
       "approx_distinct(id), k: \"top_k(x, 3)\", m: mode(x), c: \"corr(x, id)\", v: \"covar(x, id)\"}}, "
       "it: {type: map, inputs: all, set: {c: \"ROUND(c, 9)\", v: \"ROUND(v, 6)\"}}}",
       {"it", "all.late"}},
      {"stored_sketches",
       "{minutes: {type: aggregate, inputs: events, by: [user], window: {tumbling: 1m}, compute: {s: "
       "sketch(x), h: hll(id)}}, it: {type: aggregate, inputs: minutes, by: [user], window: {tumbling: 10m}, "
       "compute: {p: \"quantile(merge(s), 0.9)\", d: approx_distinct(merge(h))}}}",
       {"it", "it.late"}},
      needs_an_end(join("join_all", "kind: full")),
      join("join_interval", "within: {before: 10s, after: 1m}"),
      join("join_interval_left", "within: {after: 30s}, kind: left"),
      join("join_interval_full", "within: 20s, kind: full"),
      join("join_as_of", "as_of: true, kind: left"),
      [&join] {
        Case table = join("join_table", "table: true, kind: left");
        table.asks_a_table = true;
        return table;
      }(),
      {"windows_behind_a_join",
       "{named: {type: join, inputs: {left: events, right: clicks}, on: [user], as_of: true, kind: left, "
       "prefix: r_}, "
       "it: {type: aggregate, inputs: named, by: [user], window: {tumbling: 1m}, compute: {n: count(), y: "
       "sum(r_y)}}}",
       {"it", "it.late"},
       true},
      {"shorter_windows_behind_windows",
       "{minutes: {type: aggregate, inputs: events, by: [user], window: {tumbling: 1m}, compute: {n: "
       "count(), "
       "x: sum(x)}}, it: {type: aggregate, inputs: minutes, by: [user], window: {tumbling: 25s}, compute: "
       "{n: "
       "sum(n), x: sum(x)}}}",
       {"it", "it.late"}},
      {"windows_as_of_clicks",
       "{minutes: {type: aggregate, inputs: events, by: [user], window: {tumbling: 1m}, compute: {n: "
       "count()}}, it: {type: join, inputs: {left: minutes, right: clicks}, on: [user], as_of: true, kind: "
       "left, prefix: r_}}",
       {"it"},
       true},
      // Rows that wait for an end, and windows behind them that must not close before.
      [] {
        Case table{"windows_behind_a_table",
                   "{named: {type: join, inputs: {left: events, right: clicks}, on: [user], table: true, "
                   "kind: left, prefix: r_}, it: {type: aggregate, inputs: named, by: [user], window: "
                   "{tumbling: 1m}, compute: {n: count(), y: sum(r_y)}}}",
                   {"it", "it.late"},
                   true};
        table.asks_a_table = true;
        return table;
      }(),
      needs_an_end({"windows_behind_a_sort",
                    "{sorted: {type: sort, inputs: events, by: x}, it: {type: aggregate, inputs: sorted, by: "
                    "[user], window: {tumbling: 1m}, compute: {n: count(), x: sum(x)}}}",
                    {"it", "it.late"}}),
      needs_an_end({"windows_behind_clusters",
                    "{groups: {type: segment, inputs: events, kmeans: {k: 3, columns: [x]}}, it: {type: "
                    "aggregate, inputs: groups, by: [user], window: {tumbling: 1m}, compute: {n: count(), x: "
                    "sum(x)}}}",
                    {"it", "it.late"}}),
      needs_an_end({"windows_behind_a_top_n",
                    "{best: {type: top_n, inputs: events, n: 20, by: x, per: [user]}, it: {type: aggregate, "
                    "inputs: best, by: [user], window: {tumbling: 1m}, compute: {n: count(), x: sum(x)}}}",
                    {"it", "it.late"}}),
  };
}

/// Where the events come from.
enum class Origin {
  kHistory,  ///< Files that are there; their times count at their end.
  kStream,   ///< The same with a watermark.
  kGrowing,  ///< Files that are followed: they have no end.
};

std::string pipeline_of(const Case& one, Origin origin) {
  const std::string delay = std::to_string((13 * one.step).count()) + "s";
  const std::string time =
      origin == Origin::kHistory ? "{column: ts}" : "{column: ts, max_delay: " + delay + "}";
  const bool has_parts = origin == Origin::kGrowing;
  std::string yaml = "weir: 1\nname: streams\ncheckpoint: {every: 1ms}\nsources:\n";
  const auto source = [&](const std::string& name, const std::string& columns) {
    yaml += "  " + name + ": {type: file, path: " + name +
            ".ndjson, chunk: 4KiB, format: {type: ndjson, columns: " + columns + "}, event_time: " + time +
            (origin == Origin::kGrowing ? ", follow: true" : "") + "}\n";
  };
  source("events", "{ts: timestamp, user: string, id: int64, x: int64}");
  if (one.has_clicks) source("clicks", "{ts: timestamp, user: string, y: int64}");
  yaml += "transforms: " + one.transforms + "\nsinks:\n";
  for (size_t i = 0; i < one.outputs.size(); ++i)
    yaml += "  out" + std::to_string(i) + ": {type: file, inputs: " + one.outputs[i] + ", path: \"out" +
            std::to_string(i) + (has_parts ? "/{part}" : "") + ".csv\", format: csv}\n";
  return yaml;
}

void remove_all(const std::string& directory) {
  const auto entries = sim().disk.list(directory);
  ASSERT_TRUE(entries.is_ok());
  for (const DirectoryEntry& entry : *entries) {
    const std::string path = directory + "/" + entry.name;
    if (entry.kind == FileInfo::Kind::kDirectory) {
      remove_all(path);
      ASSERT_TRUE(sim().disk.remove_dir(path).is_ok());
    } else {
      ASSERT_TRUE(sim().disk.unlink(path).is_ok());
    }
  }
}

/// A pipeline in a folder of its own on the simulated disk, as long as it lives.
class Folder {
 public:
  explicit Folder(const Case& one) : name_(one.name) {
    EXPECT_TRUE(make_dirs(sim().disk, name_).is_ok());
    write("events.ndjson", events_text(one.step));
    write("clicks.ndjson", clicks_text(one.step));
  }
  ~Folder() { remove_all(name_); }

  RunOutcome run(const std::string& yaml, uint64_t seed, uint32_t threads, int64_t edge_bytes,
                 bool until_now = false) const {
    const auto executor = make_sim_executor(seed, sim().clock);
    return run_in_process({.yaml = yaml,
                           .directory = name_,
                           .threads = threads,
                           .edge_bytes = edge_bytes,
                           .until_now = until_now},
                          sim().host, sim().catalog, *executor);
  }
  /// Lets so many thousandths of the inputs be there: a line may have no end yet.
  void grow(const Case& one, size_t thousandths) const {
    extend("events.ndjson", events_text(one.step), thousandths);
    extend("clicks.ndjson", clicks_text(one.step), thousandths);
  }
  /// The rows of all outputs, each in one order.
  std::string output(size_t count) const {
    std::string all;
    for (size_t i = 0; i < count; ++i) {
      all += "-- " + std::to_string(i) + "\n" + sorted_lines_of(name_ + "/out" + std::to_string(i) + ".csv");
    }
    return all;
  }
  bool has_checkpoint() const {
    const auto entries = sim().disk.list(name_ + "/state/checkpoints");
    return entries.is_ok() && std::ranges::any_of(*entries, [](const DirectoryEntry& entry) {
             return entry.name.ends_with(".manifest");
           });
  }

  /// The same of outputs in parts.
  std::string output_of_parts(size_t count) const {
    std::string all;
    for (size_t i = 0; i < count; ++i)
      all += "-- " + std::to_string(i) + "\n" + rows_of_parts(name_ + "/out" + std::to_string(i));
    return all;
  }

 private:
  /// Sorted, with one line that names the columns.
  static std::string rows_of_parts(const std::string& directory) {
    std::string rows;
    std::string names;
    const auto entries = sim().disk.list(directory);
    for (const DirectoryEntry& entry : entries.is_ok() ? *entries : std::vector<DirectoryEntry>()) {
      if (entry.name.starts_with(".")) continue;
      const std::string text = read_all(sim().disk, directory + "/" + entry.name).value();
      names = text.substr(0, text.find('\n') + 1);
      rows += text.substr(names.size());
    }
    return sorted_lines(names + rows);
  }
  void extend(const std::string& file, const std::string& text, size_t thousandths) const {
    const auto opened = sim().disk.open(name_ + "/" + file, OpenMode::kUpdate).value();
    const uint64_t now = opened->size().value();
    const uint64_t size = text.size() * thousandths / 1000;
    if (size < now) {
      ASSERT_TRUE(opened->truncate(size).is_ok());
    } else {
      ASSERT_TRUE(opened->pwrite(text.data() + now, size - now, now).is_ok());
    }
    ASSERT_TRUE(opened->sync().is_ok());
  }
  void write(const std::string& file, const std::string& text) {
    EXPECT_TRUE(write_atomic(sim().disk, sim().faults, "test.input", name_ + "/" + file, text, 0644).is_ok());
  }
  const std::string name_;
};

class Streams : public testing::TestWithParam<Case> {
 protected:
  std::string completed(const std::string& yaml, uint64_t seed, uint32_t threads, int64_t edge_bytes) {
    Folder folder(GetParam());
    const RunOutcome outcome = folder.run(yaml, seed, threads, edge_bytes);
    EXPECT_EQ(outcome.end, RunResult::kComplete) << outcome.status.message();
    return folder.output(GetParam().outputs.size());
  }
};

TEST_P(Streams, GiveTheSameRowsOverHistoryAndOverAStreamHoweverItIsCut) {
  const std::string history = completed(pipeline_of(GetParam(), Origin::kHistory), 1, 1, 0);
  ASSERT_GT(std::ranges::count(history, '\n'), 20) << history;
  EXPECT_EQ(completed(pipeline_of(GetParam(), Origin::kHistory), 2, 2, 16 << 10), history)
      << "history, two threads";
  const std::string stream = pipeline_of(GetParam(), Origin::kStream);
  for (uint64_t seed = 3; seed < 9; ++seed) {
    const uint32_t threads = 1 + static_cast<uint32_t>(seed % 2);
    ASSERT_EQ(completed(stream, seed, threads, int64_t{1} << (10 + seed)), history)
        << "stream, seed " << seed << ", " << threads << " threads";
  }
}

/// The lines of a text, sorted.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream rest(text);
  for (std::string line; std::getline(rest, line);) lines.push_back(line);
  std::ranges::sort(lines);
  return lines;
}

/// What a stream without an end has given so far is part of what its history gives, and does not depend on
/// how often the run that follows it was ended and another went on.
TEST_P(Streams, GiveTheSameRowsWhenTheStreamGrowsAndEachRunGoesOn) {
  if (GetParam().asks_a_table) return;  // It has grown by the time that later rows ask it.
  const size_t outputs = GetParam().outputs.size();
  const std::string yaml = pipeline_of(GetParam(), Origin::kGrowing);
  const std::string history = completed(pipeline_of(GetParam(), Origin::kHistory), 1, 1, 0);
  std::string given;
  {
    Folder whole(GetParam());
    const RunOutcome once = whole.run(yaml, 1, 1, 0, true);
    if (GetParam().needs_an_end) {
      EXPECT_EQ(once.end, RunResult::kFailed);
      EXPECT_THAT(once.status.message(), testing::HasSubstr("never ends"));
      return;
    }
    ASSERT_EQ(once.end, RunResult::kStopped) << once.status.message();
    given = whole.output_of_parts(outputs);
  }
  EXPECT_TRUE(std::ranges::includes(lines_of(history), lines_of(given)));
  EXPECT_GT(std::ranges::count(given, '\n'), 20);

  SimRandom random(11);
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    Folder folder(GetParam());
    folder.grow(GetParam(), 0);
    size_t thousandths = 0;
    for (int runs = 0; thousandths < 1000; ++runs) {
      thousandths = std::min<size_t>(1000, thousandths + random.below(400));
      folder.grow(GetParam(), thousandths);
      const RunOutcome outcome = folder.run(yaml, seed * 100 + static_cast<uint64_t>(runs),
                                            1 + static_cast<uint32_t>(random.below(3)), 16 << 10, true);
      ASSERT_EQ(outcome.end, RunResult::kStopped) << outcome.status.message();
    }
    ASSERT_EQ(folder.output_of_parts(outputs), given) << "seed " << seed;
  }
}

TEST_P(Streams, GiveTheSameRowsThroughACrash) {
  const std::string yaml = pipeline_of(GetParam(), Origin::kStream);
  const uint64_t before = sim().disk.call_count();
  const std::string undisturbed = completed(yaml, 1, 2, 16 << 10);
  const uint64_t calls = sim().disk.call_count() - before;
  SimRandom random(7);
  int crashes = 0;
  int after_checkpoint = 0;
  const uint32_t seeds = test::last_history_seed(30);
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    Folder folder(GetParam());
    const uint32_t threads = 1 + static_cast<uint32_t>(seed % 3);
    sim().disk.crash_at_call(sim().disk.call_count() + 1 + random.below(calls));
    bool is_complete = false;
    try {
      is_complete = folder.run(yaml, seed, threads, 16 << 10).end == RunResult::kComplete;
    } catch (const SimCrash&) {
    }
    EXPECT_TRUE(is_complete || sim().disk.is_off()) << "it failed without a crash";
    sim().disk.crash_at_call(0);
    sim().disk.crash(seed);
    if (!is_complete) {
      ++crashes;
      if (folder.has_checkpoint()) ++after_checkpoint;
      const RunOutcome again = folder.run(yaml, seed + 1, 3 - threads % 3, 16 << 10);
      ASSERT_EQ(again.end, RunResult::kComplete) << "seed " << seed << ": " << again.status.message();
    }
    ASSERT_EQ(folder.output(GetParam().outputs.size()), undisturbed) << "seed " << seed;
  }
  std::printf("%s: %u seeds, %d crashes, %d of them after a checkpoint\n", GetParam().name.c_str(), seeds,
              crashes, after_checkpoint);
  if (seeds < 30) return;
  EXPECT_GE(crashes, 15);
  EXPECT_GE(after_checkpoint, 1);
}

INSTANTIATE_TEST_SUITE_P(Components, Streams, testing::ValuesIn(cases()),
                         [](const testing::TestParamInfo<Case>& one) { return one.param.name; });

/// Shapes in which a join that waited for one of its inputs would wait for itself. Edges hold next to
/// nothing.
struct Shape {
  std::string name;
  std::string transforms;
  friend void PrintTo(const Shape& one, std::ostream* out) { *out << one.name; }
};
class JoinShapes : public testing::TestWithParam<Shape> {};

TEST_P(JoinShapes, RunToTheEndThroughTinyEdges) {
  const Case one{GetParam().name, GetParam().transforms};
  std::string first;
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    Folder folder(one);
    const bool is_stream = seed % 2 == 0;
    const RunOutcome outcome = folder.run(pipeline_of(one, is_stream ? Origin::kStream : Origin::kHistory),
                                          seed, 1 + static_cast<uint32_t>(seed % 3), 512);
    ASSERT_EQ(outcome.end, RunResult::kComplete) << "seed " << seed << ": " << outcome.status.message();
    const std::string rows = folder.output(1);
    if (first.empty()) first = rows;
    ASSERT_EQ(rows, first) << "seed " << seed;
  }
  EXPECT_GT(std::ranges::count(first, '\n'), 20);
}

INSTANTIATE_TEST_SUITE_P(
    Pipelines, JoinShapes,
    testing::Values(Shape{"diamond_with_a_selective_branch",
                          "{few: {type: filter, inputs: events, where: x = 3}, it: {type: join, inputs: "
                          "{left: events, right: few}, "
                          "on: [id], kind: left, prefix: r_}}"},
                    Shape{"lookup_table_from_the_same_source",
                          "{totals: {type: aggregate, inputs: events, by: [user], compute: {all: count()}}, "
                          "it: {type: join, "
                          "inputs: {left: events, right: totals}, on: [user], table: true}}"},
                    Shape{"self_join",
                          "{it: {type: join, inputs: {left: events, right: events}, on: [user], within: "
                          "{after: 1m}, prefix: "
                          "r_}}"}),
    [](const testing::TestParamInfo<Shape>& one) { return one.param.name; });

}  // namespace
}  // namespace weir::simulated::streams_test
