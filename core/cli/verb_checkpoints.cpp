// weir checkpoints list|show|verify|drop FILE: what a pipeline would go on from.
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iterator>
#include <map>
#include <memory>
#include <vector>

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

/// Returns every checkpoint of every region.
Result<std::vector<CheckpointReport>> all_checkpoints(const std::vector<RegionCheckpoints>& regions,
                                                      CheckpointRead read) {
  std::vector<CheckpointReport> all;
  for (const RegionCheckpoints& region : regions) {
    WEIR_ASSIGN_OR_RETURN(std::vector<CheckpointReport> own, read_checkpoints(region, read));
    std::ranges::move(own, std::back_inserter(all));
  }
  return all;
}

void print_report(const CheckpointReport& report, CheckpointDetail detail, bool is_json) {
  const std::string text = is_json ? checkpoint_json(report, detail) : checkpoint_text(report, detail);
  std::fputs(text.c_str(), stdout);
}

ExitCode list_checkpoints(const CheckpointsFlags& flags, CheckpointRead read) {
  World world = real_world();
  const auto directory = state_of(flags);
  if (!directory.is_ok()) return refused(directory.status());
  const auto regions = regions_in(world, *directory);
  if (!regions.is_ok()) return refused(regions.status());
  const auto reports = all_checkpoints(*regions, read);
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
  const auto regions = regions_in(world, *directory);
  if (!regions.is_ok()) return refused(regions.status());
  const auto reports = all_checkpoints(*regions, CheckpointRead::kManifests);
  if (!reports.is_ok()) return refused(reports.status());
  if (reports->empty()) return refused(Status::not_found("there is no checkpoint in '" + *directory + "'"));
  // Left out, the newest of each region: they come oldest first.
  std::map<std::string, const CheckpointReport*> shown;
  std::string there;
  for (const CheckpointReport& report : *reports) {
    if (flags.epoch == 0 || report.epoch == flags.epoch) shown[report.region] = &report;
    there += (there.empty() ? "" : ", ") + std::to_string(report.epoch);
  }
  if (shown.empty()) {
    return refused(
        Status::not_found("there is no checkpoint " + std::to_string(flags.epoch) + "; there is " + there));
  }
  bool is_whole = true;
  for (const auto& [region, report] : shown) {
    print_report(*report, CheckpointDetail::kFull, flags.is_json);
    is_whole = is_whole && report->manifest.is_ok();
  }
  return is_whole ? ExitCode::kDone : ExitCode::kFailed;
}

/// What `--before` leaves of a region: its newest at least, when several go on from different ones.
uint64_t drop_end(const CheckpointsFlags& flags, const std::vector<RegionCheckpoints>& regions,
                  const std::vector<uint64_t>& epochs) {
  if (flags.before == 0) return UINT64_MAX;
  return regions.size() == 1 || epochs.empty() ? flags.before : std::min(flags.before, epochs.front());
}

/// A run that died after it had written down that all was done would be taken as complete by the next one.
Status forget_end(World& world, const std::string& directory) {
  const std::string path = directory + "/checkpoints/complete";
  WEIR_ASSIGN_OR_RETURN(const FileInfo mark, world.disk.stat(path));
  if (!mark.exists()) return {};
  WEIR_RETURN_IF_ERROR(world.disk.unlink(path));
  return world.disk.sync_dir(directory + "/checkpoints");
}

ExitCode drop_checkpoints(const CheckpointsFlags& flags) {
  World world = real_world();
  const auto directory = state_of(flags);
  if (!directory.is_ok()) return refused(directory.status());
  const auto regions = regions_in(world, *directory);
  if (!regions.is_ok()) return refused(regions.status());
  const auto is_none = [&] {
    const auto all = all_checkpoints(*regions, CheckpointRead::kManifests);
    return all.is_ok() && all->empty();
  };
  if (is_none()) {
    std::puts("there is no checkpoint");
    return ExitCode::kDone;
  }
  const auto lock = RunLock::take(world.disk, *directory, getpid());
  if (!lock.is_ok()) return refused(lock.status());
  size_t dropped = 0;
  for (const RegionCheckpoints& region : *regions) {
    const auto epochs = region.store->epochs();
    if (!epochs.is_ok()) return refused(epochs.status());
    const uint64_t end = drop_end(flags, *regions, *epochs);
    if (const Status status = region.store->drop_before(end); !status.is_ok()) return refused(status);
    dropped += std::ranges::count_if(*epochs, [end](uint64_t epoch) { return epoch < end; });
  }
  const bool is_none_left = is_none();
  if (is_none_left) {
    if (const Status status = forget_end(world, *directory); !status.is_ok()) return refused(status);
  }
  std::printf("%zu checkpoint%s dropped%s\n", dropped, dropped == 1 ? "" : "s",
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
