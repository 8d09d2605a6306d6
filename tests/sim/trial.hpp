#pragma once
// One seed: a drawn pipeline, run undisturbed, then again with crashes until it completes, and judged.
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "in_process/pipeline_run.hpp"
#include "sim/drawn_pipeline.hpp"
#include "sim/row_oracle.hpp"
#include "world/random.hpp"

namespace weir::simulated {

/// What many trials came to.
struct TrialCounts {
  uint64_t seeds = 0;
  uint64_t runs = 0;
  uint64_t rows = 0;
  uint64_t checkpoints = 0;
  uint64_t crashes = 0;
  uint64_t after_checkpoint = 0;  ///< Crashes that left a manifest.
  uint64_t spilled = 0;           ///< Seeds in whose disturbed runs states went into files.
  RowFaults faults;
  std::map<std::string, uint64_t> hits;    ///< By fault point, of all runs.
  std::map<std::string, uint64_t> deaths;  ///< By fault point, or by the disk's call.
  std::string text() const;
};

/// What judge() says of a seed that tried nothing: no crash came, or too few checkpoints.
inline constexpr const char* kNothingCame = "neither a crash came nor enough checkpoints";

/// Runs on the machine of sim_world.hpp, whose disk it formats.
class Trial {
 public:
  /// `planted` are switches of bugs, on in all runs but the undisturbed one.
  explicit Trial(uint64_t seed, std::vector<std::string> planted = {});

  /// Returns what is wrong, or nothing.
  std::optional<std::string> judge(TrialCounts& counts);
  std::string yaml() const { return drawn_.yaml(); }
  /// How each run of the disturbed pipeline ended, a line for each.
  const std::string& history() const { return history_; }

 private:
  struct Outcome {
    bool has_died = false;
    RunOutcome run;
    std::string stuck;  ///< Why it was given up; empty: it was not.
  };
  using Lines = std::vector<std::string>;

  std::optional<std::string> find_expected(TrialCounts& counts);
  Status bind();
  std::optional<std::string> run_undisturbed(TrialCounts& counts);
  void expect_as_much(uint64_t calls_before);
  bool has_spilled() const;
  Status take_checkpoints();
  Status give_smaller_portions(uint64_t pieces);
  void keep_expected();
  std::optional<std::string> disturb(TrialCounts& counts);
  std::optional<std::string> go_on(TrialCounts& counts, uint64_t crashes_left);
  std::optional<std::string> judge_end(TrialCounts& counts, const Outcome& last);
  std::optional<std::string> compare(TrialCounts& counts);
  std::optional<std::string> run_again(TrialCounts& counts);
  void begin_anew();
  void arm();
  void arm_crash(uint64_t share);
  /// Returns a number from 1 to `count`, but 1 of none.
  uint64_t one_of_the_first(uint64_t count) { return 1 + random_.below(std::max<uint64_t>(count, 1)); }
  std::vector<std::pair<std::string, uint64_t>> deadly_points() const;
  Outcome run(uint32_t threads, TrialCounts& counts);
  Lines lines_of(const DrawnSink& sink) const;

  const uint64_t seed_;
  const std::vector<std::string> planted_;
  uint64_t pieces_ = 1;
  DrawnPipeline drawn_;
  std::optional<BoundRun> bound_;  // Of drawn_.
  SimRandom random_;
  std::string history_;
  bool is_armed_ = false;     // The planted bugs are on.
  bool has_spilled_ = false;  // In a disturbed run.
  uint64_t manifests_ = 0;    // Of the disturbed runs.
  uint64_t undisturbed_checkpoints_ = 0;
  uint64_t expected_calls_ = 0;  // Of the disk, in a disturbed run.
  std::map<std::string, uint64_t, std::less<>> expected_hits_;
  std::vector<Lines> expected_;  // By sink, sorted.
};

}  // namespace weir::simulated
