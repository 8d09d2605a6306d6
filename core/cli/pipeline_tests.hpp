#pragma once
// Runs the `tests:` of a pipeline.
#include <string>
#include <vector>

#include "cli/pipeline_flags.hpp"
#include "cli/row_cells.hpp"

namespace weir {

/// What came out of one port that a test looks at.
struct PortResult {
  std::string port;                       ///< As written: "sane.errors".
  const TestRows* expectation = nullptr;  ///< In the spec.
  size_t expected_count = 0;
  std::vector<RowCells> found;     ///< Every column that came.
  std::vector<std::string> lines;  ///< See row_difference(); none: as expected.
};

struct TestResult {
  const TestSpec* test = nullptr;
  std::string failure;  ///< Why it could not be run to its end; empty: it could.
  std::vector<PortResult> ports;
  std::vector<std::string> notes;  ///< Rows that were rejected and looked at by no one.
  bool has_passed() const;
};

/// Reads and binds for tests: no secret is read, and no input is needed where columns are declared.
Result<LoadedPipeline> load_and_bind_for_tests(const PipelineFlags& flags, Session& session);

/// Runs one test of a pipeline that has no faults. Binds it anew, so that tests leave nothing to each other.
/// Rows that do not fit their columns become faults.
TestResult run_test(const PipelineSpec& spec, const TestSpec& test, Session& session, FaultList& faults);

}  // namespace weir
