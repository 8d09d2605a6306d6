#include "plan/memory_bound.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

/// rows -> counts, exchanged to two copies of `counts`, which has a state.
class Exchange {
 public:
  explicit Exchange(std::optional<int64_t> memory_mib, weir_state_kind kind = WEIR_STATE_VALUES,
                    int64_t work_mib = 0) {
    state_.kind = kind;
    stateful_.states = &state_;
    stateful_.state_count = 1;
    plan.pipeline.nodes.resize(2);
    plan.pipeline.nodes[0].name = "rows";
    plan.pipeline.nodes[0].binding = &stateless_;
    plan.pipeline.nodes[1].name = "counts";
    plan.pipeline.nodes[1].binding = &stateful_;
    plan.pipeline.nodes[1].work_bytes = static_cast<uint64_t>(work_mib) << 20;
    if (memory_mib) plan.pipeline.memory_bytes = *memory_mib << 20;
    plan.stages.resize(2);
    for (size_t node = 0; node < 2; ++node) {
      PlanOperator op;
      op.node = node;
      plan.stages[node].operators.push_back(op);
    }
    plan.stages[1].copies = 2;
    PlanEdge edge;
    edge.to_stage = 1;
    edge.route = Route::kHash;
    plan.edges.push_back(edge);
    divide_memory(plan);
  }
  Plan plan;

 private:
  weir_state_spec state_{};
  weir_binding stateless_{};
  weir_binding stateful_{};
};

TEST(MemoryBound, StatesGetWhatEdgesAndSlicesLeave) {
  const Exchange at(64);
  EXPECT_EQ(at.plan.edges[0].budget_bytes, 8 << 20);
  EXPECT_EQ(at.plan.slice_bytes, 4 << 20);
  EXPECT_EQ(at.plan.state_bytes, (int64_t{33} << 20) / 2);
  EXPECT_EQ(memory_bound(at.plan).total, uint64_t{64} << 20);
  EXPECT_EQ(memory_text(at.plan), R"(
memory, at most
  rows: 5 MiB in flight
  counts: 16 MiB queued before it, 10 MiB in flight, 33 MiB of state, then in files
  in total: 64 MiB
)");
}

TEST(MemoryBound, EveryQueueHoldsABatchHoweverLittleMemoryThereIs) {
  const Exchange at(4);
  EXPECT_EQ(at.plan.edges[0].budget_bytes, 1 << 19);
  EXPECT_EQ(memory_text(at.plan), R"(
memory, at most
  rows: 1.5 MiB in flight
  counts: 2 MiB queued before it, 3 MiB in flight, 4 MiB of state, then in files
  in total: 10 MiB; more than the 4 MiB that `memory` says, because each of its queues holds a batch
)");
}

TEST(MemoryBound, WhatIsGatheredIsInFlight) {
  Exchange at(64);
  at.plan.pipeline.nodes[0].batch = BatchLimits{.bytes = 2 << 20};
  PlanOperator batches;
  batches.kind = PlanOperator::Kind::kBatch;
  at.plan.stages[0].operators.push_back(batches);
  EXPECT_EQ(memory_bound(at.plan).nodes[0].flight, uint64_t{9} << 20);
}

TEST(MemoryBound, AQueueThatIsSaidToBeSmallStaysSmall) {
  Exchange at(1024);
  at.plan.edges[0].budget_bytes = 64 << 10;
  divide_memory(at.plan);
  EXPECT_EQ(at.plan.edges[0].budget_bytes, 64 << 10);
}

TEST(MemoryBound, WithoutALimitStatesTakeWhatTheyNeed) {
  const Exchange at(std::nullopt);
  EXPECT_FALSE(at.plan.state_bytes.has_value());
  EXPECT_EQ(memory_text(at.plan), R"(
memory, at most
  rows: 5 MiB in flight
  counts: 16 MiB queued before it, 10 MiB in flight, state as its keys need
  in total: 31 MiB, and state; say `memory:` to bound it
)");
}

TEST(MemoryBound, ListsMapsAndTimersHaveTheirShareAndNoFiles) {
  const Exchange at(64, WEIR_STATE_LIST);
  EXPECT_EQ(at.plan.kept_state_bytes, (int64_t{33} << 20) / 2);
  EXPECT_EQ(memory_text(at.plan), R"(
memory, at most
  rows: 5 MiB in flight
  counts: 16 MiB queued before it, 10 MiB in flight, 33 MiB of lists, maps and timers
  in total: 64 MiB
)");
}

TEST(MemoryBound, WhatANodeHoldsBesideItsStatesHasAShareLikeThem) {
  const Exchange at(64, WEIR_STATE_LOG, 64);
  EXPECT_EQ(at.plan.work_bytes, (int64_t{33} << 20) / 4);
  EXPECT_EQ(at.plan.state_bytes, at.plan.work_bytes);
  EXPECT_EQ(memory_text(at.plan), R"(
memory, at most
  rows: 5 MiB in flight
  counts: 16 MiB queued before it, 10 MiB in flight, 16 MiB to work in, 16 MiB of state, then in files
  in total: 64 MiB
)");
}

TEST(MemoryBound, StatesGetWhatANodeDoesNotWantOfItsShare) {
  const Exchange at(64, WEIR_STATE_LOG, 4);
  EXPECT_EQ(at.plan.state_bytes, (int64_t{25} << 20) / 2);
  EXPECT_EQ(memory_text(at.plan), R"(
memory, at most
  rows: 5 MiB in flight
  counts: 16 MiB queued before it, 10 MiB in flight, 8 MiB to work in, 25 MiB of state, then in files
  in total: 64 MiB
)");
}

TEST(MemoryBound, ThereIsRoomToWorkHoweverLittleMemoryThereIs) {
  const Exchange at(4, WEIR_STATE_LOG, 64);
  EXPECT_EQ(memory_text(at.plan), R"(
memory, at most
  rows: 1.5 MiB in flight
  counts: 2 MiB queued before it, 3 MiB in flight, 4 MiB to work in, 4 MiB of state, then in files
  in total: 14 MiB; more than the 4 MiB that `memory` says, because each of its queues holds a batch
)");
}

TEST(MemoryBound, WithoutALimitANodeHoldsWhatItWantsAndTheTotalCountsIt) {
  const Exchange at(std::nullopt, WEIR_STATE_LOG, 64);
  EXPECT_FALSE(at.plan.work_bytes.has_value());
  EXPECT_EQ(memory_text(at.plan), R"(
memory, at most
  rows: 5 MiB in flight
  counts: 16 MiB queued before it, 10 MiB in flight, 128 MiB to work in, state as its keys need
  in total: 159 MiB, and state; say `memory:` to bound it
)");
}

TEST(MemoryBound, WhatOnlyFollowsANodeWantsNothingForIt) {
  Exchange at(std::nullopt, WEIR_STATE_LOG, 64);
  at.plan.pipeline.nodes[1].batch = BatchLimits();
  PlanOperator batches;
  batches.kind = PlanOperator::Kind::kBatch;
  batches.node = 1;
  at.plan.stages[1].operators.push_back(batches);
  EXPECT_EQ(memory_bound(at.plan).nodes[1].work, uint64_t{128} << 20);
}

}  // namespace
}  // namespace weir
