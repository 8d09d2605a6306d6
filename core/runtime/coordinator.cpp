#include "runtime/coordinator.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "runtime/finished_positions.hpp"
#include "world/whole_file.hpp"

namespace weir {
namespace {
constexpr int64_t kWatchEveryNs = 200'000'000;
constexpr int64_t kStopPatienceNs = 30'000'000'000;
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

uint32_t Coordinator::open_sources_beside(const std::string& node) {
  const std::vector<BoundNode>& nodes = plan_.pipeline.nodes;
  const std::string& own = std::ranges::find(nodes, node, &BoundNode::name)->component_name;
  const auto is_open = [&](const BoundNode& other) {
    return other.kind() == WEIR_KIND_SOURCE && other.component_name != own &&
           std::ranges::none_of(regions_,
                                [&](const auto& region) { return region->has_given_end(other.name); });
  };
  return static_cast<uint32_t>(std::ranges::count_if(nodes, is_open));
}

void Coordinator::wake_at(Actor& actor, int64_t until_ns) {
  {
    const std::lock_guard lock(mutex_);
    // An actor may be woken many times before; one timer is enough.
    const auto [first, last] = timers_.equal_range(until_ns);
    if (std::any_of(first, last, [&](const auto& timer) { return timer.second == &actor; })) return;
    timers_.emplace(until_ns, &actor);
  }
  executor_.wake();
}

// ---- The driving thread. --------------------------------------------------------------------------------

Coordinator::Coordinator(const Plan& plan, const RunOptions& options, HostTable& host, Executor& executor,
                         RunControl& control)
    : plan_(plan), options_(options), host_(host), executor_(executor), control_(control) {}

RunOutcome Coordinator::drive(const std::function<void(const RunStatus&)>& watch) {
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
  if (status.is_ok() && !is_over_) status = start();
  if (!status.is_ok()) return fail({}, status);
  if (is_over_) return;
  for (const auto& copy : stages_->copies()) copy->release();
  for (const auto& region : regions_) region->begin();
}

Status Coordinator::start() {
  stages_ = std::make_unique<RunningStages>(plan_, *this, executor_, metrics_, *options_.dead_letters,
                                            options_.state_directory + "/buffers", regions_);
  for (size_t i = 0; i < plan_.buffers.size(); ++i) {
    const PlanBuffer& planned = plan_.buffers[i];
    WEIR_RETURN_IF_ERROR(stages_->buffers()[i]->open(regions_[planned.from_region]->restored().manifest,
                                                     regions_[planned.to_region]->restored().manifest));
  }
  for (const auto& region : regions_) WEIR_RETURN_IF_ERROR(region->start());
  return {};
}

bool Coordinator::go_on() {
  if (!is_over_) {
    if (const Status status = step(); !status.is_ok()) {
      fail({}, status);
      is_over_ = true;
    }
  }
  return !is_over_;
}

void Coordinator::cancel() {
  is_cancelled_.store(true);
  if (stages_ == nullptr) return;
  for (const auto& copy : stages_->copies()) copy->cancel();
}

RunOutcome Coordinator::finish() {
  cancel();
  executor_.drain();
  if (stages_ == nullptr) return outcome();
  // Whoever still notifies, such as the thread that waits for sockets, must find nothing to run.
  for (const auto& copy : stages_->copies()) {
    while (!copy->retire()) executor_.drain();
  }
  return outcome();
}

FinishedPositions Coordinator::finished() { return {world(), plan_.pipeline, options_.state_directory}; }

Status Coordinator::restore() {
  WEIR_RETURN_IF_ERROR(begin_spill());
  const std::string checkpoints = options_.state_directory + "/checkpoints";
  const RegionSetup setup{*this,   executor_,         control_, metrics_, *options_.dead_letters,
                          epochs_, checkpoint_record_};
  const std::string complete = complete_path();
  WEIR_ASSIGN_OR_RETURN(const FileInfo mark, world().disk.stat(complete));
  // Whoever wrote it may have died before its name was safe, and what it stands for goes next.
  if (mark.exists()) WEIR_RETURN_IF_ERROR(world().disk.sync_dir(directory_of(complete)));
  std::set<std::string> known;
  const Restored* newest = nullptr;
  for (const PlanRegion& planned : plan_.regions) {
    const std::string directory = planned.name.empty() ? checkpoints : checkpoints + "/" + planned.name;
    regions_.push_back(std::make_unique<Region>(setup, directory));
    // Where the region of the sources knows nothing, what others know is of a run that is over.
    const bool is_anew = options_.from_scratch || mark.exists() || (newest == nullptr && regions_.size() > 1);
    WEIR_RETURN_IF_ERROR(regions_.back()->restore(is_anew));
    const Restored& restored = regions_.back()->restored();
    if (restored.epoch > 0 && (newest == nullptr || newest->epoch < restored.epoch)) newest = &restored;
    known.insert(planned.name);
  }
  if (mark.exists()) {
    // All was done but for the last of the forgetting.
    WEIR_RETURN_IF_ERROR(remove_unknown(options_.state_directory + "/buffers", {}));
    WEIR_RETURN_IF_ERROR(remove_mark());
    is_complete_ = is_over_ = !options_.from_scratch;
    if (is_over_) return {};
  }
  if (newest == nullptr) {
    WEIR_RETURN_IF_ERROR(remove_unknown(checkpoints, known));
    known.clear();
    for (const PlanBuffer& buffer : plan_.buffers) known.insert(buffer.name);
    WEIR_RETURN_IF_ERROR(remove_unknown(options_.state_directory + "/buffers", known));
  }
  if (options_.from_scratch) WEIR_RETURN_IF_ERROR(finished().forget());
  if (newest == nullptr) {
    WEIR_ASSIGN_OR_RETURN(const std::vector<SourcePosition> read, finished().read());
    for (const auto& region : regions_) region->set_read_before(read);
  }
  const auto& rejected = newest == nullptr ? options_.dead_letters_begin : newest->dead_letters;
  return rejected ? options_.dead_letters->cut_back_to(*rejected) : Status::ok();
}

/// What a process that was killed had put aside is of no use to this one, or to any.
Status Coordinator::begin_spill() {
  spill_directory_ = options_.state_directory + "/spill";
  WEIR_RETURN_IF_ERROR(make_dirs(world().disk, spill_directory_));
  WEIR_ASSIGN_OR_RETURN(const std::vector<DirectoryEntry> left_over, world().disk.list(spill_directory_));
  for (const DirectoryEntry& entry : left_over)
    WEIR_RETURN_IF_ERROR(world().disk.unlink(spill_directory_ + "/" + entry.name));
  return {};
}

std::string Coordinator::complete_path() const { return options_.state_directory + "/checkpoints/complete"; }

Status Coordinator::remove_mark() {
  WEIR_RETURN_IF_ERROR(world().disk.unlink(complete_path()));
  return world().disk.sync_dir(directory_of(complete_path()));
}

/// What regions and durable edges left that the pipeline does not have any more. Nothing needs it.
Status Coordinator::remove_unknown(const std::string& directory, const std::set<std::string>& known) {
  WEIR_ASSIGN_OR_RETURN(const FileInfo info, world().disk.stat(directory));
  if (!info.exists()) return {};
  WEIR_ASSIGN_OR_RETURN(const std::vector<DirectoryEntry> entries, world().disk.list(directory));
  for (const DirectoryEntry& entry : entries) {
    if (entry.kind != FileInfo::Kind::kDirectory || known.contains(entry.name)) continue;
    const std::string path = directory + "/" + entry.name;
    WEIR_ASSIGN_OR_RETURN(const std::vector<DirectoryEntry> files, world().disk.list(path));
    for (const DirectoryEntry& file : files)
      WEIR_RETURN_IF_ERROR(world().disk.unlink(path + "/" + file.name));
    WEIR_RETURN_IF_ERROR(world().disk.remove_dir(path));
  }
  return {};
}

/// One look at what has happened, and what follows from it.
Status Coordinator::step() {
  fire_timers();
  if (control_.stop_requests() > 1 || has_waited_to_stop()) is_cancelled_.store(true);
  if (is_cancelled()) {
    is_over_ = true;
    return {};
  }
  for (const auto& region : regions_) WEIR_RETURN_IF_ERROR(region->step());
  if (std::ranges::all_of(regions_, &Region::is_complete)) return end_when_complete();
  is_over_ = std::ranges::all_of(regions_, &Region::is_over);
  return is_over_ ? Status::ok() : check_stall();
}

/// A sink that does not answer must not keep a run from stopping: what it has not taken comes again.
bool Coordinator::has_waited_to_stop() {
  if (control_.stop_requests() == 0) return false;
  const int64_t now_ns = world().clock.monotonic_ns();
  if (stop_deadline_ns_ == INT64_MAX) stop_deadline_ns_ = now_ns + kStopPatienceNs;
  if (now_ns < stop_deadline_ns_) return false;
  warn("not all could be written within 30 s of the stop: the next run goes on from the last checkpoint");
  return true;
}

/// Better to stop and say so than to stand still for ever.
Status Coordinator::check_stall() {
  if (!stall_.looks_stalled(world().clock.monotonic_ns(), stages_->slices(), stages_->input_waits()))
    return {};
  const std::string why = stages_->why_stalled();
  if (why.empty()) return {};
  return Status::internal("nothing has run for 10 s though input waits: the pipeline waits for itself." +
                          why + "\nA component may not refuse one input because of another.");
}

void Coordinator::notify_all() {
  for (const auto& region : regions_) region->notify_all();
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

void Coordinator::source_caught_up() {
  caught_up_sources_.fetch_add(1);
  executor_.wake();
}

bool Coordinator::is_stop_asked() const { return control_.stop_requests() > 0 || has_caught_up(); }

/// Whether a run until now has read what was there.
bool Coordinator::has_caught_up() const {
  const size_t caught_up = caught_up_sources_.load();
  if (caught_up == 0) return false;
  const auto is_open = [this](const BoundNode& node) {
    return node.kind() == WEIR_KIND_SOURCE &&
           std::ranges::none_of(regions_, [&](const auto& region) { return region->has_ended(node.name); });
  };
  return std::ranges::count_if(plan_.pipeline.nodes, is_open) <= static_cast<int64_t>(caught_up);
}

/// A run that is complete leaves nothing to go on from but what it has read. Its regions forget one after the
/// other, and where only some have, no other run can tell what that means: so it is written down first.
Status Coordinator::end_when_complete() {
  WEIR_RETURN_IF_ERROR(finished().keep(source_positions()));
  WEIR_RETURN_IF_ERROR(write_atomic(world().disk, world().faults, "complete", complete_path(), {}, 0600));
  for (const auto& region : regions_) WEIR_RETURN_IF_ERROR(region->drop_checkpoints());
  for (const auto& buffer : stages_->buffers()) WEIR_RETURN_IF_ERROR(buffer->clear());
  WEIR_RETURN_IF_ERROR(remove_mark());
  is_complete_ = true;
  is_over_ = true;
  return {};
}

int64_t Coordinator::next_deadline() {
  int64_t deadline = std::min(next_watch_ns_, stop_deadline_ns_);
  for (const auto& region : regions_) deadline = std::min(deadline, region->next_deadline());
  const std::lock_guard lock(mutex_);
  if (!timers_.empty()) deadline = std::min(deadline, timers_.begin()->first);
  return deadline;
}

std::vector<BufferReport> Coordinator::buffer_reports() const {
  std::vector<BufferReport> reports;
  if (stages_ == nullptr) return reports;
  for (const auto& buffer : stages_->buffers()) reports.push_back(buffer->report());
  return reports;
}

uint64_t Coordinator::checkpoint_count() const {
  uint64_t count = 0;
  for (const auto& region : regions_) count += region->checkpoint_count();
  return count;
}

RunStatus Coordinator::progress() {
  RunStatus status;
  status.pipeline = plan_.pipeline.name;
  status.run = options_.run_id;
  status.now_us = world().clock.now_us();
  status.phase = is_stopping() || is_stop_asked() ? RunPhase::kStopping : RunPhase::kRunning;
  status.metrics = metrics_.snapshot();
  status.checkpoint = checkpoint_record_.status();
  status.disk = disk_room().status();
  stages_->describe(status);
  for (const BufferReport& report : buffer_reports()) {
    EdgeSnapshot& edge = status.metrics.edges.emplace_back();
    edge.from = report.name + ".buffer";
    edge.to = report.name;
    edge.queued_bytes = report.queued_bytes;
  }
  return status;
}

bool Coordinator::is_source(const std::string& node) const {
  return std::ranges::find(plan_.pipeline.nodes, node, &BoundNode::name) != plan_.pipeline.nodes.end();
}

std::vector<SourcePosition> Coordinator::source_positions() const {
  std::vector<SourcePosition> positions;
  for (const auto& region : regions_) {
    std::ranges::copy_if(region->recorded_positions(), std::back_inserter(positions),
                         [this](const SourcePosition& position) { return is_source(position.node); });
  }
  return positions;
}

RunOutcome Coordinator::outcome() {
  RunOutcome result;
  result.metrics = metrics_.snapshot();
  result.buffers = buffer_reports();
  result.checkpoints = checkpoint_count();
  result.positions = source_positions();
  for (const auto& region : regions_) {
    result.resumed_epoch = std::max(result.resumed_epoch, region->restored().epoch);
  }
  if (stages_ != nullptr) result.written = stages_->written();
  const std::lock_guard lock(mutex_);
  result.status = fault_;
  result.node = fault_node_;
  if (has_failed_) return result;
  result.end = is_complete_ ? RunResult::kComplete : RunResult::kStopped;
  return result;
}

}  // namespace weir
