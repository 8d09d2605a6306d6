// weir runs FILE: what was run, when, and how it ended.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/last_run.hpp"
#include "cli/pipeline_flags.hpp"
#include "cli/run_directory.hpp"
#include "cli/written_files.hpp"
#include "state/run_ledger.hpp"
#include "telemetry/figures.hpp"
#include "telemetry/log_line.hpp"

namespace weir {
namespace {

struct RunsFlags {
  PipelineFlags pipeline;
  std::string state;
};

enum class Later { kNone, kAnother };

/// What came out of the sources that the pipeline has now, and what was rejected anywhere.
std::string rows_text(const RunEnd& end, const PipelineSpec& spec) {
  uint64_t read = 0;
  uint64_t rejected = 0;
  for (const RunCounts& node : end.counts) {
    const NodeSpec* const declared = spec.find_node(node.node);
    if (declared != nullptr && declared->role == Role::kSource) read += node.rows_out;
    rejected += node.rejected;
  }
  std::string text = with_separators(read) + (read == 1 ? " row read" : " rows read");
  if (rejected > 0) text += ", " + with_separators(rejected) + " rejected";
  return text;
}

/// A run begins when none before it goes on.
void print_run(const RunRecord& run, const PipelineSpec& spec, Later later) {
  std::string outcome = outcome_text(run, later == Later::kNone);
  // A clock may have been set back.
  if (run.end)
    outcome += " after " +
               short_duration(std::max<int64_t>(0, run.end->ended_us - run.start.started_us) / 1'000'000);
  std::printf("%s  %s  %s\n", run.start.run.c_str(), utc_text(run.start.started_us).c_str(), outcome.c_str());
  if (!run.end) return;
  if (!run.end->message.empty()) std::printf("  %s\n", run.end->message.c_str());
  std::printf("  %s\n", rows_text(*run.end, spec).c_str());
  WrittenPaths written;
  for (const RunOutput& output : run.end->outputs) written.emplace(output.node, output.path);
  std::fputs(written_lines(written, "  ").c_str(), stdout);
}

ExitCode show_runs(const RunsFlags& flags) {
  World world = real_world();
  const auto options = load_options(flags.pipeline);
  if (!options.is_ok()) {
    std::fprintf(stderr, "weir runs: %s\n", std::string(options.status().message()).c_str());
    return ExitCode::kUsage;
  }
  const LoadResult loaded = load_pipeline(flags.pipeline.file, *options);
  const RunLedger ledger(world.disk, world.faults, state_directory(loaded.spec, flags.state));
  const auto read = ledger.read();
  if (!read.is_ok()) {
    std::fprintf(stderr, "weir runs: %s\n", std::string(read.status().message()).c_str());
    return ExitCode::kFailed;
  }
  if (read->runs.empty()) std::puts("no run is recorded");
  for (const RunRecord& run : read->runs)
    print_run(run, loaded.spec, &run == &read->runs.back() ? Later::kNone : Later::kAnother);
  for (const std::string& note : read->notes) std::fprintf(stderr, "weir runs: %s\n", note.c_str());
  return ExitCode::kDone;
}

}  // namespace

void add_runs_verb(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb = app.add_subcommand("runs", "List the runs of a pipeline and how they ended");
  const auto flags = std::make_shared<RunsFlags>();
  add_pipeline_flags(*verb, flags->pipeline);
  verb->add_option("--state", flags->state,
                   "Where state is kept; `.weir/<name>` beside the file when left out");
  verb->callback([flags, &chosen] { chosen.run = [flags] { return show_runs(*flags); }; });
}

}  // namespace weir
