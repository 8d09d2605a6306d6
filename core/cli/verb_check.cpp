// weir check FILE...: every fault of each pipeline, at once, without running it.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/pipeline_flags.hpp"
#include "cli/strict_check.hpp"

namespace weir {
namespace {

struct CheckFlags {
  PipelineFlags pipeline;
  std::vector<std::string> files;
  bool is_strict = false;
  bool is_json = false;
};

/// Adds the faults of one file to `all`.
ExitCode check_file(const CheckFlags& flags, Session& session, FaultList& all) {
  auto pipeline = load_and_bind(flags.pipeline, session);
  if (!pipeline.is_ok()) {
    std::fprintf(stderr, "weir check: %s\n", std::string(pipeline.status().message()).c_str());
    return ExitCode::kUsage;
  }
  FaultList& faults = pipeline->faults;
  if (flags.is_strict && !faults.has_errors())
    add_strict_warnings(pipeline->spec, pipeline->bound.pipeline, faults);
  const bool is_bad = faults.has_errors() || (flags.is_strict && !faults.empty());
  if (flags.is_json) {
    all.take(std::move(faults));
  } else {
    if (!faults.empty()) print_faults(faults);
    if (!is_bad)
      std::printf("%s: no faults; %zu nodes\n", flags.pipeline.file.c_str(), pipeline->spec.nodes.size());
  }
  return is_bad ? ExitCode::kInvalid : ExitCode::kDone;
}

// Of several files the first whose check could not be made decides, then one with faults.
ExitCode check(CheckFlags& flags, const CommonFlags& common) {
  Session session(common);
  ExitCode worst = ExitCode::kDone;
  FaultList all;
  for (const std::string& file : flags.files) {
    flags.pipeline.file = file;
    const ExitCode code = check_file(flags, session, all);
    if (code == ExitCode::kUsage) return code;
    if (code != ExitCode::kDone) worst = code;
  }
  if (flags.is_json) std::fputs(render_json(all).c_str(), stdout);
  return worst;
}

}  // namespace

void add_check_verb(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb = app.add_subcommand("check", "Report every fault of pipelines without running them");
  const auto flags = std::make_shared<CheckFlags>();
  verb->add_option("FILE", flags->files, "Pipelines' YAML files")->required();
  add_variable_flags(*verb, flags->pipeline);
  verb->add_flag("--strict", flags->is_strict,
                 "Warnings are faults; asks what the pipeline is for, and finds unused variables");
  verb->add_flag("--json", flags->is_json, "Print the faults of all files as one JSON object");
  verb->callback(
      [flags, &chosen] { chosen.run = [flags, &chosen] { return check(*flags, chosen.common); }; });
}

}  // namespace weir
