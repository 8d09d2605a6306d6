#include "runtime/region.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "runtime/buffer_edge.hpp"
#include "runtime/checkpoint_steps.hpp"
#include "runtime/stage_copy.hpp"
#include "state/instance_state.hpp"

namespace weir {
namespace {
constexpr uint64_t kFinalEpoch = UINT64_MAX;
constexpr const char* kEndedNote = "ended-node";
constexpr const char* kDeadLettersNote = "dead-letters";
constexpr const char* kCompleteNote = "complete";
/// Behind a durable edge nothing is seen before a checkpoint: who says nothing of checkpoints gets them.
constexpr int64_t kBufferedEveryNs = 1'000'000'000;
}  // namespace

Region::Region(const RegionSetup& setup, const std::string& directory)
    : setup_(setup), checkpoints_(setup.run.world().disk, setup.run.world().faults, directory) {}

Region::~Region() = default;

// ---- What stages tell, from any thread. -----------------------------------------------------------------

void Region::ask_checkpoint() {
  if (!is_asked_.exchange(true)) setup_.executor.wake();
}

void Region::add_checkpoint_part(StageCopy& copy, CopyCheckpoint part) {
  {
    const std::lock_guard lock(mutex_);
    if (part.epoch != pending_epoch_) return;
    pending_.parts.emplace(&copy, std::move(part));
  }
  setup_.executor.wake();
}

void Region::add_positions(uint64_t epoch, const std::string& source, std::vector<SourcePosition> positions) {
  {
    const std::lock_guard lock(mutex_);
    if (epoch == kFinalEpoch) {
      final_.positions[source] = std::move(positions);
    } else if (epoch == pending_epoch_) {
      pending_.positions[source] = std::move(positions);
    }
  }
  setup_.executor.wake();
}

void Region::copy_ended(StageCopy& copy, CopyCheckpoint last) {
  {
    const std::lock_guard lock(mutex_);
    final_.parts.emplace(&copy, std::move(last));
  }
  setup_.executor.wake();
}

bool Region::has_end(const StageCopy& copy) const {
  const std::lock_guard lock(mutex_);
  return ends_.contains(&copy);
}

void Region::copy_committed(StageCopy&, uint64_t epoch) {
  {
    const std::lock_guard lock(mutex_);
    if (epoch != valid_epoch_.load()) return;
    ++committed_copies_;
  }
  setup_.executor.wake();
}

// ---- The driving thread. --------------------------------------------------------------------------------

Status Region::restore(bool from_scratch) {
  WEIR_RETURN_IF_ERROR(checkpoints_.open());
  if (from_scratch) WEIR_RETURN_IF_ERROR(drop_checkpoints());
  WEIR_ASSIGN_OR_RETURN(const CheckpointStore::Latest latest, checkpoints_.latest());
  for (const std::string& reason : latest.skipped) setup_.run.warn(reason);
  setup_.epochs.saw(checkpoints_.next_epoch() - 1);
  if (!latest.manifest) return {};
  const Manifest& manifest = *latest.manifest;
  if (manifest.plan_fingerprint != pipeline().fingerprint) {
    return Status::invalid(
        "the pipeline has changed since checkpoint " + std::to_string(manifest.epoch) +
        " was taken. To begin again, run it with --from-scratch; to go on, undo the change.");
  }
  restored_.epoch = manifest.epoch;
  restored_.manifest = manifest;
  for (const ManifestNote& note : manifest.notes) {
    if (note.name == kEndedNote) restored_.ended_nodes.push_back(note.bytes);
    if (note.name == kDeadLettersNote) restored_.dead_letters = note.bytes;
    if (note.name != kCompleteNote) continue;
    restored_.is_complete = true;
    for (const BoundNode& node : pipeline().nodes) restored_.ended_nodes.push_back(node.name);
  }
  wanted_epoch_.store(manifest.epoch);
  return {};
}

Status Region::restore_state(InstanceState& state) {
  return restored_.epoch == 0 ? Status::ok() : state.restore(checkpoints_, restored_.manifest);
}

bool Region::has_ended(const std::string& source) {
  if (std::ranges::find(sources_, source) == sources_.end()) return false;
  const std::lock_guard lock(mutex_);
  return phase_ == Phase::kFinishing || phase_ == Phase::kComplete || final_.positions.contains(source);
}

bool Region::has_given_end(const std::string& source) const {
  const std::lock_guard lock(mutex_);
  return final_.positions.contains(source);
}

Status Region::start() {
  for (StageCopy* const copy : copies_) WEIR_RETURN_IF_ERROR(copy->start());
  checkpoint_began_ns_ = now_ns();
  next_checkpoint_ns_ = next_checkpoint_ns();
  return {};
}

int64_t Region::next_checkpoint_ns() {
  if (!pipeline().checkpoint_every_us && setup_.run.plan().buffers.empty()) return INT64_MAX;
  const int64_t every_ns =
      pipeline().checkpoint_every_us ? *pipeline().checkpoint_every_us * 1000 : kBufferedEveryNs;
  return next_checkpoint_step_ns(checkpoint_began_ns_, every_ns, now_ns());
}

bool Region::is_idle() const {
  return std::ranges::all_of(copies_, [this](const StageCopy* copy) {
    return ends_.contains(copy) || copy->has_rested_since_barrier();
  });
}

void Region::begin() {
  if (!restored_.is_complete) return notify_all();
  phase_ = Phase::kFinishing;
  last_epoch_ = restored_.epoch;
  recorded_positions_ = restored_.manifest.sources;
  begin_commit(kFinalEpoch);
}

Status Region::write_manifest(uint64_t epoch, Pending pending, std::vector<std::string> ended,
                              bool is_complete) {
  Manifest manifest;
  manifest.epoch = epoch;
  manifest.time_us = setup_.run.world().clock.now_us();
  manifest.run = setup_.run.run_id();
  manifest.plan_fingerprint = pipeline().fingerprint;
  for (auto& [source, positions] : pending.positions) {
    std::ranges::move(positions, std::back_inserter(manifest.sources));
  }
  for (auto& [copy, part] : pending.parts) {
    std::ranges::move(part.tokens, std::back_inserter(manifest.sinks));
    std::ranges::move(part.notes, std::back_inserter(manifest.notes));
  }
  for (const BoundNode& node : pipeline().nodes) {
    if (node.format) manifest.formats.push_back({node.name, node.format->inferred});
  }
  for (const NodeSnapshot& node : setup_.metrics.snapshot().nodes) {
    manifest.totals.push_back({node.name, node.rows_in, node.rows_out, node.rows_rejected});
  }
  for (std::string& node : ended) manifest.notes.push_back({kEndedNote, std::move(node)});
  if (is_complete) manifest.notes.push_back({kCompleteNote, {}});
  recorded_positions_ = manifest.sources;
  WEIR_ASSIGN_OR_RETURN(std::string mark, setup_.dead_letters.make_safe());
  manifest.notes.push_back({kDeadLettersNote, std::move(mark)});
  std::vector<std::pair<BufferEdge*, BufferMark>> marks;
  for (BufferEdge* const edge : written_) {
    if (const auto buffer_mark = edge->mark_in(manifest)) marks.emplace_back(edge, *buffer_mark);
  }
  WEIR_RETURN_IF_ERROR(setup_.run.check_owner());
  WEIR_RETURN_IF_ERROR(checkpoints_.commit(std::move(manifest)));
  last_epoch_ = epoch;
  for (const auto& [edge, buffer_mark] : marks) edge->publish(buffer_mark);
  return {};
}

std::optional<std::vector<std::string>> Region::ended_nodes(const Pending& pending) const {
  // A copy that had ended before the barrier gave no part.
  std::map<std::string, std::set<bool>> stages;  // Stage name -> whether its copies gave a part.
  std::set<std::string> nodes;
  std::set<std::string> living;
  for (StageCopy* const copy : copies_) {
    const bool gave = pending.parts.contains(copy);
    stages[copy->name()].insert(gave);
    for (size_t i = 0; i < copy->operator_count(); ++i) {
      nodes.insert(copy->op(i).node());
      if (gave) living.insert(copy->op(i).node());
    }
  }
  if (std::ranges::any_of(stages, [](const auto& stage) { return stage.second.size() > 1; }))
    return std::nullopt;
  // What had ended before the restart does nothing but pass the end on, and stays ended.
  for (const std::string& node : restored_.ended_nodes) living.erase(node);
  std::vector<std::string> ended;
  std::ranges::set_difference(nodes, living, std::back_inserter(ended));
  return ended;
}

Status Region::step() {
  if (is_over()) return {};
  bool all_ended = false;
  bool all_committed = false;
  {
    const std::lock_guard lock(mutex_);
    all_ended = final_.parts.size() == copies_.size();
    all_committed = is_committing_ && committed_copies_ == copies_.size();
    if (all_committed) is_committing_ = false;
  }
  if (all_committed) WEIR_RETURN_IF_ERROR(committed());
  if (phase_ != Phase::kRunning) return {};
  if (all_ended) return end();
  return is_checkpoint_complete() ? finish_checkpoint() : begin_checkpoint_when_due();
}

Status Region::committed() {
  if (phase_ == Phase::kFinishing) {
    // What it leaves goes when no other region needs it any more.
    phase_ = Phase::kComplete;
    return {};
  }
  WEIR_RETURN_IF_ERROR(checkpoints_.drop_before(valid_epoch_.load()));
  if (is_stop_checkpoint_begun_) phase_ = Phase::kStopped;
  return {};
}

Status Region::end() {
  phase_ = Phase::kFinishing;
  Pending last;
  {
    const std::lock_guard lock(mutex_);
    pending_epoch_ = 0;
    last = std::move(final_);
  }
  const uint64_t epoch = setup_.epochs.next();
  WEIR_RETURN_IF_ERROR(checkpoints_.begin(epoch));
  WEIR_RETURN_IF_ERROR(write_manifest(epoch, std::move(last), {}, true));
  begin_commit(kFinalEpoch);
  return {};
}

Status Region::begin_checkpoint_when_due() {
  const bool must_stop = setup_.run.is_stop_asked();
  {
    const std::lock_guard lock(mutex_);
    if (pending_epoch_ != 0 || is_committing_ || is_stop_checkpoint_begun_) return {};
    const bool is_asked = setup_.control.checkpoint_requests() > answered_requests_ || is_asked_.load();
    if (!must_stop && !is_asked) {
      if (now_ns() < next_checkpoint_ns_) return {};
      if (is_idle()) {
        next_checkpoint_ns_ = next_checkpoint_ns();
        return {};
      }
    }
    // Nothing begins where nothing can flow any more: the final manifest comes.
    if (final_.positions.size() == sources_.size()) return {};
    pending_epoch_ = setup_.epochs.next();
    pending_ = {};
    answered_requests_ = setup_.control.checkpoint_requests();
    is_asked_.store(false);
  }
  if (must_stop) {
    is_stop_checkpoint_begun_ = true;
    setup_.run.stop_sources();
  }
  checkpoint_began_ns_ = now_ns();
  WEIR_RETURN_IF_ERROR(checkpoints_.begin(pending_epoch_));
  wanted_epoch_.store(pending_epoch_, std::memory_order_release);
  notify_all();
  return {};
}

bool Region::is_checkpoint_complete() {
  const std::lock_guard lock(mutex_);
  if (pending_epoch_ == 0) return false;
  const auto gave_part = [this](const StageCopy* copy) {
    return pending_.parts.contains(copy) || final_.parts.contains(copy);
  };
  const auto told_positions = [this](const std::string& source) {
    return pending_.positions.contains(source) || final_.positions.contains(source);
  };
  return std::ranges::all_of(copies_, gave_part) && std::ranges::all_of(sources_, told_positions);
}

Status Region::finish_checkpoint() {
  Pending pending;
  uint64_t epoch = 0;
  {
    const std::lock_guard lock(mutex_);
    epoch = std::exchange(pending_epoch_, 0);
    pending = std::exchange(pending_, {});
  }
  const std::optional<std::vector<std::string>> ended = ended_nodes(pending);
  std::vector<const StageCopy*> ended_copies;
  {
    // Who had ended before the barrier came gave everything at its end; who ended after it counts as of then.
    const std::lock_guard lock(mutex_);
    for (const auto& [copy, part] : final_.parts) {
      if (pending.parts.try_emplace(copy, part).second) ended_copies.push_back(copy);
    }
    for (const auto& [source, positions] : final_.positions) pending.positions.try_emplace(source, positions);
  }
  next_checkpoint_ns_ = next_checkpoint_ns();
  if (!ended) {
    // What half a node would give after a restart is not known. The next checkpoint may find it whole.
    is_stop_checkpoint_begun_ = false;
    return {};
  }
  WEIR_RETURN_IF_ERROR(write_manifest(epoch, std::move(pending), *ended, false));
  {
    const std::lock_guard lock(mutex_);
    ends_.insert(ended_copies.begin(), ended_copies.end());
  }
  ++checkpoint_count_;
  setup_.record.done(epoch, checkpoints_.written_bytes(), checkpoint_began_ns_, setup_.run.world().clock);
  begin_commit(epoch);
  return {};
}

void Region::begin_commit(uint64_t epoch) {
  {
    const std::lock_guard lock(mutex_);
    is_committing_ = true;
    committed_copies_ = 0;
    // Under the lock: a copy that is late with the commit before must not count for this one.
    valid_epoch_.store(epoch, std::memory_order_release);
  }
  notify_all();
}

void Region::notify_all() {
  for (StageCopy* const copy : copies_) copy->notify();
}

int64_t Region::next_deadline() {
  const std::lock_guard lock(mutex_);
  // While one is being taken, its parts wake the driving thread, and no time does.
  const bool may_begin = phase_ == Phase::kRunning && pending_epoch_ == 0 && !is_committing_ &&
                         final_.positions.size() < sources_.size();
  return may_begin ? next_checkpoint_ns_ : INT64_MAX;
}

}  // namespace weir
