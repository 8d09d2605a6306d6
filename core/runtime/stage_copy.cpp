#include "runtime/stage_copy.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

#include "data/memory.hpp"
#include "runtime/dead_letter_store.hpp"
#include "runtime/region_shared.hpp"
#include "runtime/root_source.hpp"
#include "runtime/run_shared.hpp"

namespace weir {
namespace {
/// How much one slice may handle before others get their turn.
constexpr int kInputsPerSlice = 64;
}  // namespace

StageCopy::StageCopy(RunShared& run, RegionShared& region, Executor& executor, std::string name,
                     uint32_t copy)
    : Actor(executor),
      run_(run),
      region_(region),
      name_(std::move(name)),
      copy_(copy),
      turn_clock_(run.world().clock) {
  hold();  // A component may have a thread that signals before all are made.
}

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
  const bool is_barrier = item.kind == EdgeItem::Kind::kSignal && item.signal.kind == WEIR_SIGNAL_BARRIER;
  // The order that this step stands for is what a test takes away: with it skipped, the next item goes first.
  if (is_barrier && faults().skip("barrier.before_rows")) {
    overtaken_.emplace_back(&edge, std::move(item));
    return;
  }
  send_in_order(edge, std::move(item));
  const auto held = std::ranges::find(overtaken_, &edge, &std::pair<Edge*, EdgeItem>::first);
  if (held == overtaken_.end()) return;
  send_in_order(edge, std::move(held->second));
  overtaken_.erase(held);
}

void StageCopy::send_in_order(Edge& edge, EdgeItem item) {
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
  barrier_rounds_.store(rounds_.load(std::memory_order_relaxed) + 1);  // With the one that goes on.
  region_.add_checkpoint_part(*this, std::exchange(part_, {}));
}

void StageCopy::operator_ended() {
  if (++ended_operators_ < operators_.size()) return;
  is_ended_ = true;
}

Actor::Next StageCopy::run_slice() {
  begun_.fetch_add(1);
  const Next next = slice();
  slices_.fetch_add(1, std::memory_order_release);
  return next;
}

bool StageCopy::waits_outside() const {
  if (unwritten_ != nullptr) return true;  // For room on a disk.
  const auto waits = [](const auto& op) { return op->waits_outside() || op->waits_to_commit(); };
  if (std::ranges::any_of(operators_, waits)) return true;
  // A wake comes to nothing where something must be sent or taken first.
  const auto is_pending = [](const auto& op) { return op->is_pending(); };
  if (!outbox_.empty() || std::ranges::any_of(operators_, is_pending)) return false;
  const int64_t now_ns = run_.world().clock.monotonic_ns();
  return std::ranges::any_of(operators_, [&](const auto& op) {
    return op->wake_due_ns() != INT64_MAX && op->wake_due_ns() > now_ns;
  });
}

std::string StageCopy::why_waiting() const {
  const std::string own = "copy " + std::to_string(copy_) + " of stage " + name_;
  for (const auto& op : operators_) {
    if (op->is_pending())
      return own + ": '" + op->node() +
             "' has input that it is not ready for, and does not say when or for what";
  }
  if (outbox_.empty()) return {};
  return own + " cannot send: what reads from it, " + outbox_.front().first->reader_name() + ", is full";
}

Actor::Next StageCopy::slice() {
  if (run_.is_cancelled()) return Next::kWait;
  if (!commit_when_told()) return Next::kWait;
  if (!write_dead_letters()) return Next::kWait;
  if (is_ended_ && outbox_.empty()) return Next::kWait;
  close_unwanted_inputs();
  const Next next = work();
  // Told only when everything was sent: what reads from this stage must be able to end too.
  if (is_ended_ && outbox_.empty()) region_.copy_ended(*this, std::exchange(part_, {}));
  return next;
}

/// Whoever reads from here may have said, since the last slice, that it wants no more.
void StageCopy::close_unwanted_inputs() {
  for (const auto& op : std::views::reverse(operators_)) op->reader_finished();
  if (gate_ != nullptr && operators_.front()->is_finished() && !std::exchange(is_closed_, true))
    gate_->close_all();
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
  emit_budget_ = run_.plan().slice_bytes;
  bool does_source_wait = false;
  for (int inputs = 0; inputs < kInputsPerSlice; ++inputs) {
    if (run_.is_cancelled() || unwritten_ != nullptr) return Next::kWait;
    if (!flush_outbox()) return Next::kWait;
    if (emit_budget_ <= 0) return Next::kAgain;
    turn_clock_.begin_round();
    if (advance_operators()) {
      count_round();
      continue;
    }
    const bool is_waiting = std::ranges::any_of(operators_, [](const auto& op) { return op->has_work(); });
    if (is_waiting) return Next::kWait;
    has_given_ = false;
    if (!wake_operators() && (does_source_wait || !take_input())) {
      if (!has_given_) return Next::kWait;
      does_source_wait =
          true;  // It gave something first, which goes on; it is not asked again before its time.
    }
    count_round();
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
    if (op->has_work() && !op->has_work_behind() && op->advance()) return true;
  }
  return false;
}

/// Tells components whose time has come. Returns whether there was one.
bool StageCopy::wake_operators() {
  const auto due_ns = [](const auto& op) { return op->wake_due_ns(); };
  const auto first = std::ranges::min_element(operators_, {}, due_ns);
  const int64_t first_ns = (*first)->wake_due_ns();
  if (first_ns == INT64_MAX || first_ns > run_.world().clock.monotonic_ns()) return false;
  (*first)->deliver_wake();
  return true;
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

void StageCopy::wait_for_room(DeadLetterStore& store, const Status& why) {
  unwritten_ = &store;
  run_.disk_room().full(this, std::string(why.message()));
  wake_at(room_tries_.failed(run_.world().clock.monotonic_ns()));
}

/// Returns whether no rejected row waits for room.
bool StageCopy::write_dead_letters() {
  if (unwritten_ == nullptr) return true;
  if (run_.world().clock.monotonic_ns() < room_tries_.again_ns()) return false;
  const Status status = unwritten_->flush();
  if (status.code() == Code::kNoSpace) {
    wait_for_room(*unwritten_, status);
    return false;
  }
  if (!status.is_ok()) {
    run_.fail({}, status);
    return false;
  }
  unwritten_ = nullptr;
  room_tries_ = {};
  run_.disk_room().roomy(this);
  return true;
}

/// Returns whether nothing is left to commit: a sink that cannot commit takes no more rows.
bool StageCopy::commit_when_told() {
  const uint64_t epoch = region_.valid_epoch();
  if (epoch <= committed_epoch_) return true;
  // Of a copy that has ended the manifest has all that it ever prepares.
  const uint64_t upto = region_.has_end(*this) ? UINT64_MAX : epoch;
  for (const auto& op : operators_) {
    if (const Status status = op->committed(upto); !status.is_ok()) {
      run_.fail(op->node(), status);
      return false;
    }
    if (op->waits_to_commit()) return false;
  }
  committed_epoch_ = epoch;
  region_.copy_committed(*this, epoch);
  return true;
}

}  // namespace weir
