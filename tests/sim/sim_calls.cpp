// sim_calls PIPELINE: runs a pipeline that needs no input on the simulated machine, with one thread, and
// prints every call of the disk, a line each. tests/faults/calls_match.py compares them with those of the
// real process.
#include <cstdio>
#include <string>

#include "in_process/pipeline_run.hpp"
#include "sim/sim_world.hpp"
#include "world/real_disk.hpp"
#include "world/whole_file.hpp"

int main(int count, char** arguments) {
  using namespace weir;
  if (count != 2) {
    std::fputs("usage: sim_calls PIPELINE\n", stderr);
    return 2;
  }
  RealDisk real;
  const Result<std::string> yaml = read_all(real, arguments[1]);
  if (!yaml.is_ok() || !make_dirs(sim().disk, "run").is_ok()) return 1;
  const auto executor = make_sim_executor(1, sim().clock);
  const RunOutcome outcome = run_in_process({.yaml = *yaml, .directory = "run", .edge_bytes = 16 << 10},
                                            sim().host, sim().catalog, *executor);
  for (const std::string& call : sim().disk.calls()) std::printf("%s\n", call.c_str());
  if (outcome.end != RunResult::kComplete) std::fprintf(stderr, "%s\n", outcome.status.message().data());
  return outcome.end == RunResult::kComplete ? 0 : 1;
}
