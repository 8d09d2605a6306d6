// Every arrow of the circuit breaker, and how long it waits.
#include "runtime/circuit_breaker.hpp"

#include <gtest/gtest.h>

#include "runtime/executors.hpp"

namespace weir {
namespace {

using State = CircuitBreaker::State;
constexpr int64_t kNever = INT64_MAX;
constexpr int64_t kMs = 1'000'000;

class Copy final : public Actor {
 public:
  using Actor::Actor;
  int woken = 0;

 private:
  Next run_slice() override {
    ++woken;
    return Next::kWait;
  }
};

class Breaker : public testing::Test {
 protected:
  SimClock clock_;
  SimRandom random_{7};
  std::unique_ptr<Executor> executor_ = make_sim_executor(1, clock_);
  Copy first_{*executor_};
  Copy second_{*executor_};
  RetryPolicy policy_{.initial_us = 100'000,
                      .max_us = 1'000'000,
                      .multiplier = 2,
                      .jitter = 0,
                      .max_elapsed_us = 0,
                      .open_after = 3};
  CircuitBreaker breaker_{policy_, random_};

  int64_t fail(Copy& copy, int64_t now_ns, int64_t not_before_ns = kNever) {
    return breaker_.failed(copy, now_ns, not_before_ns, {Code::kUnavailable, "no answer"}).again_ns;
  }
  State state() const { return breaker_.view().state; }
  void open() {
    for (int i = 0; i < 3; ++i) fail(first_, 0);
  }
};

TEST_F(Breaker, ASuccessLeavesItClosed) {
  EXPECT_EQ(breaker_.ask(first_, 0), 0);
  EXPECT_FALSE(breaker_.succeeded());
  EXPECT_EQ(state(), State::kClosed);
}

TEST_F(Breaker, AFailureBeforeTheLastOneLeavesItClosedAndTheWaitGrows) {
  EXPECT_EQ(fail(first_, 0), 100 * kMs);
  EXPECT_EQ(fail(first_, 0), 200 * kMs);
  EXPECT_EQ(state(), State::kClosed);
  EXPECT_EQ(breaker_.ask(second_, 0), 0);
  EXPECT_TRUE(breaker_.succeeded());
  EXPECT_EQ(fail(first_, 0), 100 * kMs);
  EXPECT_EQ(breaker_.view().failures, 1U);
  EXPECT_EQ(breaker_.view().all_failures, 3U);
}

TEST_F(Breaker, TheLastFailureOpensItForAllCopies) {
  fail(first_, 0);
  fail(second_, 0);
  const CircuitBreaker::Failed last = breaker_.failed(first_, 0, kNever, {Code::kUnavailable, "no answer"});
  EXPECT_TRUE(last.has_opened);
  EXPECT_FALSE(last.is_new);
  EXPECT_EQ(last.again_ns, 400 * kMs);
  EXPECT_EQ(state(), State::kOpen);
  EXPECT_EQ(breaker_.ask(second_, 399 * kMs), 400 * kMs);
  EXPECT_EQ(state(), State::kOpen);
}

TEST_F(Breaker, AfterTheWaitOneCopyTriesAndTheOthersWait) {
  open();
  EXPECT_EQ(breaker_.ask(second_, 400 * kMs), 0);
  EXPECT_EQ(state(), State::kHalfOpen);
  EXPECT_EQ(breaker_.ask(first_, 400 * kMs), kNever);
  EXPECT_EQ(breaker_.ask(second_, 400 * kMs), 0);
}

TEST_F(Breaker, TheTryingCopySucceedsAndAllGoOn) {
  open();
  breaker_.ask(second_, 400 * kMs);
  breaker_.ask(first_, 400 * kMs);
  EXPECT_TRUE(breaker_.succeeded());
  EXPECT_EQ(state(), State::kClosed);
  EXPECT_EQ(breaker_.view().reason, "");
  executor_->drain();
  EXPECT_EQ(first_.woken, 1);
}

TEST_F(Breaker, TheTryingCopyFailsAndItOpensAgainForLonger) {
  open();
  breaker_.ask(second_, 400 * kMs);
  breaker_.ask(first_, 400 * kMs);
  EXPECT_EQ(fail(second_, 400 * kMs), 1200 * kMs);
  EXPECT_EQ(state(), State::kOpen);
  executor_->drain();
  EXPECT_EQ(first_.woken, 1);
  EXPECT_EQ(breaker_.ask(first_, 400 * kMs), 1200 * kMs);
}

TEST_F(Breaker, ATryThatHadBegunBeforeItOpenedMayCloseItAndNeverOpensItTwice) {
  open();
  EXPECT_EQ(fail(second_, 10 * kMs), 400 * kMs);
  EXPECT_EQ(breaker_.view().failures, 3U);
  EXPECT_TRUE(breaker_.succeeded());
  EXPECT_EQ(state(), State::kClosed);
}

TEST_F(Breaker, AFailureOfAnotherCopyDoesNotEndTheTry) {
  open();
  breaker_.ask(second_, 400 * kMs);
  fail(first_, 400 * kMs);
  EXPECT_EQ(state(), State::kHalfOpen);
}

TEST_F(Breaker, TheWaitEndsNeitherBeforeTheComponentWantsNorLaterThanTheMost) {
  EXPECT_EQ(fail(first_, 0, 5000 * kMs), 5000 * kMs);
  for (int i = 0; i < 60; ++i) {
    breaker_.ask(first_, 100'000 * kMs);
    EXPECT_LE(fail(first_, 0), 1000 * kMs);
  }
}

TEST_F(Breaker, JitterSpreadsTheWaits) {
  policy_.jitter = 0.2;
  CircuitBreaker spread(policy_, random_);
  std::set<int64_t> waits;
  for (int i = 0; i < 50; ++i) {
    waits.insert(spread.failed(first_, 0, kNever, {Code::kUnavailable, ""}).again_ns);
    spread.succeeded();
  }
  EXPECT_GE(waits.size(), 45U);
  EXPECT_GE(*waits.begin(), 80 * kMs);
  EXPECT_LE(*waits.rbegin(), 120 * kMs);
}

TEST_F(Breaker, AReasonIsNewOnce) {
  EXPECT_TRUE(breaker_.failed(first_, 0, kNever, {Code::kUnavailable, "no answer"}).is_new);
  EXPECT_FALSE(breaker_.failed(first_, 0, kNever, {Code::kUnavailable, "no answer"}).is_new);
  EXPECT_TRUE(breaker_.failed(first_, 0, kNever, {Code::kUnavailable, "refused"}).is_new);
}

TEST(BreakerState, HasNames) {
  EXPECT_STREQ(state_name(State::kClosed), "closed");
  EXPECT_STREQ(state_name(State::kOpen), "open");
  EXPECT_STREQ(state_name(State::kHalfOpen), "half-open");
}

}  // namespace
}  // namespace weir
