// Each durable step left out, and each order turned round, is found by the random pipelines within a thousand
// seeds: what they do not find would be a promise that nothing proves.
//
//   WEIR_PLANTED_SEEDS=1000     how many seeds each bug gets; a hundred when nothing is said
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ostream>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "sim/sim_world.hpp"
#include "sim/trial.hpp"

namespace weir::simulated::planted_bugs_test {
namespace {

struct PlantedBug {
  const char* name;      ///< Of the fault point that is skipped.
  const char* says;      ///< What is wrong then.
  bool is_rare = false;  ///< A hundred seeds are too few for it.
  friend void PrintTo(const PlantedBug& bug, std::ostream* out) { *out << bug.name; }
};

constexpr PlantedBug kBugs[] = {
    {"checkpoint.page.write", "state is not written"},
    {"checkpoint.page.sync", "state is not synced"},
    {"checkpoint.page.rename", "state keeps its temporary name"},
    {"checkpoint.manifest.write", "the manifest is empty"},
    {"checkpoint.manifest.sync", "the manifest is not synced"},
    {"checkpoint.manifest.rename", "the manifest keeps its temporary name"},
    {"checkpoint.manifest.sync_before_rename", "the manifest is renamed before it is synced", true},
    {"checkpoint.manifest.sync_dir", "the directory of the manifest is not synced"},
    {"checkpoint.drop.manifest", "old manifests stay"},
    {"checkpoint.drop.page", "old state stays"},
    {"checkpoint.drop.sync", "a dropped manifest may come back", true},
    {"checkpoint.drop.after_manifest", "the old checkpoint goes before the new one is there"},
    {"files.write", "the sink's rows are not written"},
    {"files.sync", "the sink's rows are not synced"},
    {"files.rename", "the sink's file keeps its temporary name"},
    {"files.sync_dir", "the directory of the sink is not synced"},
    {"files.remove", "what the sink left behind stays", true},
    {"files.truncate", "rows behind the last checkpoint are taken as whole", true},
    {"sink.commit.after_manifest", "the sink commits before the manifest is there"},
    {"sink.commit.not_abort", "the sink aborts where it should commit"},
    {"sink.token.keep", "the sink's token is lost"},
    {"source.durable.after_manifest", "the source hears that rows are safe before they are"},
    {"barrier.before_rows", "a row overtakes the barrier"},
    {"barrier.to_every_port", "one port does not get the barrier"},
    {"barrier.alignment", "a barrier does not close its edge"},
    {"partial.flush", "partial sums are kept over the barrier"},
    {"exchange.route", "a key goes to the wrong copy"},
    {"timers.reach", "timers come late: at the end"},
    {"source.silence.set_aside", "an idle partition is never set aside"},
    {"state.dirty.mark", "a row of state that changed is not in the checkpoint of changes"},
    {"checkpoint.drop.staying", "pages go that a checkpoint of changes still needs"},
    {"buffer.segment.write", "rows are not written to the buffer"},
    {"buffer.segment.sync", "the buffer is not synced"},
    {"buffer.dir.sync", "the directory of the buffer is not synced"},
    {"buffer.publish.after_manifest", "rows are read from the buffer before the manifest speaks of them"},
    {"buffer.release.after_manifest", "the buffer lets rows go before the manifest of its reader is there"},
    {"buffer.segment.unlink", "files of the buffer stay"},
    {"complete.rename", "regions forget one by one, and nothing says why"},
};

/// Leaving these out changes nothing that lasts: a handle that stays open, places between steps, and a file
/// that has no content. Sums that are not compared are found by rot_test.cpp. What lies behind a buffer's
/// mark is not read, whether it is cut off or not, and nothing is read behind its last batch. The word that
/// all is done is synced with the first thing that is forgotten after it. That pages have lasting names
/// before a manifest speaks of them is found by checkpoint_test.cpp, at each call, and so is a manifest whose
/// name was not safe when its writer died without the machine: here it dies with it.
constexpr const char* kHarmless[] = {"checkpoint.page.close",
                                     "checkpoint.manifest.close",
                                     "files.close",
                                     "sink.prepare",
                                     "sink.commit",
                                     "checkpoint.page.check",
                                     "checkpoint.manifest.check",
                                     "buffer.segment.cut",
                                     "buffer.segment.seal",
                                     "complete.write",
                                     "complete.sync",
                                     "complete.close",
                                     "complete.sync_before_rename",
                                     "complete.sync_dir",
                                     "checkpoint.dir.sync",
                                     "checkpoint.found.sync"};

uint64_t seeds_for(const PlantedBug& bug) {
  const char* const wanted = std::getenv("WEIR_PLANTED_SEEDS");
  if (wanted != nullptr) return std::strtoull(wanted, nullptr, 10);
  return bug.is_rare ? 1000 : 100;
}

/// Runs seeds until one is red. In a process of its own: a planted bug may well end it.
enum class Found { kYes, kNo };
Found look_for(const PlantedBug& bug, uint64_t seeds) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    TrialCounts counts;
    for (uint64_t seed = 1; seed <= seeds; ++seed) {
      const auto wrong = Trial(seed, {bug.name}).judge(counts);
      if (!wrong || *wrong == kNothingCame) continue;
      std::printf("%s (%s): found at seed %llu: %s\n", bug.name, bug.says,
                  static_cast<unsigned long long>(seed), wrong->substr(0, 150).c_str());
      std::fflush(stdout);
      ::_exit(0);
    }
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status))
    std::printf("%s: the engine stops itself by signal %d\n", bug.name, WTERMSIG(status));
  return WIFSIGNALED(status) || WEXITSTATUS(status) == 0 ? Found::kYes : Found::kNo;
}

class Planted : public testing::TestWithParam<PlantedBug> {};

TEST_P(Planted, IsFound) {
#ifdef WEIR_SIM_FEW_SEEDS
  GTEST_SKIP() << "the build without sanitizers looks for planted bugs";
#endif
  const uint64_t seeds = seeds_for(GetParam());
  EXPECT_EQ(look_for(GetParam(), seeds), Found::kYes)
      << GetParam().name << " (" << GetParam().says << ") is not found by " << seeds << " seeds";
}

INSTANTIATE_TEST_SUITE_P(Bug, Planted, testing::ValuesIn(kBugs), [](const auto& tested) {
  std::string name = tested.param.name;
  std::ranges::replace(name, '.', '_');
  return name;
});

/// A new durable step comes into the table, or there is a reason why not.
TEST(PlantedBugs, EveryFaultPointIsInTheTable) {
  TrialCounts counts;
  for (uint64_t seed = 1; seed <= 40; ++seed) ASSERT_EQ(Trial(seed).judge(counts), std::nullopt) << seed;
  for (const auto& [point, hits] : counts.hits) {
    const bool is_planted = std::ranges::find(kBugs, point, &PlantedBug::name) != std::end(kBugs);
    const bool is_harmless = std::ranges::find(kHarmless, point) != std::end(kHarmless);
    EXPECT_TRUE(is_planted || is_harmless) << point << " is reached " << hits << " times";
  }
}

}  // namespace
}  // namespace weir::simulated::planted_bugs_test
