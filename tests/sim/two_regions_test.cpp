// file -> durable edge -> keyed window -> transactional file, and a transactional file before the edge: in
// simulation, whatever call of the disk the process dies at, both outputs are those of one undisturbed run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "in_process/pipeline_run.hpp"
#include "sim/sim_world.hpp"
#include "sim/sorted_lines.hpp"
#include "stores/dead_letter_rows.hpp"
#include "world/sim_crash.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated::two_regions_test {
namespace {

constexpr int kRows = 6'000;
constexpr int64_t kEdgeBytes = 32 << 10;

std::string input_text() {
  std::string text;
  for (int i = 0; i < kRows; ++i) {
    // Every 50th is 100 s old: late, or not, by the rows before it.
    const int second = i % 50 == 49 && i > 100 ? i - 100 : i;
    char line[120];
    std::snprintf(line, sizeof(line), "{\"ts\":\"2025-01-01T%02d:%02d:%02dZ\",\"user\":\"u%d\",\"x\":%d}\n",
                  second / 3600, second / 60 % 60, second % 60, i * 7 % 13, i % 101);
    text += line;
  }
  return text;
}

constexpr const char* kPipeline = R"(weir: 1
name: regions
checkpoint: {every: 2ms}
sources:
  events:
    type: file
    path: in.ndjson
    chunk: 4KiB
    format: {type: ndjson, columns: {ts: timestamp, user: string, x: int64}}
    event_time: {column: ts, max_delay: 10s}
transforms:
  per_minute: {type: aggregate, inputs: events, buffer: {disk: 64KiB}, by: [user], window: {tumbling: 1m}, compute: {n: count(), x: sum(x), top: max(x)}}
sinks:
  raw: {type: file, inputs: events, path: raw.csv, format: csv}
  out: {type: file, inputs: per_minute, path: out.csv, format: csv}
  late: {type: file, inputs: per_minute.late, path: late.csv, format: csv}
)";

constexpr const char* kDeadSink = R"(weir: 1
name: dead_sink
checkpoint: {every: 2ms}
sources:
  events:
    type: file
    path: in.ndjson
    chunk: 4KiB
    format: {type: ndjson, columns: {ts: timestamp, user: string, x: int64}}
sinks:
  sibling: {type: file, inputs: events, path: sibling.csv, format: csv}
  dead: {type: two_phase_file, inputs: events, buffer: {disk: 4MiB}, path: dead.csv, format: csv, gate: gate}
)";

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
  ASSERT_TRUE(sim().disk.sync_dir(directory).is_ok());
}

/// Rows of a CSV file without the line that names its columns, wherever sorting has put it.
std::string without_names(std::string rows) {
  const size_t names = rows.find("ts,");
  return rows.erase(names, rows.find('\n', names) - names + 1);
}

/// A pipeline in a folder of its own on the simulated disk, as long as it lives.
class Folder {
 public:
  Folder(std::string directory, const char* yaml) : directory_(std::move(directory)), yaml_(yaml) {
    EXPECT_TRUE(make_dirs(sim().disk, directory_).is_ok());
    put("in.ndjson", input_text());
  }
  ~Folder() { remove_all(directory_); }

  void set_edge_bytes(int64_t bytes) { edge_bytes_ = bytes; }
  void put(const std::string& name, const std::string& text) {
    EXPECT_TRUE(write_atomic(sim().disk, sim().faults, "test.input", directory_ + "/" + name, text).is_ok());
  }
  void take_away(const std::string& name) {
    EXPECT_TRUE(sim().disk.unlink(directory_ + "/" + name).is_ok());
    EXPECT_TRUE(sim().disk.sync_dir(directory_).is_ok());
  }
  RunOutcome run(uint64_t seed, uint32_t threads, RunControl* control = nullptr, Executor* executor = nullptr,
                 DeadLetterStore* dead_letters = nullptr) {
    const auto own = make_sim_executor(seed, sim().clock);
    PipelineRun run{.yaml = yaml_, .directory = directory_, .threads = threads, .control = control};
    run.edge_bytes = edge_bytes_;
    run.dead_letters = dead_letters;
    return run_in_process(run, sim().host, sim().catalog, executor == nullptr ? *own : *executor);
  }
  /// The rows of an output in one order, or a text that says why there is none.
  std::string rows(const std::string& name) const {
    auto read = read_all(sim().disk, directory_ + "/" + name);
    return read.is_ok() ? sorted_lines(*read) : std::string(read.status().message());
  }
  /// The rows of all parts of an output.
  std::string rows_of_parts(const std::string& name) const {
    std::string all;
    const auto entries = sim().disk.list(directory_);
    for (const DirectoryEntry& entry : *entries) {
      if (!entry.name.starts_with(name + ".") || entry.name.ends_with(".part")) continue;
      const std::string text = *read_all(sim().disk, directory_ + "/" + entry.name);
      all += text.substr(text.find('\n') + 1);
    }
    return sorted_lines(all);
  }
  std::string outputs() const { return rows("raw.csv") + "\n" + rows("out.csv") + "\n" + rows("late.csv"); }
  std::vector<std::string> names(const std::string& below) const {
    std::vector<std::string> found;
    const auto entries = sim().disk.list(directory_ + "/" + below);
    if (!entries.is_ok()) return found;
    for (const DirectoryEntry& entry : *entries) found.push_back(entry.name);
    return found;
  }

 private:
  const std::string directory_;
  const std::string yaml_;
  int64_t edge_bytes_ = kEdgeBytes;
};

struct Undisturbed {
  std::string output;
  uint64_t calls = 0;
};

const Undisturbed& undisturbed() {
  static const Undisturbed once = [] {
    Folder folder("undisturbed2", kPipeline);
    const uint64_t before = sim().disk.call_count();
    const RunOutcome outcome = folder.run(1, 2);
    EXPECT_EQ(outcome.end, RunResult::kComplete) << outcome.status.message();
    const uint64_t calls = sim().disk.call_count() - before;
    std::printf("undisturbed: %llu calls of the disk, %llu checkpoints of two regions\n",
                static_cast<unsigned long long>(calls), static_cast<unsigned long long>(outcome.checkpoints));
    EXPECT_GE(outcome.checkpoints, 6U);
    return Undisturbed{folder.outputs(), calls};
  }();
  return once;
}

uint64_t seed_count() {
  const char* const wanted = std::getenv("WEIR_SEEDS");
  return wanted == nullptr ? 100 : std::strtoull(wanted, nullptr, 10);
}

/// Crashes once where it was armed. Returns whether it did before the run was complete.
bool crash_once(Folder& folder, uint64_t seed) {
  bool is_complete = false;
  try {
    // A crash inside a plugin's call comes back as that call's fault.
    is_complete = folder.run(seed, 1 + static_cast<uint32_t>(seed % 3)).end == RunResult::kComplete;
  } catch (const SimCrash&) {
  }
  sim().faults.clear();
  sim().disk.crash_at_call(0);
  sim().disk.crash(seed);
  return !is_complete;
}

TEST(TwoRegions, WithoutTheEdgeTheRowsAreTheSame) {
  std::string without = kPipeline;
  const std::string buffer = "buffer: {disk: 64KiB}, ";
  without.erase(without.find(buffer), buffer.size());
  Folder folder("without", without.c_str());
  EXPECT_EQ(folder.run(1, 2).end, RunResult::kComplete);
  EXPECT_EQ(folder.outputs(), undisturbed().output);
}

TEST(TwoRegions, SurviveACrashAtAnyCallOfTheDisk) {
  int crashes = 0;
  int first_region_was_over = 0;
  int rows_were_in_the_buffer = 0;
  SimRandom random(43);
  for (uint64_t seed = 1; seed <= seed_count(); ++seed) {
    Folder folder("seed" + std::to_string(seed), kPipeline);
    sim().disk.crash_at_call(sim().disk.call_count() + 1 + random.below(undisturbed().calls));
    crashes += crash_once(folder, seed) ? 1 : 0;
    first_region_was_over += folder.names("").empty()                     ? 0
                             : folder.rows("raw.csv").starts_with("2025") ? 1
                                                                          : 0;
    rows_were_in_the_buffer += folder.names("state/buffers/per_minute").empty() ? 0 : 1;
    const RunOutcome outcome = folder.run(seed + 1, 1 + static_cast<uint32_t>((seed + 1) % 3));
    ASSERT_EQ(outcome.end, RunResult::kComplete) << "seed " << seed << ": " << outcome.status.message();
    ASSERT_EQ(folder.outputs(), undisturbed().output) << "seed " << seed;
    ASSERT_TRUE(folder.names("state/buffers/per_minute").empty()) << "seed " << seed;
  }
  std::printf("%llu seeds: %d crashes, %d with rows in the buffer, %d after the first region was over\n",
              static_cast<unsigned long long>(seed_count()), crashes, rows_were_in_the_buffer,
              first_region_was_over);
  EXPECT_GE(static_cast<uint64_t>(crashes) * 10, seed_count() * 8);
  EXPECT_GE(rows_were_in_the_buffer, 10);
  EXPECT_GE(first_region_was_over, 1);
}

TEST(TwoRegions, SurviveACrashAtEveryStepOfTheEdge) {
  int crashes = 0;
  for (uint64_t hit = 1; hit <= 3; ++hit) {
    for (const char* const point :
         {"buffer.segment.write", "buffer.segment.sync", "buffer.dir.sync", "buffer.segment.unlink",
          "checkpoint.manifest.write", "checkpoint.manifest.rename", "checkpoint.drop.manifest",
          "sink.commit"}) {
      Folder folder(std::string(point) + std::to_string(hit), kPipeline);
      sim().faults.arm(point, FaultMode::kCrash, hit * 2);
      crashes += crash_once(folder, hit) ? 1 : 0;
      const RunOutcome outcome = folder.run(hit, 2);
      ASSERT_EQ(outcome.end, RunResult::kComplete) << point << " " << hit << ": " << outcome.status.message();
      ASSERT_EQ(folder.outputs(), undisturbed().output) << point << " " << hit;
    }
  }
  std::printf("%d crashes at steps of the edge\n", crashes);
  EXPECT_GE(crashes, 15);
}

/// How many of some crashed runs end with other rows, or not at all, when a step is left out.
int wrong_without(const char* step) {
  int wrong = 0;
  SimRandom random(44);
  for (uint64_t seed = 1; seed <= 400 && wrong == 0; ++seed) {
    Folder folder("skip" + std::to_string(seed), kPipeline);
    sim().faults.arm(step, FaultMode::kSkip, FaultPoints::kEveryHit);
    sim().disk.crash_at_call(sim().disk.call_count() + 1 + random.below(undisturbed().calls));
    crash_once(folder, seed);
    const RunOutcome outcome = folder.run(seed, 2);
    if (outcome.end != RunResult::kComplete || folder.outputs() != undisturbed().output) ++wrong;
  }
  return wrong;
}

TEST(TwoRegions, AreRedWithoutAStep) {
  for (const char* const step :
       {"buffer.segment.sync", "buffer.publish.after_manifest", "buffer.release.after_manifest"}) {
    EXPECT_GT(wrong_without(step), 0) << step;
  }
}

/// Calls `look` after each step of the run.
class Watching final : public Executor {
 public:
  explicit Watching(std::function<void()> look) : look_(std::move(look)) {}
  void submit(Actor& actor) override { inner_->submit(actor); }
  void wait(int64_t until_ns) override {
    inner_->wait(until_ns);
    look_();
  }
  void wake() override { inner_->wake(); }
  void drain() override { inner_->drain(); }

 private:
  const std::function<void()> look_;
  const std::unique_ptr<Executor> inner_ = make_sim_executor(1, sim().clock);
};

TEST(TwoRegions, ADeadSinkBehindItsBufferLeavesItsSiblingsAlone) {
  Folder folder("dead", kDeadSink);
  folder.put("gate", "");
  RunControl control;
  Watching stopping([&] {
    if (control.stop_requests() > 0 || folder.rows("sibling.csv").size() < 1000) return;
    control.request_stop();
    // A sink that takes nothing never lets the barrier through: its region keeps what the buffer holds.
    control.request_stop();
  });
  const RunOutcome first = folder.run(1, 2, &control, &stopping);
  EXPECT_EQ(first.end, RunResult::kStopped) << first.status.message();
  const std::string all = folder.rows("sibling.csv");
  EXPECT_EQ(std::ranges::count(all, '\n'), kRows + 1) << "the sibling has everything";
  EXPECT_GE(first.checkpoints, 3U) << "its region went on with its commits";
  EXPECT_EQ(folder.rows_of_parts("dead.csv"), "");
  EXPECT_FALSE(folder.names("state/buffers/dead").empty());
  ASSERT_EQ(first.buffers.size(), 1U);
  EXPECT_EQ(first.buffers[0].name, "dead");
  EXPECT_GT(first.buffers[0].queued_bytes, 0U);

  folder.take_away("gate");
  const RunOutcome second = folder.run(2, 2);
  EXPECT_EQ(second.end, RunResult::kComplete) << second.status.message();
  EXPECT_EQ(folder.rows("sibling.csv"), all) << "not written again";
  EXPECT_EQ(folder.rows_of_parts("dead.csv"), without_names(all)) << "everything once";
  EXPECT_TRUE(folder.names("state/buffers/dead").empty());
}

/// kDeadSink with another buffer.
std::string with_buffer(const std::string& buffer) {
  std::string yaml = kDeadSink;
  const std::string old = "{disk: 4MiB}";
  return yaml.replace(yaml.find(old), old.size(), buffer);
}

/// Asks once to stop, when the driving thread would have waited so often. Returns how long the stop took
/// [ns].
int64_t stop_after(Folder& folder, int waits, RunOutcome& outcome) {
  RunControl control;
  int64_t asked_ns = 0;
  Watching stopping([&] {
    if (--waits != 0) return;
    control.request_stop();
    asked_ns = sim().clock.monotonic_ns();
  });
  outcome = folder.run(1, 2, &control, &stopping);
  return sim().clock.monotonic_ns() - asked_ns;
}

void expect_the_rest(Folder& folder) {
  folder.take_away("gate");
  const RunOutcome rest = folder.run(2, 2);
  EXPECT_EQ(rest.end, RunResult::kComplete) << rest.status.message();
  const std::string all = folder.rows("sibling.csv");
  EXPECT_EQ(std::ranges::count(all, '\n'), kRows + 1);
  EXPECT_EQ(folder.rows_of_parts("dead.csv"), without_names(all)) << "everything once";
}

TEST(TwoRegions, ASinkThatDoesNotAnswerIsNotWaitedForWhenTheRunStops) {
  Folder folder("unanswered", kDeadSink);
  folder.put("gate", "");
  RunOutcome outcome;
  const int64_t took_ns = stop_after(folder, 400, outcome);
  EXPECT_EQ(outcome.end, RunResult::kStopped) << outcome.status.message();
  EXPECT_GE(took_ns, 30'000'000'000);
  EXPECT_LT(took_ns, 31'000'000'000);
  expect_the_rest(folder);
}

TEST(TwoRegions, AFullBufferThatBlocksStopsWithTheRun) {
  Folder folder("full", with_buffer("{disk: 32KiB}").c_str());
  folder.put("gate", "");
  folder.set_edge_bytes(4 << 10);
  RunOutcome outcome;
  stop_after(folder, 400, outcome);
  EXPECT_EQ(outcome.end, RunResult::kStopped) << outcome.status.message();
  EXPECT_GT(outcome.buffers.at(0).queued_bytes, 16U * 1024) << "it was not full";
  expect_the_rest(folder);
}

/// Keeps what it is given, in memory.
class KeptLetters final : public NoDeadLetters {
 public:
  Status append(const Batch& rows) override {
    for (size_t i = 0; i < rows.row_count(); ++i) letters.push_back(dead_letter_at(rows, i));
    return {};
  }
  std::vector<DeadLetter> letters;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream rest(text);
  for (std::string line; std::getline(rest, line);) lines.push_back(line);
  return lines;
}

/// Turns one byte in the middle of the file round.
void damage(const std::string& path) {
  const auto file = sim().disk.open(path, OpenMode::kUpdate).value();
  const uint64_t middle = file->size().value() / 2;
  char byte = 0;
  ASSERT_EQ(file->pread(&byte, 1, middle).value(), 1U);
  byte = static_cast<char>(byte ^ 0x10);
  ASSERT_TRUE(file->pwrite(&byte, 1, middle).is_ok());
}

TEST(TwoRegions, ADamagedBatchOfTheBufferIsADeadLetterAndTheOthersArrive) {
  Folder folder("damaged", kDeadSink);
  folder.put("gate", "");
  RunOutcome outcome;
  stop_after(folder, 400, outcome);
  const std::string file = "state/buffers/dead/" + folder.names("state/buffers/dead").at(0);
  damage("damaged/" + file);
  folder.take_away("gate");
  KeptLetters store;
  const RunOutcome rest = folder.run(2, 2, nullptr, nullptr, &store);
  EXPECT_EQ(rest.end, RunResult::kComplete) << rest.status.message();
  ASSERT_EQ(store.letters.size(), 1U);
  const DeadLetter& letter = store.letters[0];
  EXPECT_EQ(letter.code, "buffer-damaged");
  EXPECT_EQ(letter.partition, "damaged/" + file);
  ASSERT_TRUE(letter.offset);
  EXPECT_THAT(letter.message,
              testing::StartsWith("buffer 'dead': 1 batch is lost at byte " + std::to_string(*letter.offset) +
                                  " of 'damaged/" + file + "': "));
  EXPECT_FALSE(letter.raw.empty()) << "what is left of it can be read";

  const std::vector<std::string> all = lines_of(without_names(folder.rows("sibling.csv")));
  const std::vector<std::string> arrived = lines_of(folder.rows_of_parts("dead.csv"));
  EXPECT_LT(arrived.size(), all.size());
  EXPECT_GT(arrived.size() * 2, all.size()) << "one batch is lost, not what is behind it";
  EXPECT_TRUE(std::ranges::includes(all, arrived));
}

struct Filled {
  RunOutcome outcome;
  std::string sibling;  // Without the names of the columns.
  std::string dead;
  uint64_t most_bytes = 0;  // In the buffer.
  std::vector<std::string> warnings;
};

/// Runs with the gate closed until `opens`; the sink then takes what is left for it.
Filled fill(const std::string& name, const std::string& buffer, const std::function<bool(Folder&)>& opens) {
  const std::string yaml = with_buffer(buffer);
  Folder folder(name, yaml.c_str());
  folder.put("gate", "");
  folder.set_edge_bytes(4 << 10);
  Filled filled;
  bool is_open = false;
  Watching watching([&] {
    uint64_t bytes = 0;
    for (const std::string& file : folder.names("state/buffers/dead"))
      bytes += sim().disk.stat(name + "/state/buffers/dead/" + file)->size_bytes;
    filled.most_bytes = std::max(filled.most_bytes, bytes);
    if (is_open || !opens(folder)) return;
    is_open = true;
    folder.take_away("gate");
  });
  sim().on_log = [&filled](std::string_view line) { filled.warnings.emplace_back(line); };
  filled.outcome = folder.run(1, 2, nullptr, &watching);
  sim().on_log = nullptr;
  const auto read = read_all(sim().disk, name + "/sibling.csv");
  const std::string text = read.is_ok() ? *read : std::string();
  filled.sibling = sorted_lines(text.substr(text.find('\n') + 1));
  filled.dead = folder.rows_of_parts("dead.csv");
  return filled;
}

/// What the buffer before `dead` has counted.
NodeSnapshot buffer_node(const RunOutcome& outcome) {
  for (const NodeSnapshot& node : outcome.metrics.nodes) {
    if (node.name == "dead.buffer") return node;
  }
  ADD_FAILURE() << "the buffer is no node";
  return {};
}

int64_t line_count(const std::string& text) { return std::ranges::count(text, '\n'); }
bool sibling_is_done(Folder& folder) { return folder.rows("sibling.csv").size() > 1000; }

TEST(FullBuffer, BlocksAndLosesNothing) {
  const int64_t opens_ns = sim().clock.monotonic_ns() + 2'000'000'000;
  const Filled filled =
      fill("blocks", "{disk: 32KiB}", [&](Folder&) { return sim().clock.monotonic_ns() > opens_ns; });
  EXPECT_EQ(filled.outcome.end, RunResult::kComplete) << filled.outcome.status.message();
  EXPECT_EQ(line_count(filled.sibling), kRows);
  EXPECT_EQ(filled.dead, filled.sibling);
  EXPECT_EQ(buffer_node(filled.outcome).rows_in, static_cast<uint64_t>(kRows));
  EXPECT_EQ(buffer_node(filled.outcome).rows_out, static_cast<uint64_t>(kRows));
  std::printf("32 KiB held at most %llu bytes\n", static_cast<unsigned long long>(filled.most_bytes));
  EXPECT_GT(filled.most_bytes, 16U * 1024) << "it never held rows";
  EXPECT_LT(filled.most_bytes, 80U * 1024) << "what it may, and what was on its way: half of all";
}

TEST(FullBuffer, DropsTheNewestAndCountsThem) {
  const Filled filled = fill("newest", "{disk: 32KiB, when_full: drop_newest}", sibling_is_done);
  EXPECT_EQ(filled.outcome.end, RunResult::kComplete) << filled.outcome.status.message();
  EXPECT_EQ(line_count(filled.sibling), kRows) << "nobody waits";
  const auto dropped = static_cast<int64_t>(filled.outcome.buffers.at(0).dropped_rows);
  EXPECT_GT(dropped, 0);
  EXPECT_EQ(line_count(filled.dead) + dropped, kRows);
  EXPECT_TRUE(filled.dead.starts_with("2025-01-01T00:00:00"));
  EXPECT_THAT(filled.warnings,
              testing::Contains(testing::HasSubstr("buffer 'dead' is full: its newest rows are dropped")));
  EXPECT_THAT(filled.warnings, testing::Each(testing::Not(testing::HasSubstr("oldest"))));
}

TEST(FullBuffer, DropsTheOldestAndCountsThem) {
  const Filled filled = fill("oldest", "{disk: 32KiB, when_full: drop_oldest}", sibling_is_done);
  EXPECT_EQ(filled.outcome.end, RunResult::kComplete) << filled.outcome.status.message();
  EXPECT_EQ(line_count(filled.sibling), kRows) << "nobody waits";
  const auto dropped = static_cast<int64_t>(filled.outcome.buffers.at(0).dropped_rows);
  EXPECT_GT(dropped, 0);
  EXPECT_EQ(line_count(filled.dead) + dropped, kRows);
  const std::string newest = filled.sibling.substr(filled.sibling.rfind('\n', filled.sibling.size() - 2) + 1);
  EXPECT_TRUE(filled.dead.ends_with(newest)) << "the newest row stays";
  EXPECT_THAT(filled.warnings,
              testing::Contains(testing::HasSubstr("buffer 'dead' is full: its oldest rows are dropped")));
}

TEST(FullBuffer, MakesDeadLetters) {
  const Filled filled = fill("letters", "{disk: 32KiB, when_full: dead_letter}", sibling_is_done);
  EXPECT_EQ(filled.outcome.end, RunResult::kComplete) << filled.outcome.status.message();
  const uint64_t rejected = buffer_node(filled.outcome).rows_rejected;
  EXPECT_GT(rejected, 0U);
  EXPECT_EQ(static_cast<uint64_t>(line_count(filled.dead)) + rejected, static_cast<uint64_t>(kRows));
}

}  // namespace
}  // namespace weir::simulated::two_regions_test
