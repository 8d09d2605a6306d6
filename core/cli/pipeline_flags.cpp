#include "cli/pipeline_flags.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <utility>

namespace weir {

void add_pipeline_flags(CLI::App& verb, PipelineFlags& flags) {
  verb.add_option("FILE", flags.file, "The pipeline's YAML file")->required();
  add_variable_flags(verb, flags);
}

void add_variable_flags(CLI::App& verb, PipelineFlags& flags) {
  verb.add_option("--env", flags.environment, "One of the file's environments");
  verb.add_option("--var", flags.variables, "A variable, as name=value; may be given again")->take_all();
  verb.add_option("--vars", flags.variables_file, "A YAML file with variables");
}

Result<LoadOptions> load_options(const PipelineFlags& flags) {
  LoadOptions options;
  if (!flags.environment.empty()) options.environment = flags.environment;
  if (!flags.variables_file.empty()) options.variables_file = flags.variables_file;
  for (const std::string& variable : flags.variables) {
    const size_t equals = variable.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Status::invalid("--var " + variable + ": expected name=value, such as --var input=data.csv");
    }
    options.variables.emplace_back(variable.substr(0, equals), variable.substr(equals + 1));
  }
  return options;
}

LoadedPipeline bind_loaded(LoadResult loaded, Session& session, BindOptions bind) {
  LoadedPipeline pipeline;
  pipeline.faults = std::move(loaded.faults);
  pipeline.spec = std::move(loaded.spec);
  bind.host = session.host().table();
  pipeline.bound = bind_pipeline(pipeline.spec, session.catalog(), bind, pipeline.faults);
  return pipeline;
}

LoadedPipeline load_and_bind(const std::string& file, const LoadOptions& options, Session& session,
                             BindOptions bind) {
  return bind_loaded(load_pipeline(file, options), session, std::move(bind));
}

Result<LoadedPipeline> load_and_bind(const PipelineFlags& flags, Session& session, BindOptions bind) {
  WEIR_ASSIGN_OR_RETURN(const LoadOptions options, load_options(flags));
  return load_and_bind(flags.file, options, session, std::move(bind));
}

ExitCode print_faults(const FaultList& faults) {
  std::fputs(render_text(faults).c_str(), stderr);
  return faults.has_errors() ? ExitCode::kInvalid : ExitCode::kDone;
}

}  // namespace weir
