#include "runtime/seam_board.hpp"

#include <gtest/gtest.h>

#include "runtime/actor.hpp"
#include "runtime/counting_actor.hpp"
#include "runtime/executors.hpp"
#include "runtime/region_shared.hpp"
#include "world/clock.hpp"

namespace weir {
namespace {

/// Keeps the positions that it is told; everything else a seam board never asks.
class ToldRegion final : public RegionShared {
 public:
  void add_positions(uint64_t epoch, const std::string&, std::vector<SourcePosition> positions) override {
    told[epoch] = std::move(positions);
  }
  std::map<uint64_t, std::vector<SourcePosition>> told;

  CheckpointStore& checkpoints() override { return unused<CheckpointStore&>(); }
  Status restore_state(InstanceState&) override { return {}; }
  void ask_checkpoint() override {}
  uint64_t wanted_epoch() const override { return 0; }
  uint64_t valid_epoch() const override { return 0; }
  void add_checkpoint_part(StageCopy&, CopyCheckpoint) override {}
  void copy_ended(StageCopy&, CopyCheckpoint) override {}
  void copy_committed(StageCopy&, uint64_t) override {}
  bool has_end(const StageCopy&) const override { return false; }

 private:
  template <class T>
  [[noreturn]] static T unused() {
    std::abort();
  }
};

class SeamBoardTest : public testing::Test {
 protected:
  SeamBoardTest() { board_.set_lanes({&lane_}); }

  ByteRange range(uint64_t index, uint32_t partition) {
    ByteRange made;
    made.index = index;
    made.partition = std::make_shared<PartitionDecoding>();
    made.partition->partition = partition;
    return made;
  }
  static Seam with_leftover(int64_t offset) {
    Seam seam;
    seam.leftover.emplace_back();
    seam.leftover.back().offset = offset;
    return seam;
  }
  static SourcePosition at(int64_t position, bool is_ended = false) {
    SourcePosition made;
    made.position = position;
    made.is_ended = is_ended;
    return made;
  }
  SeamBoard::Settled settle(const ByteRange& of, Seam left, int64_t highest_us,
                            const SourcePosition& position) {
    EXPECT_TRUE(board_.seam_before(of).has_value());
    return board_.settle(of, std::move(left), highest_us, position);
  }

  SimClock clock_;
  std::unique_ptr<Executor> executor_ = make_sim_executor(1, clock_);
  CountingActor lane_{*executor_};
  ToldRegion run_;
  SeamBoard board_{run_, "events", EventTime{0, 10, {}}};
};

TEST_F(SeamBoardTest, ABarrierAndTheEndBeforeTheSameRangeAreBothTold) {
  board_.found(1, "a", {});
  board_.barrier_before(7, 1);
  board_.barrier_before(UINT64_MAX, 1);
  EXPECT_TRUE(run_.told.empty());
  settle(range(0, 1), {}, INT64_MIN, at(100, true));
  ASSERT_EQ(run_.told.size(), 2U);
  for (const uint64_t epoch : {uint64_t{7}, UINT64_MAX}) {
    ASSERT_EQ(run_.told[epoch].size(), 1U);
    EXPECT_EQ(run_.told[epoch][0].position, 100);
    EXPECT_TRUE(run_.told[epoch][0].is_ended);
  }
}

TEST_F(SeamBoardTest, WhatARangeLeavesGoesToTheNextOneOfItsPartition) {
  board_.found(1, "a", {});
  board_.found(2, "b", {});
  settle(range(0, 1), with_leftover(40), INT64_MIN, at(40));
  EXPECT_TRUE(board_.seam_before(range(1, 2))->leftover.empty());
  board_.settle(range(1, 2), {}, INT64_MIN, at(9));
  const auto before = board_.seam_before(range(2, 1));
  ASSERT_TRUE(before.has_value());
  ASSERT_EQ(before->leftover.size(), 1U);
  EXPECT_EQ(before->leftover[0].offset, 40);
}

TEST_F(SeamBoardTest, APartitionThatIsGoneIsToldOnceMoreAndThenForgotten) {
  board_.found(1, "a", {});
  board_.found(2, "b", {});
  board_.gone(1);
  board_.barrier_before(1, 0);
  EXPECT_EQ(run_.told[1].size(), 2U);  // Its end is not settled yet.
  settle(range(0, 1), {}, INT64_MIN, at(100, true));
  board_.barrier_before(2, 1);
  ASSERT_EQ(run_.told[2].size(), 2U);
  EXPECT_TRUE(run_.told[2][0].is_ended);
  board_.barrier_before(3, 1);
  ASSERT_EQ(run_.told[3].size(), 1U);
  EXPECT_EQ(run_.told[3][0].partition, "b");
}

TEST_F(SeamBoardTest, ANameThatIsFoundAgainBeginsAnew) {
  board_.found(1, "a", {});
  settle(range(0, 1), {}, 5000, at(100, true));
  ByteRange again = range(1, 1);
  again.partition->name = "a";
  again.begins_anew = "n\n";
  // What the one before had reached makes nothing late.
  EXPECT_EQ(settle(again, {}, 1000, at(7)).watermark_before, INT64_MIN);
  board_.barrier_before(1, 2);
  ASSERT_EQ(run_.told[1].size(), 1U);
  EXPECT_EQ(run_.told[1][0].partition, "a");
  EXPECT_EQ(run_.told[1][0].position, 7);
  EXPECT_EQ(run_.told[1][0].head, "n\n");
  EXPECT_FALSE(run_.told[1][0].is_ended);
}

TEST_F(SeamBoardTest, ARangeWaitsForTheOneBeforeIt) {
  board_.found(1, "a", {});
  EXPECT_FALSE(board_.seam_before(range(1, 1)).has_value());
  settle(range(0, 1), {}, INT64_MIN, at(5));
  EXPECT_TRUE(board_.seam_before(range(1, 1)).has_value());
}

TEST_F(SeamBoardTest, APositionKeepsTheWatermarkAndARestartGoesOnFromIt) {
  board_.found(1, "a", {});
  settle(range(0, 1), {}, 1000, at(50));
  board_.barrier_before(3, 1);
  ASSERT_EQ(run_.told[3].size(), 1U);
  EXPECT_EQ(run_.told[3][0].watermark_us, 990);

  SeamBoard restarted{run_, "events", EventTime{0, 10, {}}};
  restarted.set_lanes({&lane_});
  restarted.found(1, "a", run_.told[3][0]);
  const ByteRange next = range(0, 1);
  ASSERT_TRUE(restarted.seam_before(next).has_value());
  EXPECT_EQ(restarted.settle(next, {}, 500, at(90)).watermark_before, 990);
}

TEST_F(SeamBoardTest, APartitionThatHadEndedHoldsNoWatermarkBack) {
  SourcePosition ended = at(50, true);
  ended.watermark_us = 20;
  board_.found(1, "a", ended);
  board_.found(2, "b", {});
  EXPECT_EQ(settle(range(0, 2), {}, 1000, at(7)).watermark, 990);
}

TEST_F(SeamBoardTest, AReaderThatWaitsHearsOfTheTimeWhenAllIsSettled) {
  CountingActor reader{*executor_};
  board_.found(1, "a", {});
  EXPECT_FALSE(board_.is_settled_upto(1, reader));
  settle(range(0, 1), {}, 1000, at(50));
  EXPECT_TRUE(board_.is_settled_upto(1, reader));
  EXPECT_EQ(board_.watermark(), 990);
  EXPECT_FALSE(board_.take_signal().has_value());
  board_.set_aside(1);
  EXPECT_EQ(board_.take_signal()->kind, uint32_t{WEIR_SIGNAL_IDLE});
  EXPECT_EQ(board_.come_back(1)->time, 990);
}

}  // namespace
}  // namespace weir
