// weir checkpoints list|show|verify|drop FILE: what a pipeline would go on from.
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>

#include "cli/checkpoint_report.hpp"
#include "cli/pipeline_flags.hpp"
#include "cli/run_directory.hpp"
#include "cli/verb.hpp"
#include "state/run_lock.hpp"

namespace weir {
namespace {

struct CheckpointsFlags {
  PipelineFlags pipeline;
  std::string state;
  uint64_t epoch = 0;   // show; 0: the newest.
  uint64_t before = 0;  // drop; 0: all.
  bool is_json = false;
};

ExitCode refused(const Status& status) {
  std::fprintf(stderr, "weir checkpoints: %s\n", std::string(status.message()).c_str());
  return status.code() == Code::kUnavailable ? ExitCode::kTemporary : ExitCode::kFailed;
}

/// Returns the folder of a pipeline's state; the pipeline need not be free of faults.
Result<std::string> state_of(const CheckpointsFlags& flags) {
  WEIR_ASSIGN_OR_RETURN(const LoadOptions options, load_options(flags.pipeline));
  const LoadResult loaded = load_pipeline(flags.pipeline.file, options);
  if (loaded.spec.name.value.empty()) return Status::invalid(loaded.faults.sorted().front().message);
  return state_directory(loaded.spec, flags.state);
}

CheckpointStore store_in(World& world, const std::string& directory) {
  return {world.disk, world.faults, directory + "/checkpoints"};
}

void print_report(const CheckpointReport& report, CheckpointDetail detail, bool is_json) {
  const std::string text = is_json ? checkpoint_json(report, detail) : checkpoint_text(report, detail);
  std::fputs(text.c_str(), stdout);
}

ExitCode list_checkpoints(const CheckpointsFlags& flags, CheckpointRead read) {
  World world = real_world();
  const auto directory = state_of(flags);
  if (!directory.is_ok()) return refused(directory.status());
  CheckpointStore store = store_in(world, *directory);
  const auto reports = read_checkpoints(store, read);
  if (!reports.is_ok()) return refused(reports.status());
  if (reports->empty() && !flags.is_json) std::puts("there is no checkpoint");
  for (const CheckpointReport& report : *reports)
    print_report(report, CheckpointDetail::kBrief, flags.is_json);
  const bool is_whole = std::ranges::all_of(*reports, [](const auto& one) { return one.manifest.is_ok(); });
  if (read == CheckpointRead::kManifests) return ExitCode::kDone;
  if (is_whole && !reports->empty() && !flags.is_json)
    std::puts("every byte is what it was when it was written");
  return is_whole ? ExitCode::kDone : ExitCode::kFailed;
}

ExitCode show_checkpoint(const CheckpointsFlags& flags) {
  World world = real_world();
  const auto directory = state_of(flags);
  if (!directory.is_ok()) return refused(directory.status());
  CheckpointStore store = store_in(world, *directory);
  const auto epochs = store.epochs();
  if (!epochs.is_ok()) return refused(epochs.status());
  if (epochs->empty()) return refused(Status::not_found("there is no checkpoint in '" + *directory + "'"));
  const uint64_t epoch = flags.epoch != 0 ? flags.epoch : epochs->front();
  if (std::ranges::find(*epochs, epoch) == epochs->end()) {
    std::string there;
    for (const uint64_t one : *epochs) there += (there.empty() ? "" : ", ") + std::to_string(one);
    return refused(
        Status::not_found("there is no checkpoint " + std::to_string(epoch) + "; there is " + there));
  }
  const CheckpointReport report{epoch, store.manifest(epoch)};
  print_report(report, CheckpointDetail::kFull, flags.is_json);
  return report.manifest.is_ok() ? ExitCode::kDone : ExitCode::kFailed;
}

ExitCode drop_checkpoints(const CheckpointsFlags& flags) {
  World world = real_world();
  const auto directory = state_of(flags);
  if (!directory.is_ok()) return refused(directory.status());
  CheckpointStore store = store_in(world, *directory);
  const auto before = store.epochs();
  if (!before.is_ok()) return refused(before.status());
  if (before->empty()) {
    std::puts("there is no checkpoint");
    return ExitCode::kDone;
  }
  const auto lock = RunLock::take(world.disk, *directory, getpid());
  if (!lock.is_ok()) return refused(lock.status());
  const uint64_t end = flags.before == 0 ? UINT64_MAX : flags.before;
  if (const Status status = store.drop_before(end); !status.is_ok()) return refused(status);
  const auto dropped = std::ranges::count_if(*before, [end](uint64_t epoch) { return epoch < end; });
  const bool is_none_left = static_cast<size_t>(dropped) == before->size();
  std::printf("%lld checkpoint%s dropped%s\n", static_cast<long long>(dropped), dropped == 1 ? "" : "s",
              is_none_left ? "; the next run begins anew" : "");
  return ExitCode::kDone;
}

}  // namespace

void add_checkpoints_verb(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb =
      app.add_subcommand("checkpoints", "Look at what a pipeline would go on from, check it, or drop it");
  verb->require_subcommand(1);
  const auto flags = std::make_shared<CheckpointsFlags>();
  const auto add = [&](const char* name, const char* what, auto run) {
    CLI::App* const sub = verb->add_subcommand(name, what);
    add_pipeline_flags(*sub, flags->pipeline);
    sub->add_option("--state", flags->state,
                    "Where state is kept; `.weir/<name>` beside the file when left out");
    sub->callback([flags, run, &chosen] { chosen.run = [flags, run] { return run(*flags); }; });
    return sub;
  };
  const auto add_json = [&](CLI::App* sub) {
    sub->add_flag("--json", flags->is_json, "A line of JSON for each checkpoint");
  };
  add_json(add("list", "One line for each checkpoint", [](const CheckpointsFlags& given) {
    return list_checkpoints(given, CheckpointRead::kManifests);
  }));
  CLI::App* const shown = add("show", "Where sources go on, and what states are kept", &show_checkpoint);
  add_json(shown);
  shown->add_option("--epoch", flags->epoch, "Which; the newest when left out")->check(CLI::PositiveNumber);
  add_json(add(
      "verify", "Read every byte and compare it with the sums that were written with it",
      [](const CheckpointsFlags& given) { return list_checkpoints(given, CheckpointRead::kEverything); }));
  CLI::App* const dropped = add("drop", "Remove checkpoints; the next run begins anew", &drop_checkpoints);
  dropped->add_option("--before", flags->before, "Only those before this one")->check(CLI::PositiveNumber);
}

}  // namespace weir
