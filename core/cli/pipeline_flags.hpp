#pragma once
// A pipeline on the command line: its file and what changes it.
#include <optional>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "plan/bind.hpp"
#include "spec/load.hpp"

namespace weir {

struct PipelineFlags {
  std::string file;
  std::string environment;
  std::vector<std::string> variables;  ///< "k=v"
  std::string variables_file;
};

/// Adds FILE, --env, --var and --vars.
void add_pipeline_flags(CLI::App& verb, PipelineFlags& flags);

/// Adds --env, --var and --vars, for a verb that takes its files itself.
void add_variable_flags(CLI::App& verb, PipelineFlags& flags);

/// Returns what the spec's loader is told. Fails with kInvalid for a --var without '='.
Result<LoadOptions> load_options(const PipelineFlags& flags);

/// A pipeline that was read and bound, with all its faults.
struct LoadedPipeline {
  PipelineSpec spec;
  BindResult bound;
  FaultList faults;
  bool is_ok() const { return !faults.has_errors(); }
};

/// Binds what was read; `bind` has all but the host.
LoadedPipeline bind_loaded(LoadResult loaded, Session& session, BindOptions bind);
/// Reads and binds.
LoadedPipeline load_and_bind(const std::string& file, const LoadOptions& options, Session& session,
                             BindOptions bind);
Result<LoadedPipeline> load_and_bind(const PipelineFlags& flags, Session& session, BindOptions bind = {});

/// Prints the faults to stderr, for people, and says which exit code they mean.
ExitCode print_faults(const FaultList& faults);

}  // namespace weir
