#include "cli/run_directory.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "plan/bound_pipeline.hpp"
#include "plan/pipeline_fingerprint.hpp"
#include "state/run_ledger.hpp"
#include "state/run_lock.hpp"
#include "stores/dead_letters.hpp"
#include "world/whole_file.hpp"

namespace weir {
namespace {

/// The dead letters as the runtime sees them.
class KeptDeadLetters final : public DeadLetterStore {
 public:
  explicit KeptDeadLetters(DeadLetters& kept) : kept_(kept) {}
  Status append(const Batch& rows) override { return kept_.append(rows); }
  Status flush() override { return kept_.flush(); }
  Result<std::string> make_safe() override {
    WEIR_RETURN_IF_ERROR(kept_.sync());
    return kept_.mark();
  }
  Status cut_back_to(std::string_view mark) override {
    return mark.empty() ? Status::ok() : kept_.cut_back_to(mark);
  }

 private:
  DeadLetters& kept_;
};

/// Sorts by time, and is short enough to type: 20250131-120000-4f2a.
std::string new_run_id(World& world) {
  const int64_t seconds = world.clock.now_us() / 1'000'000;
  const std::time_t time = seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[40];
  std::snprintf(text, sizeof(text), "%04d%02d%02d-%02d%02d%02d-%04x", parts.tm_year + 1900, parts.tm_mon + 1,
                parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                static_cast<unsigned>(world.random.next() & 0xFFFF));
  return text;
}

const char* outcome_word(RunResult end) {
  switch (end) {
    case RunResult::kComplete:
      return "done";
    case RunResult::kStopped:
      return "stopped";
    default:
      return "failed";
  }
}

class HeldDirectory final : public RunDirectory {
 public:
  HeldDirectory(World& world, std::string directory, RunLock lock)
      : lock_(std::move(lock)),
        world_(world),
        directory_(std::move(directory)),
        run_id_(new_run_id(world)),
        ledger_(world.disk, world.faults, directory_),
        dead_letters_(world.disk, world.faults, directory_ + "/dead", errors_schema()),
        kept_(dead_letters_) {}

  RunOptions run_options() override {
    RunOptions options;
    options.state_directory = directory_;
    options.run_id = run_id_;
    options.check_owner = [this] { return lock_.check(); };
    options.dead_letters = &kept_;
    return options;
  }

  Status begin(const LoadedPipeline& pipeline, Session& session) override {
    RunStart start;
    start.run = run_id_;
    start.started_us = world_.clock.now_us();
    start.config_hash = pipeline_fingerprint(pipeline.spec);
    start.vars = pipeline.spec.variables;
    for (const auto& library : session.catalog().loaded()) {
      start.plugins.emplace_back(library->descriptor.name, library->descriptor.build_id);
    }
    return ledger_.start(start);
  }

  Status record(const RunOutcome& outcome) override {
    WEIR_RETURN_IF_ERROR(dead_letters_.close());
    RunEnd end;
    end.run = run_id_;
    end.ended_us = world_.clock.now_us();
    end.outcome = outcome_word(outcome.end);
    end.message = outcome.status.message();
    for (const auto& [node, path] : outcome.written) end.outputs.push_back({node, path});
    for (const SourcePosition& read : outcome.positions) {
      const auto info = world_.disk.stat(read.partition);
      RunInput input{read.node, read.partition, std::nullopt, {}, read.position, read.is_ended};
      if (info.is_ok() && info->exists()) input.size_bytes = info->size_bytes;
      end.inputs.push_back(std::move(input));
    }
    for (const NodeSnapshot& node : outcome.metrics.nodes) {
      end.counts.push_back({node.name, node.rows_in, node.rows_out, node.rows_rejected});
    }
    return ledger_.end(end);
  }

 private:
  const RunLock lock_;
  World& world_;
  const std::string directory_;
  const std::string run_id_;
  RunLedger ledger_;
  DeadLetters dead_letters_;
  KeptDeadLetters kept_;
};

}  // namespace

std::string state_directory(const PipelineSpec& spec, const std::string& state) {
  return state.empty() ? spec.directory + ".weir/" + spec.name.value : state;
}

std::string where_to_read(const std::string& node, const PipelineSpec& spec) {
  const NodeSpec* const rejecting = spec.find_node(node);
  for (const NodeSpec& reader : spec.nodes) {
    for (const InputSpec& input : reader.inputs) {
      const bool reads = std::ranges::any_of(
          input.refs, [&](const InputRef& ref) { return ref.node == node && ref.port == "errors"; });
      if (reads) return "node '" + reader.name + "'";
    }
  }
  if (rejecting != nullptr && rejecting->on_error && rejecting->on_error->value == OnError::kDrop)
    return "gone, as its on_error is drop";
  return "weir dead show " + spec.file + " --node " + node;
}

Result<std::unique_ptr<RunDirectory>> RunDirectory::open(World& world, const PipelineSpec& spec,
                                                         const std::string& state) {
  std::string directory = state_directory(spec, state);
  WEIR_RETURN_IF_ERROR(make_dirs(world.disk, directory, 0700));
  // Whoever made it may have died before that. Who may not read the parent has made nothing in it.
  const Status synced = world.disk.sync_dir(directory_of(directory));
  if (!synced.is_ok() && synced.code() != Code::kDenied) return synced;
  WEIR_ASSIGN_OR_RETURN(RunLock lock, RunLock::take(world.disk, directory, getpid()));
  return std::unique_ptr<RunDirectory>(
      std::make_unique<HeldDirectory>(world, std::move(directory), std::move(lock)));
}

}  // namespace weir
