#include "cli/last_run.hpp"

#include <utility>

#include "cli/run_directory.hpp"
#include "telemetry/log_line.hpp"
#include "world/world.hpp"

namespace weir {

Result<StateOf> state_of(const PipelineFlags& flags, const std::string& state) {
  WEIR_ASSIGN_OR_RETURN(const LoadOptions options, load_options(flags));
  const LoadResult loaded = load_pipeline(flags.file, options);
  if (loaded.spec.name.value.empty()) return Status::invalid(loaded.faults.sorted().front().message);
  return StateOf{loaded.spec.name.value, state_directory(loaded.spec, state)};
}

std::string outcome_text(const RunRecord& run, bool may_run_still) {
  if (run.end) return run.end->outcome;
  return may_run_still ? "no end recorded: it runs still, or was killed" : "no end recorded: it was killed";
}

std::optional<RunRecord> last_run(const std::string& directory) {
  World world = real_world();
  const auto read = RunLedger(world.disk, world.faults, directory).read();
  if (!read.is_ok() || read->runs.empty()) return std::nullopt;
  return read->runs.back();
}

std::string not_running_text(const StateOf& state) {
  const std::optional<RunRecord> run = last_run(state.directory);
  if (!run) return state.pipeline + " does not run, and no run of it is recorded";
  std::string text = state.pipeline + " does not run; its last run " + run->start.run + " began at " +
                     utc_text(run->start.started_us);
  if (run->end) text += " and ended at " + utc_text(run->end->ended_us);
  text += ": " + outcome_text(*run, false);
  if (run->end && !run->end->message.empty()) text += "\n  " + run->end->message;
  return text;
}

}  // namespace weir
