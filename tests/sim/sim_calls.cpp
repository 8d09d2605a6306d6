// sim_calls PIPELINE [POINT:HIT]: runs a pipeline that needs no input on the simulated machine, with one
// thread, and prints every call of the disk, a line each; of the run that goes on, when the first died at a
// fault point. tests/faults/calls_match.py compares them with those of the real process.
#include <cstdio>
#include <string>

#include "in_process/pipeline_run.hpp"
#include "sim/sim_world.hpp"
#include "world/real_disk.hpp"
#include "world/sim_crash.hpp"
#include "world/whole_file.hpp"

namespace {

using namespace weir;

RunOutcome run(const std::string& yaml) {
  const auto executor = make_sim_executor(1, sim().clock);
  return run_in_process({.yaml = yaml, .directory = "run", .edge_bytes = 16 << 10}, sim().host, sim().catalog,
                        *executor);
}

/// Returns whether it did die. `place`: POINT:HIT.
bool die_at(const std::string& place, const std::string& yaml) {
  const size_t colon = place.find(':');
  if (colon == std::string::npos) return false;
  sim().faults.arm(place.substr(0, colon), FaultMode::kCrash, std::stoull(place.substr(colon + 1)));
  bool has_died = false;
  try {
    static_cast<void>(run(yaml));
  } catch (const SimCrash&) {
    has_died = true;
  }
  sim().faults.clear();
  sim().disk.crash(1);
  return has_died;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2 && count != 3) {
    std::fputs("usage: sim_calls PIPELINE [POINT:HIT]\n", stderr);
    return 2;
  }
  RealDisk real;
  const Result<std::string> yaml = read_all(real, arguments[1]);
  if (!yaml.is_ok() || !make_dirs(sim().disk, "run").is_ok()) return 1;
  size_t before = 0;
  if (count == 3) {
    if (!die_at(arguments[2], *yaml)) return 1;
    before = sim().disk.calls().size();
  }
  const RunOutcome outcome = run(*yaml);
  const auto calls = sim().disk.calls();
  for (size_t i = before; i < calls.size(); ++i) std::printf("%s\n", calls[i].c_str());
  if (outcome.end != RunResult::kComplete) std::fprintf(stderr, "%s\n", outcome.status.message().data());
  return outcome.end == RunResult::kComplete ? 0 : 1;
}
