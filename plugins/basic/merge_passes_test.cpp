#include "merge_passes.hpp"

#include <gtest/gtest.h>

namespace weir::basic {
namespace {

/// Runs of one batch each, which has their number.
std::vector<SortedRun> runs_of(const std::vector<uint64_t>& bytes) {
  std::vector<SortedRun> runs;
  for (const uint64_t each : bytes) runs.push_back({{runs.size()}, each});
  return runs;
}

/// Merges to the end and returns which runs of old were merged in each group, in order.
std::vector<RunBatches> groups_of(const std::vector<uint64_t>& bytes, uint64_t memory_bytes) {
  MergePasses passes(runs_of(bytes), memory_bytes);
  std::vector<RunBatches> groups;
  for (bool is_last = false; !is_last;) {
    const MergePasses::Group group = passes.next();
    is_last = group.is_last;
    SortedRun merged;
    for (const SortedRun& run : group.runs) {
      merged.batches.insert(merged.batches.end(), run.batches.begin(), run.batches.end());
      merged.batch_bytes = std::max(merged.batch_bytes, run.batch_bytes);
    }
    groups.push_back(merged.batches);
    if (!is_last) passes.add_merged(std::move(merged));
  }
  return groups;
}

TEST(MergePasses, AllAtOnceWhereTheyFit) {
  EXPECT_EQ(groups_of({1, 1, 1}, 3), (std::vector<RunBatches>{{0, 1, 2}}));
  EXPECT_EQ(groups_of({7}, 3), (std::vector<RunBatches>{{0}}));
  EXPECT_EQ(groups_of({}, 3), (std::vector<RunBatches>{{}}));
}

TEST(MergePasses, NeighboursFirstUntilTheRestFits) {
  EXPECT_EQ(groups_of({1, 1, 1, 1}, 3), (std::vector<RunBatches>{{0, 1, 2}, {0, 1, 2, 3}}));
  EXPECT_EQ(groups_of({1, 1, 1, 1, 1, 1, 1}, 3),
            (std::vector<RunBatches>{{0, 1, 2}, {3, 4, 5}, {0, 1, 2, 3, 4, 5, 6}}));
}

TEST(MergePasses, SeveralPassesKeepTheOrder) {
  EXPECT_EQ(groups_of({1, 1, 1, 1, 1}, 2),
            (std::vector<RunBatches>{{0, 1}, {2, 3}, {0, 1, 2, 3}, {0, 1, 2, 3, 4}}));
}

TEST(MergePasses, TwoAreMergedHoweverLargeTheyAre) {
  EXPECT_EQ(groups_of({9, 9}, 3), (std::vector<RunBatches>{{0, 1}}));
  EXPECT_EQ(groups_of({9, 9, 9}, 3), (std::vector<RunBatches>{{0, 1}, {0, 1, 2}}));
}

}  // namespace
}  // namespace weir::basic
