// weir dead list|show|retry FILE: the rejected rows that nothing in the pipeline read.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "cli/dead_retry.hpp"
#include "cli/pipeline_flags.hpp"
#include "cli/run_directory.hpp"
#include "cli/written_files.hpp"
#include "expr/lexer.hpp"
#include "plan/bound_pipeline.hpp"
#include "stores/dead_letters.hpp"
#include "telemetry/log_line.hpp"

namespace weir {
namespace {

struct DeadFlags {
  PipelineFlags pipeline;
  std::string state;
  DeadLetterFilter filter;
  int64_t rows = 20;
};

/// Opens the store of a pipeline; the pipeline need not be free of faults.
Result<std::unique_ptr<DeadLetters>> open_store(const DeadFlags& flags, World& world) {
  WEIR_ASSIGN_OR_RETURN(const LoadOptions options, load_options(flags.pipeline));
  const LoadResult loaded = load_pipeline(flags.pipeline.file, options);
  if (loaded.spec.name.value.empty()) return Status::invalid(loaded.faults.sorted().front().message);
  return std::make_unique<DeadLetters>(world.disk, world.faults,
                                       state_directory(loaded.spec, flags.state) + "/dead", errors_schema());
}

/// Bytes of somebody else's file, without those that a terminal would act on; further lines are indented.
std::string raw_text(const std::string& raw) {
  std::string text;
  for (size_t at = 0; at <= raw.size();) {
    const size_t stop = std::min(raw.find_first_of("\n\t", at), raw.size());
    text += expr::printable(std::string_view(raw).substr(at, stop - at));
    if (stop < raw.size()) text += raw[stop] == '\n' ? "\n  " : "\t";
    at = stop + 1;
  }
  return text;
}

void print_row(const DeadLetter& row) {
  const std::string partition = row.partition.empty() ? "" : " " + row.partition;
  const std::string offset = row.offset ? " at " + std::to_string(*row.offset) : std::string();
  std::printf("%s [%s]%s%s: %s\n  %s\n", row.node.c_str(), row.code.c_str(), partition.c_str(),
              offset.c_str(), row.message.c_str(), raw_text(row.raw).c_str());
}

void print_notes(const std::vector<std::string>& notes) {
  for (const std::string& note : notes) std::fprintf(stderr, "weir dead: %s\n", note.c_str());
}

ExitCode failed(const Status& status) {
  std::fprintf(stderr, "weir dead: %s\n", std::string(status.message()).c_str());
  return ExitCode::kFailed;
}

ExitCode list(const DeadFlags& flags, const CommonFlags& common) {
  Session session(common);  // Rows are read into the host's memory.
  World& world = session.host().world();
  const auto store = open_store(flags, world);
  if (!store.is_ok()) return failed(store.status());
  const auto counts = (*store)->list(flags.filter);
  if (!counts.is_ok()) return failed(counts.status());
  if (counts->counts.empty()) std::puts("no rejected rows are kept");
  for (const DeadLetterCount& count : counts->counts) {
    std::printf("%10llu  %-20s %-20s %s to %s\n", static_cast<unsigned long long>(count.rows),
                count.node.c_str(), count.code.c_str(), utc_text(count.first_us).c_str(),
                utc_text(count.last_us).c_str());
  }
  print_notes(counts->notes);
  return ExitCode::kDone;
}

ExitCode show(const DeadFlags& flags, const CommonFlags& common) {
  Session session(common);  // Rows are read into the host's memory.
  World& world = session.host().world();
  const auto store = open_store(flags, world);
  if (!store.is_ok()) return failed(store.status());
  int64_t shown = 0;
  bool is_more = false;
  const auto read = (*store)->for_each(flags.filter, [&](const DeadLetter& row) {
    is_more = shown == flags.rows;
    if (is_more) return false;
    ++shown;
    print_row(row);
    return true;
  });
  if (!read.is_ok()) return failed(read.status());
  if (shown == 0) std::puts("no rejected rows are kept");
  if (is_more)
    std::fprintf(stderr, "weir dead: these are the first %lld; -n says how many\n",
                 static_cast<long long>(shown));
  print_notes(read->notes);
  return ExitCode::kDone;
}

ExitCode retry(const DeadFlags& flags, const CommonFlags& common) {
  Session session(common);
  FaultList faults;
  const auto outcome = retry_dead_letters(flags.pipeline, flags.state, flags.filter, session, faults);
  if (faults.has_errors()) return print_faults(faults);
  if (!outcome.is_ok()) {
    failed(outcome.status());
    return outcome.status().code() == Code::kUnavailable ? ExitCode::kTemporary : ExitCode::kFailed;
  }
  if (outcome->nodes.empty()) std::puts("no rejected rows were retried");
  for (const RetryOutcome::Node& node : outcome->nodes) {
    std::printf("%s: %llu row%s retried, %llu rejected again\n", node.name.c_str(),
                static_cast<unsigned long long>(node.retried), node.retried == 1 ? "" : "s",
                static_cast<unsigned long long>(node.rejected_again));
  }
  std::fputs(written_lines(outcome->written).c_str(), stdout);
  print_notes(outcome->notes);
  return ExitCode::kDone;
}

void add_flags(CLI::App& verb, DeadFlags& flags) {
  add_pipeline_flags(verb, flags.pipeline);
  verb.add_option("--state", flags.state,
                  "Where state is kept; `.weir/<name>` beside the file when left out");
  verb.add_option("--node", flags.filter.node, "Only rows that this node rejected");
  verb.add_option("--code", flags.filter.code, "Only rows rejected for this reason");
  verb.add_option("--run", flags.filter.run, "Only rows of this run");
}

}  // namespace

void add_dead_verb(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb =
      app.add_subcommand("dead", "Look at rejected rows that nothing in the pipeline read, or retry them");
  verb->require_subcommand(1);
  const auto flags = std::make_shared<DeadFlags>();
  CLI::App* const counts = verb->add_subcommand("list", "Count them by node and reason");
  add_flags(*counts, *flags);
  counts->callback(
      [flags, &chosen] { chosen.run = [flags, &chosen] { return list(*flags, chosen.common); }; });
  CLI::App* const rows = verb->add_subcommand("show", "Show them with reason, place and raw text");
  add_flags(*rows, *flags);
  rows->add_option("-n", flags->rows, "At most so many")
      ->capture_default_str()
      ->check(CLI::Range(1, 1 << 30));
  rows->callback([flags, &chosen] { chosen.run = [flags, &chosen] { return show(*flags, chosen.common); }; });
  CLI::App* const again =
      verb->add_subcommand("retry", "Let them go through the node that rejected them again");
  add_flags(*again, *flags);
  again->callback(
      [flags, &chosen] { chosen.run = [flags, &chosen] { return retry(*flags, chosen.common); }; });
}

}  // namespace weir
