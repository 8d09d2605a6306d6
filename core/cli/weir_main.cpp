#include "cli/weir_main.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <system_error>
#include <vector>
#include <weir/did_you_mean.hpp>

#include "cli/heap.hpp"
#include "cli/session.hpp"
#include "cli/verb.hpp"
#include "plugin/describe.hpp"

namespace weir {
namespace {

constexpr const char* kVersion = "weir 0.1.0";

void add_common_flags(CLI::App& app, CommonFlags& flags) {
  app.add_option("--plugin-path", flags.plugin_paths,
                 "A further directory with plugin libraries; may be given again")
      ->take_all();
  app.add_option("--log-level", flags.log_level, "debug, info, warn, error or off")
      ->capture_default_str()
      ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}));
  app.add_option("--log-format", flags.log_format, "text or json")
      ->capture_default_str()
      ->check(CLI::IsMember({"text", "json"}));
}

/// Opens what the parent closed of standard input, output and error, so that no file of ours takes its
/// number and gets the rows that are meant for it. Reading and writing there go on failing.
void hold_standard_files() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    // The lowest number that is free, which is this one.
    static_cast<void>(::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY));
  }
}

/// What stands in the buffer is written. Returns `code`, or kFailed when that or anything before was lost.
ExitCode finish_output(ExitCode code) {
  errno = 0;
  const bool is_written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (is_written) return code;
  const std::string why = errno == 0 ? "" : ": " + std::generic_category().message(errno);
  std::fprintf(stderr, "weir: cannot write to standard output%s\n", why.c_str());
  return code == ExitCode::kDone ? ExitCode::kFailed : code;
}

/// Says which verb was probably meant. Returns whether `word` is none.
bool is_misspelt_verb(const CLI::App& app, const std::string& word) {
  if (word.starts_with("-")) return false;
  std::vector<std::string> verbs;
  for (const CLI::App* const verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (verb->get_name() == word) return false;
    verbs.push_back(verb->get_name());
  }
  const std::string hint = did_you_mean(word, verbs);
  std::fprintf(stderr, "weir: there is no verb '%s'; %s\n", word.c_str(),
               hint.empty() ? ("the verbs are " + list_words(verbs, 40)).c_str() : hint.c_str());
  return true;
}

ExitCode run_command(int argc, char** argv) {
  CLI::App app("Data pipelines declared in YAML: graphs of source, transform and sink plugins", "weir");
  app.set_version_flag("--version", kVersion);
  app.require_subcommand(1);
  app.fallthrough();
  Chosen chosen;
  add_common_flags(app, chosen.common);
  add_run_verb(app, chosen);
  add_check_verb(app, chosen);
  add_preview_verb(app, chosen);
  add_schema_verb(app, chosen);
  add_test_verb(app, chosen);
  add_plan_verb(app, chosen);
  add_graph_verb(app, chosen);
  add_eval_verb(app, chosen);
  add_functions_verb(app, chosen);
  add_plugins_verb(app, chosen);
  add_dead_verb(app, chosen);
  add_checkpoints_verb(app, chosen);
  add_runs_verb(app, chosen);
  add_status_verb(app, chosen);
  add_stop_verb(app, chosen);
  add_new_verb(app, chosen);
  if (argc > 1 && is_misspelt_verb(app, argv[1])) return ExitCode::kUsage;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ExitCode::kDone : ExitCode::kUsage;
  }
  return chosen.run();
}

}  // namespace
}  // namespace weir

extern "C" [[gnu::visibility("default")]] int weir_main(int argc, char** argv) {
  try {
    if (argc == 3 && std::strcmp(argv[1], "__describe") == 0) {
      weir::Session session({});
      weir::describe_main(argv[2], session.host());
    }
    weir::hold_standard_files();
    weir::give_large_blocks_back();
    return static_cast<int>(weir::finish_output(weir::run_command(argc, argv)));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "weir: %s\n", error.what());
    return static_cast<int>(weir::ExitCode::kFailed);
  }
}
