#include "in_process/pipeline_run.hpp"

#include "plan/bind.hpp"
#include "plan/plan.hpp"
#include "spec/load.hpp"

namespace weir {

Result<BoundRun> BoundRun::bind(const PipelineRun& run, HostTable& host, ComponentCatalog& catalog) {
  LoadOptions load;
  load.read_file = [&run](const std::string&) { return Result<std::string>(run.yaml); };
  LoadResult loaded = load_pipeline(run.directory + "/pipeline.yaml", load);
  BindOptions bind;
  bind.host = host.table();
  BindResult bound = bind_pipeline(loaded.spec, catalog, bind, loaded.faults);
  if (loaded.faults.has_errors()) return Status::invalid(render_text(loaded.faults));
  return BoundRun(std::move(bound.pipeline));
}

RunOutcome BoundRun::run(const PipelineRun& run, HostTable& host, Executor& executor) const {
  Plan plan = make_plan(pipeline_, run.threads);
  if (run.edge_bytes > 0) {
    plan.slice_bytes = run.edge_bytes;
    for (PlanEdge& edge : plan.edges) edge.budget_bytes = run.edge_bytes;
  }
  if (run.state_bytes > 0) plan.state_bytes = run.state_bytes;
  NoDeadLetters nowhere;
  RunOptions options;
  options.state_directory = run.directory + "/state";
  options.run_id = "run";
  options.until_now = run.until_now;
  options.dead_letters = run.dead_letters == nullptr ? &nowhere : run.dead_letters;
  RunControl nobody;
  return run_plan(plan, options, host, executor, run.control == nullptr ? nobody : *run.control, run.watch);
}

RunOutcome run_in_process(const PipelineRun& run, HostTable& host, ComponentCatalog& catalog,
                          Executor& executor) {
  const Result<BoundRun> bound = BoundRun::bind(run, host, catalog);
  if (bound.is_ok()) return bound->run(run, host, executor);
  RunOutcome unbound;
  unbound.status = bound.status();
  return unbound;
}

}  // namespace weir
