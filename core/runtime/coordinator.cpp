#include "runtime/coordinator.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "state/instance_state.hpp"
#include "world/whole_file.hpp"

namespace weir {
namespace {
constexpr uint64_t kFinalEpoch = UINT64_MAX;
constexpr const char* kEndedNote = "ended-node";
constexpr const char* kDeadLettersNote = "dead-letters";
constexpr const char* kCompleteNote = "complete";
constexpr int64_t kWatchEveryNs = 200'000'000;
}  // namespace

Coordinator::~Coordinator() = default;

// ---- What stages tell, from any thread. -----------------------------------------------------------------

void Coordinator::fail(const std::string& node, const Status& status) {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(has_failed_, true)) return;
    fault_ = status;
    fault_node_ = node;
  }
  is_cancelled_.store(true);
  executor_.wake();
}

void Coordinator::add_checkpoint_part(StageCopy& copy, CopyCheckpoint part) {
  {
    const std::lock_guard lock(mutex_);
    if (part.epoch != pending_epoch_) return;
    pending_.parts.emplace(&copy, std::move(part));
  }
  executor_.wake();
}

void Coordinator::add_positions(uint64_t epoch, const std::string& node,
                                std::vector<SourcePosition> positions) {
  {
    const std::lock_guard lock(mutex_);
    if (epoch == kFinalEpoch) {
      final_.positions[node] = std::move(positions);
    } else if (epoch == pending_epoch_) {
      pending_.positions[node] = std::move(positions);
    }
  }
  executor_.wake();
}

void Coordinator::copy_ended(StageCopy& copy, CopyCheckpoint last) {
  {
    const std::lock_guard lock(mutex_);
    final_.parts.emplace(&copy, std::move(last));
  }
  executor_.wake();
}

void Coordinator::copy_committed(StageCopy&, uint64_t epoch) {
  {
    const std::lock_guard lock(mutex_);
    if (epoch != valid_epoch_.load()) return;
    ++committed_copies_;
  }
  executor_.wake();
}

uint32_t Coordinator::partition_id(const std::string& node, const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto [entry, is_new] =
      partition_ids_.try_emplace({node, name}, static_cast<uint32_t>(partition_names_.size() + 1));
  if (is_new) partition_names_.push_back(std::make_unique<std::string>(name));
  return entry->second;
}

const std::string& Coordinator::partition_name(uint32_t id) {
  const std::lock_guard lock(mutex_);
  return *partition_names_.at(id - 1);
}

void Coordinator::count(const std::string& node, const std::string& metric, int64_t amount) {
  const std::lock_guard lock(mutex_);
  counters_[{node, metric}] += amount;
}

void Coordinator::wake_at(Actor& actor, int64_t until_ns) {
  {
    const std::lock_guard lock(mutex_);
    timers_.emplace(until_ns, &actor);
  }
  executor_.wake();
}

void Coordinator::record_path(const std::string& node, std::string path) {
  const std::lock_guard lock(mutex_);
  std::pair<std::string, std::string> entry(node, std::move(path));
  if (std::ranges::find(written_, entry) == written_.end()) written_.push_back(std::move(entry));
}

// ---- The driving thread. --------------------------------------------------------------------------------

Coordinator::Coordinator(const Plan& plan, const RunOptions& options, HostTable& host, Executor& executor,
                         RunControl& control)
    : plan_(plan), options_(options), host_(host), executor_(executor), control_(control) {}

RunOutcome Coordinator::drive(const std::function<void(const RunProgress&)>& watch) {
  begin();
  while (go_on()) {
    const int64_t now_ns = world().clock.monotonic_ns();
    if (now_ns >= next_watch_ns_) {
      next_watch_ns_ = now_ns + kWatchEveryNs;
      if (watch) watch(progress());
    }
    executor_.wait(next_deadline());
  }
  return finish();
}

void Coordinator::begin() {
  Status status = restore();
  if (status.is_ok()) {
    stages_ =
        std::make_unique<RunningStages>(plan_, *this, executor_, metrics_, *options_.dead_letters, restored_);
    for (const auto& copy : stages_->copies()) {
      if (status.is_ok()) status = copy->start();
    }
    if (plan_.pipeline.checkpoint_every_us) {
      next_checkpoint_ns_ = world().clock.monotonic_ns() + *plan_.pipeline.checkpoint_every_us * 1000;
    }
  }
  if (!status.is_ok()) return fail({}, status);
  notify_all();
}

bool Coordinator::go_on() {
  if (phase_ != Phase::kOver) {
    if (const Status status = step(); !status.is_ok()) {
      fail({}, status);
      phase_ = Phase::kOver;
    }
  }
  return phase_ != Phase::kOver;
}

void Coordinator::cancel() {
  is_cancelled_.store(true);
  if (stages_ == nullptr) return;
  for (const auto& copy : stages_->copies()) copy->cancel();
}

RunOutcome Coordinator::finish() {
  cancel();
  executor_.drain();
  return outcome();
}

/// Finds where to go on. A newest checkpoint that is complete only had its commit left to do.
Status Coordinator::restore() {
  checkpoints_ = std::make_unique<CheckpointStore>(world().disk, world().faults,
                                                   options_.state_directory + "/checkpoints");
  WEIR_RETURN_IF_ERROR(checkpoints_->open());
  spill_directory_ = options_.state_directory + "/spill";
  WEIR_RETURN_IF_ERROR(make_dirs(world().disk, spill_directory_));
  if (options_.from_scratch) WEIR_RETURN_IF_ERROR(checkpoints_->drop_before(UINT64_MAX));
  WEIR_ASSIGN_OR_RETURN(const CheckpointStore::Latest latest, checkpoints_->latest());
  for (const std::string& reason : latest.skipped) host_.log().warn(reason);
  if (!latest.manifest) return {};
  const Manifest& manifest = *latest.manifest;
  if (manifest.plan_fingerprint != plan_.pipeline.fingerprint) {
    return Status::invalid(
        "the pipeline has changed since checkpoint " + std::to_string(manifest.epoch) +
        " was taken. To begin again, run it with --from-scratch; to go on, undo the change.");
  }
  restored_.epoch = manifest.epoch;
  restored_.manifest = manifest;
  for (const ManifestNote& note : manifest.notes) {
    if (note.name == kEndedNote) restored_.ended_nodes.push_back(note.bytes);
    if (note.name == kDeadLettersNote) WEIR_RETURN_IF_ERROR(options_.dead_letters->cut_back_to(note.bytes));
    if (note.name != kCompleteNote) continue;
    for (const BoundNode& node : plan_.pipeline.nodes) restored_.ended_nodes.push_back(node.name);
  }
  wanted_epoch_.store(manifest.epoch);
  return {};
}

Status Coordinator::restore_state(InstanceState& state) {
  return restored_.epoch == 0 ? Status::ok() : state.restore(*checkpoints_, restored_.manifest);
}

Status Coordinator::write_manifest(uint64_t epoch, Pending pending, std::vector<std::string> ended,
                                   bool is_complete) {
  Manifest manifest;
  manifest.epoch = epoch;
  manifest.time_us = world().clock.now_us();
  manifest.run = options_.run_id;
  manifest.plan_fingerprint = plan_.pipeline.fingerprint;
  for (auto& [node, positions] : pending.positions) {
    std::ranges::move(positions, std::back_inserter(manifest.sources));
  }
  for (auto& [copy, part] : pending.parts) std::ranges::move(part.tokens, std::back_inserter(manifest.sinks));
  for (const BoundNode& node : plan_.pipeline.nodes) {
    if (node.format) manifest.formats.push_back({node.name, node.format->inferred});
  }
  for (const NodeSnapshot& node : metrics_.snapshot().nodes) {
    manifest.totals.push_back({node.name, node.rows_in, node.rows_out, node.rows_rejected});
  }
  for (std::string& node : ended) manifest.notes.push_back({kEndedNote, std::move(node)});
  if (is_complete) manifest.notes.push_back({kCompleteNote, {}});
  recorded_positions_ = manifest.sources;
  WEIR_ASSIGN_OR_RETURN(std::string mark, options_.dead_letters->make_safe());
  manifest.notes.push_back({kDeadLettersNote, std::move(mark)});
  return checkpoints_->commit(std::move(manifest));
}

std::optional<std::vector<std::string>> Coordinator::ended_nodes(const Pending& pending) const {
  // A copy that had ended before the barrier gave no part.
  std::map<std::string, std::set<bool>> stages;  // Stage name -> whether its copies gave a part.
  std::set<std::string> nodes;
  std::set<std::string> living;
  for (const auto& copy : stages_->copies()) {
    const bool gave = pending.parts.contains(copy.get());
    stages[copy->name()].insert(gave);
    for (size_t i = 0; i < copy->operator_count(); ++i) {
      nodes.insert(copy->op(i).node());
      if (gave) living.insert(copy->op(i).node());
    }
  }
  if (std::ranges::any_of(stages, [](const auto& stage) { return stage.second.size() > 1; }))
    return std::nullopt;
  std::vector<std::string> ended;
  std::ranges::set_difference(nodes, living, std::back_inserter(ended));
  return ended;
}

/// One look at what has happened, and what follows from it.
Status Coordinator::step() {
  fire_timers();
  if (is_cancelled()) {
    phase_ = Phase::kOver;
    return {};
  }
  if (control_.stop_requests() > 1) {
    is_cancelled_.store(true);
    phase_ = Phase::kOver;
    return {};
  }
  bool all_ended = false;
  bool all_committed = false;
  {
    const std::lock_guard lock(mutex_);
    all_ended = final_.parts.size() == stages_->copies().size();
    all_committed = is_committing_ && committed_copies_ == stages_->copies().size();
  }
  if (all_committed) {
    {
      const std::lock_guard lock(mutex_);
      is_committing_ = false;
    }
    // A run that is complete leaves nothing to go on from.
    WEIR_RETURN_IF_ERROR(checkpoints_->drop_before(valid_epoch_.load()));
    is_complete_ = phase_ == Phase::kFinishing;
    if (is_complete_ || is_stop_checkpoint_begun_) {
      phase_ = Phase::kOver;
      return {};
    }
  }
  if (phase_ == Phase::kRunning && all_ended) {
    phase_ = Phase::kFinishing;
    Pending last;
    {
      const std::lock_guard lock(mutex_);
      pending_epoch_ = 0;
      last = std::move(final_);
    }
    const uint64_t epoch = std::max(wanted_epoch_.load() + 1, checkpoints_->next_epoch());
    WEIR_RETURN_IF_ERROR(checkpoints_->begin(epoch));
    WEIR_RETURN_IF_ERROR(write_manifest(epoch, std::move(last), {}, true));
    begin_commit(kFinalEpoch);
    return {};
  }
  if (phase_ == Phase::kRunning && is_checkpoint_complete()) return finish_checkpoint();
  return phase_ == Phase::kRunning ? begin_checkpoint_when_due() : Status::ok();
}

Status Coordinator::begin_checkpoint_when_due() {
  const bool must_stop = control_.stop_requests() > 0;
  const int64_t now_ns = world().clock.monotonic_ns();
  {
    const std::lock_guard lock(mutex_);
    if (pending_epoch_ != 0 || is_committing_ || is_stop_checkpoint_begun_) return {};
    const bool is_asked = control_.checkpoint_requests() > answered_requests_;
    if (!must_stop && !is_asked && now_ns < next_checkpoint_ns_) return {};
    // Nothing begins where nothing can flow any more: the final manifest comes.
    if (final_.positions.size() == stages_->source_count()) return {};
    pending_epoch_ = std::max(wanted_epoch_.load() + 1, checkpoints_->next_epoch());
    pending_ = {};
    answered_requests_ = control_.checkpoint_requests();
  }
  if (must_stop) {
    is_stop_checkpoint_begun_ = true;
    is_stopping_.store(true);
  }
  WEIR_RETURN_IF_ERROR(checkpoints_->begin(pending_epoch_));
  wanted_epoch_.store(pending_epoch_, std::memory_order_release);
  notify_all();
  return {};
}

bool Coordinator::is_checkpoint_complete() {
  const std::lock_guard lock(mutex_);
  if (pending_epoch_ == 0) return false;
  for (const auto& copy : stages_->copies()) {
    if (!pending_.parts.contains(copy.get()) && !final_.parts.contains(copy.get())) return false;
  }
  return std::ranges::all_of(plan_.pipeline.nodes, [this](const BoundNode& node) {
    return node.kind() != WEIR_KIND_SOURCE || pending_.positions.contains(node.name) ||
           final_.positions.contains(node.name);
  });
}

Status Coordinator::finish_checkpoint() {
  Pending pending;
  uint64_t epoch = 0;
  {
    const std::lock_guard lock(mutex_);
    epoch = std::exchange(pending_epoch_, 0);
    pending = std::exchange(pending_, {});
  }
  const std::optional<std::vector<std::string>> ended = ended_nodes(pending);
  {
    // Who had ended before the barrier came gave everything at its end; who ended after it counts as of then.
    const std::lock_guard lock(mutex_);
    for (const auto& [copy, part] : final_.parts) pending.parts.try_emplace(copy, part);
    for (const auto& [node, positions] : final_.positions) pending.positions.try_emplace(node, positions);
  }
  next_checkpoint_ns_ = world().clock.monotonic_ns() + plan_.pipeline.checkpoint_every_us.value_or(0) * 1000;
  if (!plan_.pipeline.checkpoint_every_us) next_checkpoint_ns_ = INT64_MAX;
  // What half a node would give after a restart is not known. The next checkpoint may find it whole.
  if (!ended) return {};
  WEIR_RETURN_IF_ERROR(write_manifest(epoch, std::move(pending), *ended, false));
  ++checkpoint_count_;
  begin_commit(epoch);
  return {};
}

void Coordinator::begin_commit(uint64_t epoch) {
  {
    const std::lock_guard lock(mutex_);
    is_committing_ = true;
    committed_copies_ = 0;
  }
  valid_epoch_.store(epoch, std::memory_order_release);
  notify_all();
}

void Coordinator::notify_all() {
  if (stages_ == nullptr) return;
  for (const auto& copy : stages_->copies()) copy->notify();
}

void Coordinator::fire_timers() {
  std::vector<Actor*> due;
  {
    const std::lock_guard lock(mutex_);
    const auto end = timers_.upper_bound(world().clock.monotonic_ns());
    for (auto timer = timers_.begin(); timer != end; ++timer) due.push_back(timer->second);
    timers_.erase(timers_.begin(), end);
  }
  for (Actor* const actor : due) actor->notify();
}

int64_t Coordinator::next_deadline() {
  const std::lock_guard lock(mutex_);
  int64_t deadline = next_watch_ns_;
  if (!timers_.empty()) deadline = std::min(deadline, timers_.begin()->first);
  // While one is being taken, its parts wake this thread, and no time does.
  const bool may_begin = phase_ == Phase::kRunning && pending_epoch_ == 0 && !is_committing_ &&
                         final_.positions.size() < stages_->source_count();
  if (may_begin) deadline = std::min(deadline, next_checkpoint_ns_);
  return deadline;
}

RunProgress Coordinator::progress() {
  RunProgress progress;
  progress.metrics = metrics_.snapshot();
  stages_->progress(progress.bytes_done, progress.bytes_total);
  return progress;
}

RunOutcome Coordinator::outcome() {
  RunOutcome result;
  result.metrics = metrics_.snapshot();
  result.checkpoints = checkpoint_count_;
  result.positions = recorded_positions_;
  result.resumed_epoch = restored_.epoch;
  const std::lock_guard lock(mutex_);
  result.status = fault_;
  result.node = fault_node_;
  result.written = written_;
  if (has_failed_) return result;
  result.end = is_complete_ ? RunResult::kComplete : RunResult::kStopped;
  return result;
}

RunOutcome run_plan(const Plan& plan, const RunOptions& options, HostTable& host, Executor& executor,
                    RunControl& control, const std::function<void(const RunProgress&)>& watch) {
  return Coordinator(plan, options, host, executor, control).drive(watch);
}

}  // namespace weir
