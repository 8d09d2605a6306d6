// weir plan FILE: what would run: stages, copies, exchanges, and what each path guarantees.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <thread>

#include "cli/pipeline_flags.hpp"
#include "plan/plan_text.hpp"

namespace weir {
namespace {

struct PlanFlags {
  PipelineFlags pipeline;
  uint32_t threads = 0;
};

ExitCode show_plan(const PlanFlags& flags, const CommonFlags& common) {
  Session session(common);
  auto pipeline = load_and_bind(flags.pipeline, session);
  if (!pipeline.is_ok()) {
    std::fprintf(stderr, "weir plan: %s\n", std::string(pipeline.status().message()).c_str());
    return ExitCode::kUsage;
  }
  if (!pipeline->faults.empty()) print_faults(pipeline->faults);
  if (!pipeline->is_ok()) return ExitCode::kInvalid;
  const uint32_t threads =
      flags.threads > 0 ? flags.threads : std::max(1U, std::thread::hardware_concurrency());
  std::fputs(plan_text(make_plan(std::move(pipeline->bound.pipeline), threads)).c_str(), stdout);
  return ExitCode::kDone;
}

}  // namespace

void add_plan_verb(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb = app.add_subcommand("plan", "Show the stages, copies and exchanges that would run");
  const auto flags = std::make_shared<PlanFlags>();
  add_pipeline_flags(*verb, flags->pipeline);
  verb->add_option("--threads", flags->threads, "For how many threads; all cores when left out")
      ->check(CLI::Range(1, 1024));
  verb->callback(
      [flags, &chosen] { chosen.run = [flags, &chosen] { return show_plan(*flags, chosen.common); }; });
}

}  // namespace weir
