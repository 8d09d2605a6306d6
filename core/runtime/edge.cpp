#include "runtime/edge.hpp"

#include <array>
#include <utility>

#include "runtime/actor.hpp"

namespace weir {

namespace {
constexpr size_t kItemsPerBlock = 64;
}

struct Edge::Block {
  std::array<EdgeItem, kItemsPerBlock> items;
  std::unique_ptr<Block>
      next;  // Written by the producer before it publishes the first item of the next block.
};

Edge::Edge(int64_t budget_bytes) : budget_bytes_(budget_bytes), head_(std::make_unique<Block>()) {
  tail_ = head_.get();
  WEIR_CHECK(budget_bytes > 0);
}

Edge::~Edge() {
  // One block after the other: a long list freed by recursion would overrun the stack.
  while (head_ != nullptr) head_ = std::move(head_->next);
}

void Edge::connect(Actor& producer, Actor& consumer) {
  producer_ = &producer;
  consumer_ = &consumer;
}

Edge::Push Edge::push(EdgeItem& item) {
  if (item.charge_bytes > 0) {
    const auto is_full = [&] {
      const int64_t queued = queued_bytes_.load();
      return queued > 0 && queued + item.charge_bytes > budget_bytes_;
    };
    if (is_full()) {
      is_producer_waiting_.store(true);
      if (is_full()) return Push::kFull;
      is_producer_waiting_.store(false);
    }
    queued_bytes_.fetch_add(item.charge_bytes);
  }
  if (tail_used_ == kItemsPerBlock) {
    tail_->next = std::make_unique<Block>();
    tail_ = tail_->next.get();
    tail_used_ = 0;
  }
  tail_->items[tail_used_++] = std::move(item);
  written_.store(++pushed_, std::memory_order_release);
  consumer_->notify();
  return Push::kAccepted;
}

EdgeItem* Edge::front() {
  if (taken_ == written_.load(std::memory_order_acquire)) return nullptr;
  if (head_taken_ == kItemsPerBlock) {
    head_ = std::move(head_->next);
    head_taken_ = 0;
  }
  return &head_->items[head_taken_];
}

void Edge::pop() {
  EdgeItem& item = head_->items[head_taken_++];
  const int64_t charge = item.charge_bytes;
  item = EdgeItem();
  ++taken_;
  if (charge == 0) return;
  queued_bytes_.fetch_sub(charge);
  notify_producer_when_roomy();
}

void Edge::notify_producer_when_roomy() {
  if (!is_producer_waiting_.load()) return;
  if (queued_bytes_.load() > budget_bytes_ / 2) return;
  if (is_producer_waiting_.exchange(false)) producer_->notify();
}

void Edge::close() {
  is_closed_.store(true, std::memory_order_relaxed);
  producer_->notify();
}

}  // namespace weir
