// weir test FILE...: runs the tests that a pipeline's file holds.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cli/bless.hpp"
#include "cli/pipeline_tests.hpp"
#include "world/whole_file.hpp"

namespace weir {
namespace {

struct TestFlags {
  PipelineFlags pipeline;
  std::vector<std::string> files;
  bool blesses = false;
};

const char* plural(size_t count) { return count == 1 ? "" : "s"; }

void print_result(const TestResult& result) {
  if (result.has_passed()) {
    std::printf("ok    %s\n", result.test->name.c_str());
    return;
  }
  std::printf("FAIL  %s (%s)\n", result.test->name.c_str(), result.test->place.to_string().c_str());
  if (!result.failure.empty()) std::printf("  the run failed: %s\n", result.failure.c_str());
  for (const PortResult& port : result.ports) {
    if (port.lines.empty()) continue;
    std::printf("  %s: expected %zu row%s, found %zu\n", port.port.c_str(), port.expected_count,
                plural(port.expected_count), port.found.size());
    for (const std::string& line : port.lines) std::printf("    %s\n", line.c_str());
  }
  for (const std::string& note : result.notes) std::printf("  note: %s\n", note.c_str());
}

/// Writes what came into the file, for the tests that ran to their end.
Status bless(const std::string& file, const std::vector<TestResult>& results, World& world) {
  std::vector<Blessing> blessings;
  for (const TestResult& result : results) {
    for (const PortResult& port : result.ports) {
      if (!port.lines.empty()) blessings.push_back({port.expectation, port.found});
    }
  }
  if (blessings.empty()) return {};
  WEIR_ASSIGN_OR_RETURN(const std::string text, read_all(world.disk, file));
  WEIR_ASSIGN_OR_RETURN(const std::string changed, blessed(text, file, blessings));
  WEIR_ASSIGN_OR_RETURN(const FileInfo info, world.disk.stat(file));
  WEIR_RETURN_IF_ERROR(write_atomic(world.disk, world.faults, "bless", file, changed, info.permissions));
  std::printf("%s: wrote the rows that came in %zu place%s\n", file.c_str(), blessings.size(),
              plural(blessings.size()));
  return {};
}

ExitCode print_summary(const std::string& file, const std::vector<TestResult>& results) {
  size_t failed = 0;
  for (const TestResult& result : results) failed += result.has_passed() ? 0 : 1;
  if (results.empty()) {
    std::printf("%s: no tests\n", file.c_str());
  } else if (failed == 0) {
    std::printf("%s: %zu test%s passed\n", file.c_str(), results.size(), plural(results.size()));
  } else {
    std::printf("%s: %zu of %zu test%s failed\n", file.c_str(), failed, results.size(),
                plural(results.size()));
  }
  return failed == 0 ? ExitCode::kDone : ExitCode::kExpectationFailed;
}

ExitCode test_file(const TestFlags& flags, Session& session) {
  const auto pipeline = load_and_bind_for_tests(flags.pipeline, session);
  if (!pipeline.is_ok()) {
    std::fprintf(stderr, "weir test: %s\n", std::string(pipeline.status().message()).c_str());
    return ExitCode::kUsage;
  }
  if (!pipeline->is_ok()) return print_faults(pipeline->faults);
  std::vector<TestResult> results;
  FaultList faults;
  for (const TestSpec& test : pipeline->spec.tests)
    results.push_back(run_test(pipeline->spec, test, session, faults));
  if (faults.has_errors()) return print_faults(faults);
  for (const TestResult& result : results) print_result(result);
  if (flags.blesses) {
    const Status status = bless(flags.pipeline.file, results, session.host().world());
    if (status.is_ok()) return ExitCode::kDone;
    std::fprintf(stderr, "weir test: %s\n", std::string(status.message()).c_str());
    return ExitCode::kFailed;
  }
  return print_summary(flags.pipeline.file, results);
}

// Of several files the first that could not be tested decides, then one with a failure.
ExitCode test(TestFlags& flags, const CommonFlags& common) {
  Session session(common);
  ExitCode worst = ExitCode::kDone;
  for (const std::string& file : flags.files) {
    flags.pipeline.file = file;
    const ExitCode code = test_file(flags, session);
    if (code == ExitCode::kUsage || code == ExitCode::kFailed) return code;
    if (worst != ExitCode::kInvalid && code != ExitCode::kDone) worst = code;
  }
  return worst;
}

}  // namespace

void add_test_verb(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb = app.add_subcommand("test", "Run the tests that pipelines' files hold");
  const auto flags = std::make_shared<TestFlags>();
  verb->add_option("FILE", flags->files, "Pipelines' YAML files")->required();
  add_variable_flags(*verb, flags->pipeline);
  verb->add_flag("--bless", flags->blesses, "Write the rows that came into the files as those expected");
  verb->callback([flags, &chosen] { chosen.run = [flags, &chosen] { return test(*flags, chosen.common); }; });
}

}  // namespace weir
