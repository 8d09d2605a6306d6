#include "in_process/pipeline_run.hpp"

#include "plan/bind.hpp"
#include "plan/plan.hpp"
#include "spec/load.hpp"

namespace weir {

RunOutcome run_in_process(const PipelineRun& run, HostTable& host, ComponentCatalog& catalog,
                          Executor& executor) {
  LoadOptions load;
  load.read_file = [&run](const std::string&) { return Result<std::string>(run.yaml); };
  LoadResult loaded = load_pipeline(run.directory + "/pipeline.yaml", load);
  BindOptions bind;
  bind.host = host.table();
  BindResult bound = bind_pipeline(loaded.spec, catalog, bind, loaded.faults);
  if (loaded.faults.has_errors()) {
    RunOutcome unbound;
    unbound.status = Status::invalid(render_text(loaded.faults));
    return unbound;
  }
  Plan plan = make_plan(std::move(bound.pipeline), run.threads);
  for (PlanEdge& edge : plan.edges) {
    if (run.edge_bytes > 0) edge.budget_bytes = run.edge_bytes;
  }
  NoDeadLetters dead_letters;
  RunOptions options;
  options.state_directory = run.directory + "/state";
  options.run_id = "run";
  options.dead_letters = &dead_letters;
  RunControl nobody;
  return run_plan(plan, options, host, executor, run.control == nullptr ? nobody : *run.control, {});
}

}  // namespace weir
