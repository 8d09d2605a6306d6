#include "runtime/stage_copy.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

#include "data/memory.hpp"
#include "runtime/root_source.hpp"
#include "runtime/run_shared.hpp"

namespace weir {
namespace {
/// How much one slice may emit and handle before others get their turn.
constexpr int64_t kEmitBudgetBytes = 4 << 20;
constexpr int kInputsPerSlice = 64;
}  // namespace

StageCopy::StageCopy(RunShared& run, Executor& executor, std::string name, uint32_t copy)
    : Actor(executor), run_(run), name_(std::move(name)), copy_(copy), turn_clock_(run.world().clock) {}

StageCopy::~StageCopy() = default;

void StageCopy::cancel() {
  for (const auto& op : operators_) op->cancel();
}

void StageCopy::progress(int64_t& done, int64_t& total) const {
  if (source_ != nullptr) source_->progress(done, total);
}

void StageCopy::add_operator(std::unique_ptr<Operator> added) {
  added->set_turn(turn_clock_.add(added->metrics()));
  operators_.push_back(std::move(added));
}

void StageCopy::send(Edge& edge, EdgeItem item) {
  const bool must_wait =
      std::ranges::any_of(outbox_, [&](const auto& waiting) { return waiting.first == &edge; });
  if (!must_wait && edge.push(item) == Edge::Push::kAccepted) return;
  outbox_.emplace_back(&edge, std::move(item));
}

void StageCopy::wake_at(int64_t until_ns) { run_.wake_at(*this, until_ns); }

void StageCopy::reached_barrier(Operator& op, uint64_t epoch) {
  part_.epoch = epoch;
  if (const Status status = op.snapshot(epoch, part_); !status.is_ok()) {
    run_.fail(op.node(), status);
    return;
  }
  if (++operators_at_barrier_ < operators_.size()) return;
  operators_at_barrier_ = 0;
  run_.add_checkpoint_part(*this, std::exchange(part_, {}));
}

void StageCopy::operator_ended() {
  if (++ended_operators_ < operators_.size()) return;
  is_ended_ = true;
}

Actor::Next StageCopy::run_slice() {
  if (run_.is_cancelled()) return Next::kWait;
  commit_when_told();
  if (is_ended_ && outbox_.empty()) return Next::kWait;
  const Next next = work();
  // Told only when everything was sent: what reads from this stage must be able to end too.
  if (is_ended_ && outbox_.empty()) run_.copy_ended(*this, std::exchange(part_, {}));
  return next;
}

Status StageCopy::start() {
  for (const auto& op : operators_) {
    const AccountScope account(op->account());
    WEIR_RETURN_IF_ERROR(op->start().with_context(op->node()));
  }
  return {};
}

Actor::Next StageCopy::work() {
  turn_clock_.begin_slice();
  const Next next = work_rounds();
  turn_clock_.end_slice();
  return next;
}

Actor::Next StageCopy::work_rounds() {
  emit_budget_ = kEmitBudgetBytes;
  for (int inputs = 0; inputs < kInputsPerSlice; ++inputs) {
    if (run_.is_cancelled()) return Next::kWait;
    if (!flush_outbox()) return Next::kWait;
    if (emit_budget_ <= 0) return Next::kAgain;
    turn_clock_.begin_round();
    if (advance_operators()) continue;
    const bool is_waiting = std::ranges::any_of(operators_, [](const auto& op) { return op->has_work(); });
    if (is_waiting) return Next::kWait;
    if (!take_input()) return Next::kWait;
  }
  return Next::kAgain;
}

/// Sends what waits, in order for each edge. Returns whether nothing is left.
bool StageCopy::flush_outbox() {
  if (outbox_.empty()) return true;
  std::vector<const Edge*> full;
  for (auto waiting = outbox_.begin(); waiting != outbox_.end();) {
    const bool is_full = std::ranges::find(full, waiting->first) != full.end();
    if (!is_full && waiting->first->push(waiting->second) == Edge::Push::kAccepted) {
      waiting = outbox_.erase(waiting);
      continue;
    }
    if (!is_full) full.push_back(waiting->first);
    ++waiting;
  }
  return outbox_.empty();
}

/// Lets the operator nearest to the leaves go on: what it holds back is oldest.
bool StageCopy::advance_operators() {
  for (const auto& op : std::views::reverse(operators_)) {
    if (op->has_work() && op->advance()) return true;
  }
  return false;
}

bool StageCopy::take_input() {
  if (is_ended_) return false;
  if (source_ != nullptr) return source_->poll() == RootSource::Polled::kWorked;
  auto input = gate_->next();
  if (!input) return false;
  Operator& root = *operators_.front();
  if (input->item.kind == EdgeItem::Kind::kBatch) {
    root.deliver(input->port, std::move(input->item.batch));
  } else if (input->item.kind == EdgeItem::Kind::kBytes) {
    root.deliver(std::move(input->item.range));
  } else {
    root.deliver(input->item.signal);
  }
  if (root.is_finished() && !std::exchange(is_closed_, true)) gate_->close_all();
  return true;
}

void StageCopy::commit_when_told() {
  const uint64_t epoch = run_.valid_epoch();
  if (epoch <= committed_epoch_) return;
  committed_epoch_ = epoch;
  for (const auto& op : operators_) {
    if (const Status status = op->committed(epoch); !status.is_ok()) {
      run_.fail(op->node(), status);
      return;
    }
  }
  run_.copy_committed(*this, epoch);
}

}  // namespace weir
