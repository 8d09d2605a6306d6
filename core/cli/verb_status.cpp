// weir status FILE, weir stop FILE: ask a running pipeline how it is, or tell it to stop.
#include <fmt/format.h>
#include <simdjson.h>
#include <sys/socket.h>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <optional>

#include "cli/control_socket.hpp"
#include "cli/last_run.hpp"
#include "telemetry/log_line.hpp"

namespace weir {
namespace {

struct StatusFlags {
  PipelineFlags pipeline;
  std::string state;
  bool is_json = false;
  bool is_now = false;
  bool waits = false;
};

/// A text in an answer; nothing when it has none of that name.
std::optional<std::string> text_in(const std::string& answer, std::string_view key) {
  simdjson::dom::parser parser;
  simdjson::dom::element element;
  std::string_view text;
  if (parser.parse(simdjson::padded_string(answer)).get(element) != simdjson::SUCCESS) return std::nullopt;
  if (element[key].get(text) != simdjson::SUCCESS) return std::nullopt;
  return std::string(text);
}

ExitCode failed(const char* verb, const Status& status, ExitCode code = ExitCode::kFailed) {
  std::fprintf(stderr, "weir %s: %s\n", verb, std::string(status.message()).c_str());
  return code;
}

std::string not_running_json(const StateOf& state) {
  std::string last = "null";
  if (const std::optional<RunRecord> run = last_run(state.directory))
    last = fmt::format(R"({{"run":{},"started":{},"ended":{},"outcome":{},"message":{}}})",
                       json_quoted(run->start.run), json_quoted(utc_text(run->start.started_us)),
                       run->end ? json_quoted(utc_text(run->end->ended_us)) : "null",
                       json_quoted(run->end ? run->end->outcome : "killed"),
                       json_quoted(run->end ? run->end->message : ""));
  return fmt::format(R"({{"pipeline":{},"phase":"not running","last_run":{}}})", json_quoted(state.pipeline),
                     last);
}

ExitCode show_status(const StatusFlags& flags) {
  const auto state = state_of(flags.pipeline, flags.state);
  if (!state.is_ok()) return failed("status", state.status(), ExitCode::kUsage);
  const auto connection = connect_to_control(state->directory);
  if (connection.status().code() == Code::kNotFound) {
    std::puts((flags.is_json ? not_running_json(*state) : not_running_text(*state)).c_str());
    return ExitCode::kFailed;
  }
  if (!connection.is_ok()) return failed("status", connection.status());
  const auto answer = ask_control(
      connection->get(), flags.is_json ? R"({"verb":"status"})" : R"({"verb":"status","as":"text"})");
  if (!answer.is_ok()) return failed("status", answer.status());
  if (flags.is_json) {
    std::puts(answer->c_str());
    return ExitCode::kDone;
  }
  const std::optional<std::string> text = text_in(*answer, "text");
  if (!text) return failed("status", Status::internal("the running process answered " + *answer));
  std::fputs(text->c_str(), stdout);
  return ExitCode::kDone;
}

/// The process holds the connection until it ends.
void wait_for_the_end(int connection) {
  char bytes[64];
  while (::recv(connection, bytes, sizeof(bytes), 0) > 0) {
  }
}

ExitCode stop(const StatusFlags& flags) {
  const auto state = state_of(flags.pipeline, flags.state);
  if (!state.is_ok()) return failed("stop", state.status(), ExitCode::kUsage);
  const auto connection = connect_to_control(state->directory);
  if (connection.status().code() == Code::kNotFound)
    return failed("stop", Status::not_found(not_running_text(*state)));
  if (!connection.is_ok()) return failed("stop", connection.status());
  const auto answer =
      ask_control(connection->get(), flags.is_now ? R"({"verb":"stop","now":true})" : R"({"verb":"stop"})");
  if (!answer.is_ok()) return failed("stop", answer.status());
  const std::optional<std::string> run = text_in(*answer, "run");
  if (!run) return failed("stop", Status::internal("the running process answered " + *answer));
  if (!flags.waits) {
    std::printf("%s is stopping: run %s\n", state->pipeline.c_str(), run->c_str());
    return ExitCode::kDone;
  }
  wait_for_the_end(connection->get());
  const std::optional<RunRecord> ended = last_run(state->directory);
  if (!ended || ended->start.run != *run || !ended->end)
    return failed("stop", Status::internal("run " + *run + " left no end in the ledger: it was killed"));
  std::printf("%s: run %s %s\n", state->pipeline.c_str(), run->c_str(), ended->end->outcome.c_str());
  if (ended->end->outcome != "failed") return ExitCode::kDone;
  return failed("stop", Status::internal(ended->end->message));
}

void add_flags(CLI::App& verb, StatusFlags& flags) {
  add_pipeline_flags(verb, flags.pipeline);
  verb.add_option("--state", flags.state,
                  "Where state is kept; `.weir/<name>` beside the file when left out");
}

}  // namespace

void add_status_verb(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb = app.add_subcommand("status", "Ask a running pipeline how it is");
  const auto flags = std::make_shared<StatusFlags>();
  add_flags(*verb, *flags);
  verb->add_flag("--json", flags->is_json, "Print one JSON object");
  verb->callback([flags, &chosen] { chosen.run = [flags] { return show_status(*flags); }; });
}

void add_stop_verb(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb = app.add_subcommand("stop", "Tell a running pipeline to stop");
  const auto flags = std::make_shared<StatusFlags>();
  add_flags(*verb, *flags);
  verb->add_flag("--now", flags->is_now,
                 "Without a last checkpoint: the next run goes on from the one before");
  verb->add_flag("--wait", flags->waits, "Until it has ended");
  verb->callback([flags, &chosen] { chosen.run = [flags] { return stop(*flags); }; });
}

}  // namespace weir
