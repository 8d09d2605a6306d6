// weir run FILE: runs a pipeline to its end, or until it is stopped.
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "cli/keys_without_effect.hpp"
#include "cli/pipeline_flags.hpp"
#include "cli/run_directory.hpp"
#include "cli/run_service.hpp"
#include "cli/shown_outcome.hpp"
#include "cli/status_board.hpp"
#include "cli/written_files.hpp"
#include "plan/plan.hpp"
#include "runtime/executors.hpp"
#include "runtime/run.hpp"
#include "state/checkpoint.hpp"
#include "telemetry/progress.hpp"
#include "telemetry/summary.hpp"

namespace weir {
namespace {

struct RunFlags {
  PipelineFlags pipeline;
  uint32_t threads = 0;
  std::string state;
  bool from_scratch = false;
  std::string until;
  bool no_progress = false;
  std::string executor = "tbb";
  std::string metrics_address;
};

// The one run of this process, for the signal handler.
RunControl* running_control = nullptr;

// `timeout` and the like tell the process and its group, at once: that is one wish to stop and not two.
constexpr int64_t kSameWishNs = 100'000'000;

extern "C" void on_stop_signal(int) {
  static int64_t last_ns = 0;
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const int64_t now_ns = int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
  const bool is_same_wish = last_ns != 0 && now_ns - last_ns < kSameWishNs;
  last_ns = now_ns;
  if (!is_same_wish && running_control != nullptr) running_control->request_stop();
}

void watch_signals(RunControl& control) {
  running_control = &control;
  struct sigaction action{};
  action.sa_handler = on_stop_signal;
  sigaddset(&action.sa_mask, SIGINT);
  sigaddset(&action.sa_mask, SIGTERM);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // Each becomes the answer of the call that caused it.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

uint64_t rows_of_sources(const RunStatus& progress, const PipelineSpec& spec) {
  uint64_t rows = 0;
  for (const NodeSnapshot& node : progress.metrics.nodes) {
    const NodeSpec* const declared = spec.find_node(node.name);
    if (declared != nullptr && declared->role == Role::kSource) rows += node.rows_out;
  }
  return rows;
}

ProgressSample sample_of(const RunStatus& progress, const PipelineSpec& spec, int64_t elapsed_us) {
  ProgressSample sample;
  sample.rows = rows_of_sources(progress, spec);
  sample.bytes_done = static_cast<uint64_t>(std::max<int64_t>(0, progress.bytes_done));
  if (progress.bytes_total >= 0) sample.bytes_total = static_cast<uint64_t>(progress.bytes_total);
  sample.elapsed_us = elapsed_us;
  return sample;
}

/// What counts as "x.buffer" is the buffer of node 'x'.
std::string declared_name(const std::string& counted, const PipelineSpec& spec) {
  constexpr std::string_view kEnding = ".buffer";
  const bool is_buffer = spec.find_node(counted) == nullptr && counted.ends_with(kEnding);
  return is_buffer ? counted.substr(0, counted.size() - kEnding.size()) : counted;
}

/// Says what buffers have thrown away, and what they keep for the next run.
void print_buffers(const std::vector<BufferReport>& buffers) {
  for (const BufferReport& buffer : buffers) {
    if (buffer.dropped_rows > 0)
      std::fprintf(stderr, "buffer of %s: %llu rows dropped, as it was full\n", buffer.name.c_str(),
                   static_cast<unsigned long long>(buffer.dropped_rows));
    if (buffer.queued_bytes > 0)
      std::fprintf(stderr, "buffer of %s: %llu bytes wait for the next run\n", buffer.name.c_str(),
                   static_cast<unsigned long long>(buffer.queued_bytes));
  }
}

void print_outcome(const RunOutcome& outcome, const LoadedPipeline& pipeline, int64_t elapsed_us,
                   uint32_t threads) {
  RunSummary summary;
  summary.nodes = outcome.metrics.nodes;
  summary.elapsed_us = elapsed_us;
  summary.threads = threads;
  for (const NodeSnapshot& node : outcome.metrics.nodes) {
    if (node.rows_rejected == 0) continue;
    summary.rejected.push_back({node.name, node.rows_rejected,
                                where_to_read(declared_name(node.name, pipeline.spec), pipeline.spec)});
  }
  std::fputs(render_summary(summary).c_str(), stderr);
  std::fputs(written_lines(outcome.written).c_str(), stderr);
  print_buffers(outcome.buffers);
  if (outcome.end == RunResult::kStopped) {
    std::fputs("stopped; the next run goes on from the last checkpoint\n", stderr);
  }
}

/// Says what the formats took the columns for: who reads a wrong guess declares them.
void print_inferred(const BoundPipeline& pipeline) {
  for (const BoundNode& node : pipeline.nodes) {
    if (!node.format || node.format->inferred.empty()) continue;
    std::fprintf(stderr, "%s: columns inferred from a sample: %s\n", node.name.c_str(),
                 node.outputs.front().to_string().c_str());
  }
}

/// A run that goes on from a checkpoint takes columns for what they were when it began.
std::map<std::string, std::string> inferred_before(const RunFlags& flags, const PipelineSpec& spec,
                                                   World& world) {
  std::map<std::string, std::string> inferred;
  if (flags.from_scratch || spec.name.value.empty()) return inferred;
  CheckpointStore checkpoints(world.disk, world.faults, state_directory(spec, flags.state) + "/checkpoints");
  const std::optional<Manifest> manifest = checkpoints.newest_manifest();
  if (!manifest) return inferred;
  for (const InferredFormat& format : manifest->formats) inferred.emplace(format.node, format.text);
  return inferred;
}

Result<LoadedPipeline> load_to_run(const RunFlags& flags, Session& session) {
  WEIR_ASSIGN_OR_RETURN(const LoadOptions options, load_options(flags.pipeline));
  LoadResult loaded = load_pipeline(flags.pipeline.file, options);
  BindOptions bind;
  bind.inferred = inferred_before(flags, loaded.spec, session.host().world());
  return bind_loaded(std::move(loaded), session, std::move(bind));
}

/// Who says `memory: 2GiB` counts on it.
void print_without_effect(const PipelineSpec& spec) {
  std::set<std::string> names;
  for (const Given<std::string>& key : keys_without_effect(spec)) names.insert(key.value);
  for (const std::string& name : names)
    std::fprintf(stderr, "note: this version does nothing with '%s'%s\n", name.c_str(),
                 name == "state" ? "; say it with --state" : "");
}

/// What the process knows before its run begins.
RunStatus first_status(const std::string& pipeline, const RunOptions& options, const World& world) {
  RunStatus status;
  status.pipeline = pipeline;
  status.run = options.run_id;
  status.process = getpid();
  status.started_us = status.now_us = world.clock.now_us();
  return status;
}

/// Answers people and programs that ask the run how it is, or tell it to stop.
Result<std::unique_ptr<RunService>> serve(const RunFlags& flags, const RunOptions& options,
                                          StatusBoard& board, RunControl& control) {
  ServedRun served;
  served.status = [&board] { return board.look(); };
  served.stop = [&control] { control.request_stop(); };
  served.stop_now = [&control] {
    while (control.stop_requests() < 2) control.request_stop();
  };
  return RunService::start(options.state_directory, flags.metrics_address, std::move(served));
}

ExitCode run(const RunFlags& flags, const CommonFlags& common) {
  Session session(common);
  auto pipeline = load_to_run(flags, session);
  if (!pipeline.is_ok()) {
    std::fprintf(stderr, "weir run: %s\n", std::string(pipeline.status().message()).c_str());
    return ExitCode::kUsage;
  }
  if (!pipeline->faults.empty()) print_faults(pipeline->faults);
  if (!pipeline->is_ok()) return ExitCode::kInvalid;
  print_inferred(pipeline->bound.pipeline);
  print_without_effect(pipeline->spec);
  World& world = session.host().world();
  auto directory = RunDirectory::open(world, pipeline->spec, flags.state);
  if (!directory.is_ok()) {
    std::fprintf(stderr, "weir run: %s\n", std::string(directory.status().message()).c_str());
    return directory.status().code() == Code::kUnavailable ? ExitCode::kTemporary : ExitCode::kFailed;
  }
  RunOptions options = (*directory)->run_options();
  options.from_scratch = flags.from_scratch;
  options.until_now = flags.until == "now";
  RunControl control;
  StatusBoard board(first_status(pipeline->spec.name.value, options, world));
  const auto service = serve(flags, options, board, control);
  if (!service.is_ok()) {
    std::fprintf(stderr, "weir run: %s\n", std::string(service.status().message()).c_str());
    return service.status().code() == Code::kInvalid ? ExitCode::kUsage : ExitCode::kFailed;
  }
  if (!(*service)->http_address().empty())
    std::fprintf(stderr, "metrics at http://%s/metrics\n", (*service)->http_address().c_str());
  if (const Status status = (*directory)->begin(*pipeline, session); !status.is_ok()) {
    std::fprintf(stderr, "weir run: %s\n", std::string(status.message()).c_str());
    return ExitCode::kFailed;
  }
  const uint32_t threads =
      flags.threads > 0 ? flags.threads : std::max(1U, std::thread::hardware_concurrency());
  const Plan plan = make_plan(std::move(pipeline->bound.pipeline), threads);
  const auto executor = flags.executor == "threads" ? make_thread_executor(threads, world.clock)
                                                    : make_tbb_executor(threads, world.clock);
  watch_signals(control);
  ProgressLine line(isatty(STDERR_FILENO) != 0 ? ProgressLine::Kind::kTerminal : ProgressLine::Kind::kPlain,
                    [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); });
  const int64_t began_ns = world.clock.monotonic_ns();
  const auto elapsed_us = [&] { return (world.clock.monotonic_ns() - began_ns) / 1000; };
  ProgressSample last;
  const RunOutcome outcome = without_secrets(
      run_plan(plan, options, session.host(), *executor, control, [&](const RunStatus& progress) {
        last = sample_of(progress, pipeline->spec, elapsed_us());
        if (!flags.no_progress) line.update(last);
        board.show(progress);
      }));
  last.elapsed_us = elapsed_us();
  if (!flags.no_progress) line.finish(last);
  running_control = nullptr;
  if (const Status status = (*directory)->record(outcome); !status.is_ok()) {
    std::fprintf(stderr, "weir run: %s\n", std::string(status.message()).c_str());
  }
  if (outcome.end == RunResult::kFailed) {
    const std::string where = outcome.node.empty() ? std::string() : "node '" + outcome.node + "': ";
    std::fprintf(stderr, "weir run: %s%s\n", where.c_str(), std::string(outcome.status.message()).c_str());
    return ExitCode::kFailed;
  }
  print_outcome(outcome, *pipeline, elapsed_us(), threads);
  return ExitCode::kDone;
}

}  // namespace

void add_run_verb(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb = app.add_subcommand("run", "Run a pipeline to its end, or until it is stopped");
  const auto flags = std::make_shared<RunFlags>();
  add_pipeline_flags(*verb, flags->pipeline);
  verb->add_option("--threads", flags->threads, "How many threads work; all cores when left out")
      ->check(CLI::Range(1, 1024));
  verb->add_option("--state", flags->state,
                   "Where state is kept; `.weir/<name>` beside the file when left out");
  verb->add_flag("--from-scratch", flags->from_scratch, "Forget the last checkpoint");
  verb->add_option(
          "--until", flags->until,
          "now: read what is there, keep what is open in a checkpoint, and end; the next run goes on")
      ->check(CLI::IsMember({"now"}));
  verb->add_option("--metrics", flags->metrics_address,
                   "Serve /metrics, /healthz, /readyz and /status at this port of loopback, or ADDRESS:PORT");
  verb->add_flag("--no-progress", flags->no_progress, "Print no progress line");
  verb->add_option("--executor", flags->executor, "tbb, or threads (for the thread sanitizer)")
      ->check(CLI::IsMember({"tbb", "threads"}));
  verb->callback([flags, &chosen] { chosen.run = [flags, &chosen] { return run(*flags, chosen.common); }; });
}

}  // namespace weir
