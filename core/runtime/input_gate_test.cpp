#include "runtime/input_gate.hpp"

#include <gtest/gtest.h>

#include "runtime/counting_actor.hpp"
#include "runtime/executors.hpp"
#include "world/clock.hpp"

namespace weir {
namespace {

class InputGateTest : public testing::Test {
 protected:
  std::vector<Edge*> edges(size_t count) {
    std::vector<Edge*> made;
    for (size_t i = 0; i < count; ++i) {
      edges_.push_back(std::make_unique<Edge>(1000));
      edges_.back()->connect(actor_, actor_);
      made.push_back(edges_.back().get());
    }
    return made;
  }
  /// Data is told apart by its charge.
  void data(size_t edge, int64_t mark) {
    EdgeItem item;
    item.kind = EdgeItem::Kind::kBatch;
    item.charge_bytes = mark;
    ASSERT_EQ(edges_[edge]->push(item), Edge::Push::kAccepted);
  }
  void signal(size_t edge, uint32_t kind, int64_t time = 0, uint64_t epoch = 0) {
    EdgeItem item;
    item.kind = EdgeItem::Kind::kSignal;
    item.signal = {kind, 0, time, epoch};
    ASSERT_EQ(edges_[edge]->push(item), Edge::Push::kAccepted);
  }
  void range_end(size_t edge) {
    EdgeItem item;
    item.kind = EdgeItem::Kind::kRangeEnd;
    ASSERT_EQ(edges_[edge]->push(item), Edge::Push::kAccepted);
  }
  /// Everything that can be taken now, as text: "7" data, "w5" watermark, "b1" barrier, "i" idle, "e" end.
  std::string taken() {
    std::string text;
    while (const auto input = gate_.next()) {
      if (!text.empty()) text += ' ';
      const EdgeItem& item = input->item;
      if (item.kind == EdgeItem::Kind::kBatch) {
        text += std::to_string(item.charge_bytes);
      } else if (item.signal.kind == WEIR_SIGNAL_WATERMARK) {
        text += "w" + std::to_string(item.signal.time);
      } else if (item.signal.kind == WEIR_SIGNAL_BARRIER) {
        text += "b" + std::to_string(item.signal.epoch);
      } else {
        text += item.signal.kind == WEIR_SIGNAL_END ? "e" : "i";
      }
    }
    return text;
  }

  SimClock clock_;
  std::unique_ptr<Executor> executor_ = make_sim_executor(1, clock_);
  CountingActor actor_{*executor_};
  std::vector<std::unique_ptr<Edge>> edges_;
  InputGate gate_;
};

TEST_F(InputGateTest, ABarrierHoldsBackItsEdgeUntilItHasComeOnAll) {
  gate_.add_port(InputGate::Order::kAny, edges(2));
  signal(0, WEIR_SIGNAL_BARRIER, 0, 1);
  data(0, 10);
  data(1, 20);
  EXPECT_EQ(taken(), "20");
  signal(1, WEIR_SIGNAL_BARRIER, 0, 1);
  data(1, 21);
  EXPECT_EQ(taken().substr(0, 2), "b1");
}

TEST_F(InputGateTest, AnEdgeThatHasEndedDoesNotHoldABarrierBack) {
  gate_.add_port(InputGate::Order::kAny, edges(2));
  signal(0, WEIR_SIGNAL_END);
  signal(1, WEIR_SIGNAL_BARRIER, 0, 3);
  EXPECT_EQ(taken(), "b3");
}

TEST_F(InputGateTest, TheWatermarkIsTheSmallestOfAllEdges) {
  gate_.add_port(InputGate::Order::kAny, edges(2));
  signal(0, WEIR_SIGNAL_WATERMARK, 50);
  EXPECT_EQ(taken(), "");
  signal(1, WEIR_SIGNAL_WATERMARK, 30);
  EXPECT_EQ(taken(), "w30");
  signal(1, WEIR_SIGNAL_WATERMARK, 80);
  EXPECT_EQ(taken(), "w50");
}

TEST_F(InputGateTest, AnIdleEdgeDoesNotHoldTheWatermarkBack) {
  gate_.add_port(InputGate::Order::kAny, edges(2));
  signal(0, WEIR_SIGNAL_WATERMARK, 50);
  signal(1, WEIR_SIGNAL_IDLE);
  EXPECT_EQ(taken(), "w50");
}

TEST_F(InputGateTest, APortEndsWhenAllItsEdgesHave) {
  gate_.add_port(InputGate::Order::kAny, edges(2));
  signal(0, WEIR_SIGNAL_END);
  EXPECT_EQ(taken(), "");
  EXPECT_FALSE(gate_.is_ended());
  signal(1, WEIR_SIGNAL_END);
  EXPECT_EQ(taken(), "e");
  EXPECT_TRUE(gate_.is_ended());
}

TEST_F(InputGateTest, OrderedLanesAreReadRangeByRange) {
  gate_.add_port(InputGate::Order::kByRange, edges(2));
  data(1, 20);
  range_end(1);
  EXPECT_EQ(taken(), "");
  data(0, 10);
  data(0, 11);
  range_end(0);
  EXPECT_EQ(taken(), "10 11 20");
  data(1, 40);
  data(0, 30);
  EXPECT_EQ(taken(), "30");
  range_end(0);
  EXPECT_EQ(taken(), "40");
}

TEST_F(InputGateTest, ABarrierBetweenRangesKeepsTheTurn) {
  gate_.add_port(InputGate::Order::kByRange, edges(2));
  data(0, 10);
  range_end(0);
  signal(0, WEIR_SIGNAL_BARRIER, 0, 1);
  signal(1, WEIR_SIGNAL_BARRIER, 0, 1);
  data(1, 20);
  range_end(1);
  data(0, 30);
  EXPECT_EQ(taken(), "10 b1 20 30");
}

TEST_F(InputGateTest, ABarrierThatComesLateOnAnotherLaneKeepsTheTurn) {
  gate_.add_port(InputGate::Order::kByRange, edges(2));
  signal(0, WEIR_SIGNAL_BARRIER, 0, 1);
  EXPECT_EQ(taken(), "");
  signal(1, WEIR_SIGNAL_BARRIER, 0, 1);
  data(1, 20);
  data(0, 10);
  range_end(0);
  EXPECT_EQ(taken(), "b1 10 20");
}

TEST_F(InputGateTest, WhatIsAsideComesBetweenTheRanges) {
  const std::vector<Edge*> lanes = edges(2);
  gate_.add_port(InputGate::Order::kByRange, lanes, edges(1));
  data(1, 20);
  range_end(1);
  data(2, 99);
  EXPECT_EQ(taken(), "99");
  signal(0, WEIR_SIGNAL_WATERMARK, 5);
  data(0, 10);
  range_end(0);
  EXPECT_EQ(taken(), "10 20");
  signal(1, WEIR_SIGNAL_WATERMARK, 5);
  data(0, 30);
  range_end(0);
  EXPECT_EQ(taken(), "30 w5");
  signal(0, WEIR_SIGNAL_BARRIER, 0, 1);
  signal(1, WEIR_SIGNAL_BARRIER, 0, 1);
  EXPECT_EQ(taken(), "");
  signal(2, WEIR_SIGNAL_BARRIER, 0, 1);
  EXPECT_EQ(taken(), "b1");
  signal(2, WEIR_SIGNAL_END);
  signal(0, WEIR_SIGNAL_END);
  EXPECT_EQ(taken(), "");
  signal(1, WEIR_SIGNAL_END);
  EXPECT_EQ(taken(), "e");
}

TEST_F(InputGateTest, OrderedLanesEndAfterTheLastRangeOfAny) {
  gate_.add_port(InputGate::Order::kByRange, edges(2));
  data(0, 10);
  range_end(0);
  signal(0, WEIR_SIGNAL_END);
  data(1, 20);
  range_end(1);
  signal(1, WEIR_SIGNAL_END);
  EXPECT_EQ(taken(), "10 20 e");
}

TEST_F(InputGateTest, APortThatComesBackIsWaitedForAgainAtItsOldWatermark) {
  gate_.add_port(InputGate::Order::kAny, edges(1));
  signal(0, WEIR_SIGNAL_WATERMARK, 5);
  signal(0, WEIR_SIGNAL_IDLE);
  EXPECT_EQ(taken(), "w5 i");
  signal(0, WEIR_SIGNAL_WATERMARK, 5);
  data(0, 7);
  EXPECT_EQ(taken(), "w5 7");
}

TEST_F(InputGateTest, AnIdleLaneWithSomethingToSayIsNotSetAside) {
  gate_.add_port(InputGate::Order::kAny, edges(2));
  signal(0, WEIR_SIGNAL_WATERMARK, 5);
  signal(1, WEIR_SIGNAL_WATERMARK, 5);
  signal(0, WEIR_SIGNAL_IDLE);
  signal(1, WEIR_SIGNAL_IDLE);
  EXPECT_EQ(taken(), "w5 i");
  // Both come back; what the first says already counts on what the second is about to give.
  signal(0, WEIR_SIGNAL_WATERMARK, 5);
  signal(0, WEIR_SIGNAL_WATERMARK, 100);
  signal(1, WEIR_SIGNAL_WATERMARK, 5);
  data(1, 7);
  signal(1, WEIR_SIGNAL_WATERMARK, 90);
  EXPECT_EQ(taken(), "w5 7 w90");
}

}  // namespace
}  // namespace weir
