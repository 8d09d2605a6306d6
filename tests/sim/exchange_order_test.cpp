// Rows of one key of one partition keep their order through an exchange, however many lanes decode the file.
#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>

#include "in_process/pipeline_run.hpp"
#include "sim/sim_world.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated::exchange_order_test {
namespace {

constexpr const char* kPipeline = R"(weir: 1
name: order
sources:
  events: {type: file, path: in.csv, chunk: 4KiB, format: {type: csv, columns: {user: string, x: int64}}}
transforms:
  numbered: {type: number_by_key, inputs: events, key: user}
sinks:
  out: {type: file, inputs: numbered, path: out.csv, format: csv}
)";
constexpr int kRows = 20'000;

TEST(Exchange, KeepsTheOrderOfAKeysRows) {
  std::string text = "user,x\n";
  for (int i = 0; i < kRows; ++i) text += "u" + std::to_string(i % 5) + "," + std::to_string(i / 5) + "\n";
  ASSERT_TRUE(make_dirs(sim().disk, "order").is_ok());
  ASSERT_TRUE(write_atomic(sim().disk, sim().faults, "test.input", "order/in.csv", text, 0644).is_ok());
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const auto executor = make_sim_executor(seed, sim().clock);
    const PipelineRun run{.yaml = kPipeline, .directory = "order", .threads = 3};
    const RunOutcome outcome = run_in_process(run, sim().host, sim().catalog, *executor);
    ASSERT_EQ(outcome.end, RunResult::kComplete) << outcome.status.message();
    std::istringstream lines(read_all(sim().disk, "order/out.csv").value());
    std::string line;
    std::getline(lines, line);
    int rows = 0;
    for (; std::getline(lines, line); ++rows) {
      const size_t first = line.find(',');
      const size_t second = line.find(',', first + 1);
      ASSERT_EQ(std::stoi(line.substr(first + 1, second - first - 1)) + 1, std::stoi(line.substr(second + 1)))
          << "seed " << seed << ": " << line;
    }
    ASSERT_EQ(rows, kRows);
  }
}

}  // namespace
}  // namespace weir::simulated::exchange_order_test
