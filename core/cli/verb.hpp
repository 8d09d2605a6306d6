#pragma once
// The verbs of the `weir` binary: each adds its flags, and says what runs when it is chosen.
#include <functional>
#include <string>
#include <vector>

#include "cli/exit_code.hpp"

namespace CLI {
class App;
}

namespace weir {

/// What every verb may be told.
struct CommonFlags {
  std::vector<std::string> plugin_paths;
  std::string log_level = "warn";
  std::string log_format = "text";
};

/// Filled while the command line is read.
struct Chosen {
  CommonFlags common;
  std::function<ExitCode()> run;  ///< Of the verb that was named.
};

void add_run_verb(CLI::App& app, Chosen& chosen);
void add_check_verb(CLI::App& app, Chosen& chosen);
void add_preview_verb(CLI::App& app, Chosen& chosen);
void add_schema_verb(CLI::App& app, Chosen& chosen);
void add_test_verb(CLI::App& app, Chosen& chosen);
void add_plan_verb(CLI::App& app, Chosen& chosen);
void add_graph_verb(CLI::App& app, Chosen& chosen);
void add_eval_verb(CLI::App& app, Chosen& chosen);
void add_functions_verb(CLI::App& app, Chosen& chosen);
void add_plugins_verb(CLI::App& app, Chosen& chosen);
void add_dead_verb(CLI::App& app, Chosen& chosen);
void add_checkpoints_verb(CLI::App& app, Chosen& chosen);
void add_runs_verb(CLI::App& app, Chosen& chosen);
void add_status_verb(CLI::App& app, Chosen& chosen);
void add_stop_verb(CLI::App& app, Chosen& chosen);
void add_new_verb(CLI::App& app, Chosen& chosen);
/// Below `new`.
void add_new_pipeline_verb(CLI::App& verb, Chosen& chosen);

}  // namespace weir
