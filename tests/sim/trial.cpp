#include "sim/trial.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "sim/sim_world.hpp"
#include "world/sim_crash.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated {
namespace {

const std::string kDirectory = "run";
/// Of the virtual clock. The slowest drawn pipeline takes seconds.
constexpr int64_t kLongestRunNs = 3'600'000'000'000;
constexpr uint64_t kFewestCheckpoints = 3;
constexpr uint64_t kUndisturbedMs = 16;  // Between two checkpoints.
constexpr uint64_t kMostPieces = 8;
constexpr uint64_t kMostAttempts = 44;
/// What the names of fault points begin with at which nobody dies: in a call of its files a component does
/// not see its process die, and the others change nothing on the disk.
constexpr const char* kNotDurable[] = {"files.",   "barrier.", "exchange.",
                                       "partial.", "timers.",  "source.silence."};

/// Thrown out of a run that does not end.
struct Stuck {};

/// Gives a run up that has taken too much of the virtual clock.
class ImpatientExecutor final : public Executor {
 public:
  explicit ImpatientExecutor(uint64_t seed)
      : inner_(make_sim_executor(seed, weir::sim().clock)),
        end_ns_(weir::sim().clock.monotonic_ns() + kLongestRunNs) {}
  void submit(Actor& actor) override { inner_->submit(actor); }
  void wait(int64_t until_ns) override {
    try {
      wait_inside(until_ns);
    } catch (const SimCrash&) {
      weir::sim().disk.power_off();  // At once: what is unwound now must not reach the disk any more.
      throw;
    }
  }
  void wake() override { inner_->wake(); }
  void drain() override { inner_->drain(); }

 private:
  void wait_inside(int64_t until_ns) {
    if (weir::sim().clock.monotonic_ns() > end_ns_) throw Stuck();
    inner_->wait(until_ns);
  }

  const std::unique_ptr<Executor> inner_;
  const int64_t end_ns_;
};

void append_lines(const std::string& text, std::vector<std::string>& lines) {
  for (size_t from = 0; from < text.size();) {
    const size_t end = std::min(text.find('\n', from), text.size());
    lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
}

/// Returns every file below `directory`, of which `is_wanted` says so.
template <class Wanted>
std::vector<std::string> files_below(const std::string& directory, Wanted&& is_wanted) {
  std::vector<std::string> found;
  const auto entries = weir::sim().disk.list(directory);
  if (!entries.is_ok()) return found;
  for (const DirectoryEntry& entry : *entries) {
    const std::string path = directory + "/" + entry.name;
    if (entry.kind == FileInfo::Kind::kDirectory) {
      std::ranges::move(files_below(path, is_wanted), std::back_inserter(found));
    } else if (is_wanted(entry.name)) {
      found.push_back(path);
    }
  }
  return found;
}

bool is_manifest(const std::string& name) { return name.ends_with(".manifest"); }
bool is_left_over(const std::string& name) {
  return is_manifest(name) || name.ends_with(".page") || name.ends_with(".arrows") || name.starts_with(".");
}

}  // namespace

std::string TrialCounts::text() const {
  std::string all = std::to_string(seeds) + " seeds, " + std::to_string(runs) + " runs, " +
                    std::to_string(rows) + " rows, " + std::to_string(checkpoints) + " checkpoints, " +
                    std::to_string(crashes) + " crashes, " + std::to_string(after_checkpoint) +
                    " of them after a completed checkpoint; " + std::to_string(spilled) +
                    " seeds with states in files; " + faults.text() + "\n";
  for (const auto& [point, count] : hits) {
    const auto died = deaths.find(point);
    all += "  " + point + ": reached " + std::to_string(count) + " times, died at " +
           std::to_string(died == deaths.end() ? 0 : died->second) + "\n";
  }
  return all;
}

Trial::Trial(uint64_t seed, std::vector<std::string> planted)
    : seed_(seed), planted_(std::move(planted)), drawn_(draw_pipeline(seed, pieces_)), random_(seed + 1) {}

std::optional<std::string> Trial::judge(TrialCounts& counts) {
  ++counts.seeds;
  auto wrong = find_expected(counts);
  if (!wrong) wrong = disturb(counts);
  counts.rows += drawn_.rows;
  counts.spilled += has_spilled_ ? 1 : 0;
  weir::sim().faults.clear();
  return wrong;
}

/// Until what the states hold fits.
std::optional<std::string> Trial::find_expected(TrialCounts& counts) {
  is_armed_ = false;
  begin_anew();
  if (const Status bound = bind(); !bound.is_ok()) return std::string(bound.message());
  for (;;) {
    std::optional<std::string> wrong = run_undisturbed(counts);
    // Even to find what was put aside takes memory.
    const bool is_small = wrong && wrong->find("do not fit into its") != std::string::npos;
    if (drawn_.state_bytes > 0)
      drawn_.state_bytes *= 2;  // From a checkpoint it is put aside in other portions.
    if (!wrong) keep_expected();
    if (!is_small || drawn_.state_bytes == 0) return wrong;
    begin_anew();
  }
}

Status Trial::bind() {
  WEIR_ASSIGN_OR_RETURN(BoundRun bound, BoundRun::bind({.yaml = drawn_.yaml(), .directory = kDirectory},
                                                       weir::sim().host, weir::sim().catalog));
  bound_.emplace(std::move(bound));
  return Status::ok();
}

/// A new disk with the inputs on it.
void Trial::begin_anew() {
  SimWorld& world = weir::sim();
  world.faults.clear();
  world.disk.format();
  WEIR_CHECK(make_dirs(world.disk, kDirectory).is_ok());
  for (const auto& [path, text] : drawn_.inputs) {
    WEIR_CHECK(write_atomic(world.disk, world.faults, "test.input", kDirectory + "/" + path, text).is_ok());
  }
  arm();
}

void Trial::arm() {
  FaultPoints& faults = weir::sim().faults;
  faults.clear();
  faults.record();
  if (!is_armed_) return;
  for (const std::string& bug : planted_) faults.arm(bug, FaultMode::kSkip, FaultPoints::kEveryHit);
}

std::optional<std::string> Trial::run_undisturbed(TrialCounts& counts) {
  const uint64_t before = weir::sim().disk.call_count();
  const Outcome outcome = run(1, counts);
  if (outcome.run.end != RunResult::kComplete)
    return "the undisturbed run: " + outcome.stuck + std::string(outcome.run.status.message());
  expect_as_much(before);
  undisturbed_checkpoints_ = outcome.run.checkpoints;
  return std::nullopt;
}

/// The run that is over went through: one that is to be disturbed will make about as many calls.
void Trial::expect_as_much(uint64_t calls_before) {
  expected_calls_ = weir::sim().disk.call_count() - calls_before;
  expected_hits_ = weir::sim().faults.hits();
}

/// Whether states went into files since the disk was formatted.
bool Trial::has_spilled() const {
  return std::ranges::any_of(weir::sim().disk.calls(), [](const std::string& call) {
    return call.starts_with("write ") && call.find("/state/spill/") != std::string::npos;
  });
}

/// What comes out depends neither on the interval of the checkpoints nor on the portions in which rows come:
/// the disturbed runs may have others than the undisturbed one. A small pipeline is soon done, and the
/// portions must be smaller for any checkpoint to be taken.
Status Trial::take_checkpoints() {
  const uint64_t taken = undisturbed_checkpoints_;
  const uint64_t wanted = drawn_.checkpoints;
  if (taken < kFewestCheckpoints) return give_smaller_portions(taken == 0 ? kMostPieces : kMostPieces / 2);
  drawn_.checkpoint_ms = std::max<int64_t>(1, static_cast<int64_t>(kUndisturbedMs * taken / wanted));
  bound_->take_checkpoints_every(drawn_.checkpoint_ms * 1000);
  if (taken <= wanted) return Status::ok();
  expected_calls_ = expected_calls_ * (taken + wanted) / (2 * taken);
  for (auto& [point, hits] : expected_hits_) hits = (hits * wanted + taken - 1) / taken;
  return Status::ok();
}

Status Trial::give_smaller_portions(uint64_t pieces) {
  const int64_t state_bytes = drawn_.state_bytes;
  pieces_ = pieces;
  drawn_ = draw_pipeline(seed_, pieces_);
  drawn_.checkpoint_ms = 1;
  drawn_.state_bytes = state_bytes;
  return bind();
}

void Trial::keep_expected() {
  for (const DrawnSink& sink : drawn_.sinks) {
    expected_.push_back(lines_of(sink));
    std::ranges::sort(expected_.back());
  }
}

/// Until a crash came and so many checkpoints that they matter: where other threads make a run so short that
/// it ends before, the next crash is to come earlier, and checkpoints sooner.
std::optional<std::string> Trial::disturb(TrialCounts& counts) {
  is_armed_ = true;
  if (const Status bound = take_checkpoints(); !bound.is_ok()) return std::string(bound.message());
  for (uint64_t attempt = 0; attempt < kMostAttempts; ++attempt) {
    const uint64_t share = uint64_t{1} << (attempt / 4);
    manifests_ = 0;
    history_.clear();
    begin_anew();
    const uint64_t crashes_before = counts.crashes;
    arm_crash(share);
    const uint64_t calls_before = weir::sim().disk.call_count();
    Outcome outcome = run(1 + static_cast<uint32_t>(random_.below(3)), counts);
    if (!outcome.has_died) expect_as_much(calls_before);
    auto wrong = outcome.has_died ? go_on(counts, std::min(random_.below(3), random_.below(3)))
                                  : judge_end(counts, outcome);
    if (wrong) return wrong;
    if (counts.crashes > crashes_before && manifests_ >= kFewestCheckpoints) return std::nullopt;
    if (manifests_ >= kFewestCheckpoints || pieces_ == kMostPieces) continue;
    if (const Status bound = give_smaller_portions(kMostPieces); !bound.is_ok())
      return std::string(bound.message());
  }
  return kNothingCame;
}

/// The process was killed or the power failed; what follows may be disturbed too, but ends.
std::optional<std::string> Trial::go_on(TrialCounts& counts, uint64_t crashes_left) {
  for (;;) {
    arm();
    if (crashes_left-- > 0) {
      arm_crash(2);
    } else {
      crashes_left = 0;
    }
    const Outcome outcome = run(1 + static_cast<uint32_t>(random_.below(3)), counts);
    if (!outcome.has_died) return judge_end(counts, outcome);
  }
}

/// Returns the fault points at which a run may die. Of a planted bug the step is left out: nobody dies there.
std::vector<std::pair<std::string, uint64_t>> Trial::deadly_points() const {
  std::vector<std::pair<std::string, uint64_t>> points;
  for (const auto& [name, hits] : expected_hits_) {
    const bool is_planted = std::ranges::find(planted_, name) != planted_.end();
    const auto begins = [&name = name](const char* room) { return name.starts_with(room); };
    if (hits > 0 && !is_planted && std::ranges::none_of(kNotDurable, begins)) points.emplace_back(name, hits);
  }
  return points;
}

/// At one call of the disk, or at one fault point, each as likely as the other.
void Trial::arm_crash(uint64_t share) {
  SimWorld& world = weir::sim();
  if (random_.below(2) == 0) {
    world.disk.crash_at_call(world.disk.call_count() + one_of_the_first(expected_calls_ / share));
    return;
  }
  const auto points = deadly_points();
  const auto& [name, hits] = points[random_.below(points.size())];
  // The first time is special: nothing came before to fall back on.
  const uint64_t at_hit = random_.below(3) == 0 ? 1 : one_of_the_first(hits / share);
  world.faults.arm(name, FaultMode::kCrash, at_hit);
}

Trial::Outcome Trial::run(uint32_t threads, TrialCounts& counts) {
  SimWorld& world = weir::sim();
  Outcome outcome;
  ++counts.runs;
  std::string where = "another thread's crash";
  try {
    ImpatientExecutor executor(random_.next());
    outcome.run = bound_->run({.yaml = {},
                               .directory = kDirectory,
                               .threads = threads,
                               .edge_bytes = drawn_.edge_bytes,
                               .state_bytes = drawn_.state_bytes},
                              world.host, executor);
    counts.checkpoints += outcome.run.checkpoints;
  } catch (const SimCrash& crash) {
    world.disk.power_off();
    where = crash.where;
  } catch (const Stuck&) {
    outcome.stuck = "it does not end";
  }
  for (const auto& [point, hits] : world.faults.hits()) {
    counts.hits[point] += hits;
    if (point == "checkpoint.manifest.rename") manifests_ += hits;
  }
  outcome.has_died = world.disk.is_off();
  if (is_armed_ && drawn_.state_bytes > 0 && !has_spilled_) has_spilled_ = has_spilled();
  if (is_armed_) {
    history_ +=
        "# with " + std::to_string(threads) + " threads, from checkpoint " +
        std::to_string(outcome.run.resumed_epoch) + ": " +
        (outcome.has_died ? "died at " + where : "ended " + std::string(outcome.run.status.message())) + "\n";
  }
  if (!outcome.has_died) return outcome;
  world.faults.clear();
  world.disk.crash_at_call(0);
  world.disk.crash(random_.next());
  ++counts.crashes;
  ++counts.deaths[where];
  if (!files_below(kDirectory + "/state", is_manifest).empty()) ++counts.after_checkpoint;
  return outcome;
}

std::optional<std::string> Trial::judge_end(TrialCounts& counts, const Outcome& last) {
  weir::sim().disk.crash_at_call(0);
  if (!last.stuck.empty()) return last.stuck;
  if (last.run.end != RunResult::kComplete)
    return "it ends with: " + std::string(last.run.status.with_context(last.run.node).message());
  weir::sim().faults.clear();
  auto left_over = files_below(kDirectory, is_left_over);
  std::ranges::move(files_below(kDirectory + "/state/spill", [](const std::string&) { return true; }),
                    std::back_inserter(left_over));
  if (!left_over.empty()) return "it left " + left_over.front() + " behind";
  // What is complete lasts: nobody would write it again.
  weir::sim().disk.crash(random_.next());
  if (auto wrong = compare(counts)) return wrong;
  const auto manifests = files_below(kDirectory, is_manifest);
  if (!manifests.empty()) return manifests.front() + " is there again after a power loss";
  return random_.below(16) == 0 ? run_again(counts) : std::nullopt;
}

std::optional<std::string> Trial::compare(TrialCounts& counts) {
  std::string wrong;
  for (size_t i = 0; i < drawn_.sinks.size(); ++i) {
    Lines lines = lines_of(drawn_.sinks[i]);
    RowFaults faults;
    if (drawn_.sinks[i].keeps_order) faults.reordered = count_reordered(lines);
    faults += compare_rows(expected_[i], std::move(lines));
    if (faults.any()) wrong += drawn_.sinks[i].node + ": " + faults.text() + "; ";
    counts.faults += faults;
  }
  if (wrong.empty()) return std::nullopt;
  return wrong;
}

/// What is complete is not gone on from.
std::optional<std::string> Trial::run_again(TrialCounts& counts) {
  arm();
  const Outcome again = run(2, counts);
  if (again.run.end != RunResult::kComplete)
    return "run again it ends with: " + again.stuck + std::string(again.run.status.message());
  if (again.run.resumed_epoch != 0)
    return "run again it goes on from checkpoint " + std::to_string(again.run.resumed_epoch);
  return std::nullopt;
}

Trial::Lines Trial::lines_of(const DrawnSink& sink) const {
  Disk& disk = weir::sim().disk;
  Lines lines;
  const size_t part = sink.path.find("/{part}");
  if (part == std::string::npos) {
    if (const auto text = read_all(disk, kDirectory + "/" + sink.path); text.is_ok())
      append_lines(*text, lines);
    return lines;
  }
  for (const std::string& path :
       files_below(kDirectory + "/" + sink.path.substr(0, part),
                   [](const std::string& name) { return !name.starts_with("."); })) {
    append_lines(read_all(disk, path).value(), lines);
  }
  return lines;
}

}  // namespace weir::simulated
