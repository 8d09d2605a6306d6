// weir new pipeline --from 'data/*.csv': a first pipeline over files, made by looking at them.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "cli/first_pipeline.hpp"
#include "cli/pipeline_flags.hpp"
#include "cli/scratch_run.hpp"
#include "plan/part.hpp"

namespace weir {
namespace {

constexpr size_t kSampleRows = 2000;

struct NewPipelineFlags {
  std::string from;
  std::string format;
  std::string name;
  std::string output;
};

struct Ending {
  std::string_view ending;
  std::string_view format;
};
constexpr std::array<Ending, 8> kEndings = {{{".csv", "csv"},
                                             {".tsv", "tsv"},
                                             {".ndjson", "ndjson"},
                                             {".jsonl", "ndjson"},
                                             {".json", "json"},
                                             {".log", "access_log"},
                                             {".arrow", "arrow"},
                                             {".arrows", "arrow"}}};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string without_compression(const std::string& path) {
  for (const std::string_view ending : {".gz", ".zst"}) {
    if (path.ends_with(ending)) return path.substr(0, path.size() - ending.size());
  }
  return path;
}

std::string format_of(const std::string& path) {
  const std::string plain = lower(without_compression(path));
  for (const Ending& known : kEndings) {
    if (plain.ends_with(known.ending)) return std::string(known.format);
  }
  return {};
}

/// "data/Web Shop/*.csv" -> "web-shop"; "orders.csv.gz" -> "orders".
std::string name_of(const std::string& path) {
  std::filesystem::path named = without_compression(path);
  named.replace_extension();
  std::string word = named.filename().string();
  if (word.find_first_of("*?[{") != std::string::npos) word = named.parent_path().filename().string();
  std::string name;
  for (const char c : lower(word)) {
    const bool is_letter =
        std::isalnum(static_cast<unsigned char>(c)) && static_cast<unsigned char>(c) < 0x80;
    if (is_letter || !name.empty()) name += is_letter || c == '_' ? c : '-';
  }
  while (!name.empty() && !std::isalpha(static_cast<unsigned char>(name.front()))) name.erase(0, 1);
  while (name.ends_with('-')) name.pop_back();
  return name.empty() ? "first" : name;
}

/// The path as a file in the directory of `output` says it.
std::string seen_from(const std::string& output, const std::string& path) {
  const std::filesystem::path directory = std::filesystem::path(output).parent_path();
  if (std::filesystem::path(path).is_absolute() || directory.empty()) return path;
  return std::filesystem::proximate(path, directory).string();
}

/// Reads and binds a text as if it stood in the file `output`.
LoadedPipeline bind_text(const std::string& text, const std::string& output, Session& session) {
  LoadOptions options;
  options.read_file = [&](const std::string& path) {
    return path == output ? Result<std::string>(text) : read_file_from_disk(path);
  };
  BindOptions bind;
  bind.projects = false;
  return load_and_bind(output, options, session, bind);
}

/// Finds out the columns, and reads some rows.
Status look_at(FirstPipeline& first, const std::string& output, Session& session, FaultList& faults) {
  const std::string text = "weir: 1\nname: " + first.name +
                           "\nsources:\n  rows: {type: file, path: " + yaml_word(first.path) +
                           ", format: " + first.format +
                           "}\nsinks:\n  out: {type: file, inputs: rows, path: out.ndjson, format: ndjson}\n";
  LoadedPipeline pipeline = bind_text(text, output, session);
  faults = std::move(pipeline.faults);
  if (faults.has_errors()) return {};
  const BoundPipeline& bound = pipeline.bound.pipeline;
  first.columns = bound.nodes.front().outputs.front();
  first.declares_columns = !bound.nodes.front().format->inferred.empty() && first.format != "arrow";
  RunControl control;
  WatchedPort rows{0, 0, WatchedPort::Side::kOutput, nullptr};
  rows.into = std::make_shared<RowCollector>(kSampleRows, [&control] {
    control.request_stop();
    control.request_stop();
  });
  WEIR_ASSIGN_OR_RETURN(const ScratchOutcome outcome,
                        run_scratch(part_of(bound, {}, {rows}), 1, session, control));
  if (outcome.run.end == RunResult::kFailed) return outcome.run.status;
  first.sample = cells_of(first.columns, rows.into->rows());
  return {};
}

ExitCode fail(const std::string& message, ExitCode code) {
  std::fprintf(stderr, "weir new pipeline: %s\n", message.c_str());
  return code;
}

/// The faults of a text that nobody has seen: their messages, without its lines.
ExitCode fail(const FaultList& faults) {
  const Fault first = faults.sorted().front();
  return fail(first.message + (first.hint.empty() ? "" : "; " + first.hint), ExitCode::kFailed);
}

void print_next(const FirstPipeline& first, const std::string& output) {
  std::printf("wrote %s: %zu columns of %s\n", output.c_str(), first.columns.size(), first.path.c_str());
  for (const SuggestedLabel& label : suggest_labels(first))
    std::printf("  %s is labelled %s: correct it if that is not so\n", label.column.c_str(),
                label.label.c_str());
  const std::string source = first.name_of_source();
  std::printf("next: weir preview %s %s, then weir run %s\n", output.c_str(), source.c_str(), output.c_str());
}

Status write_new(World& world, const std::string& path, const std::string& text) {
  WEIR_ASSIGN_OR_RETURN(const auto file, world.disk.open(path, OpenMode::kNew, 0644));
  WEIR_RETURN_IF_ERROR(file->append(text));
  return file->close();
}

ExitCode new_pipeline(const NewPipelineFlags& flags, const CommonFlags& common) {
  Session session(common);
  FirstPipeline first;
  first.name = flags.name.empty() ? name_of(flags.from) : flags.name;
  first.format = flags.format.empty() ? format_of(flags.from) : flags.format;
  if (first.format.empty())
    return fail("the name '" + flags.from + "' does not say what format it is; say --format csv, or another",
                ExitCode::kUsage);
  const std::string output = flags.output.empty() ? first.name + ".yaml" : flags.output;
  if (std::filesystem::exists(output))
    return fail("there is already a file '" + output + "'; name another with --output", ExitCode::kFailed);
  first.path = seen_from(output, flags.from);
  first.has_report = session.catalog().has(WEIR_KIND_SINK, "report");
  FaultList faults;
  const Status looked = look_at(first, output, session, faults);
  if (faults.has_errors()) return fail(faults);
  if (!looked.is_ok()) return fail(std::string(looked.message()), ExitCode::kFailed);
  const std::string text = first_pipeline_yaml(first);
  if (const LoadedPipeline made = bind_text(text, output, session); !made.is_ok()) return fail(made.faults);
  const Status written = write_new(session.host().world(), output, text);
  if (!written.is_ok()) return fail(std::string(written.message()), ExitCode::kFailed);
  print_next(first, output);
  return ExitCode::kDone;
}

}  // namespace

void add_new_pipeline_verb(CLI::App& verb, Chosen& chosen) {
  CLI::App* const pipeline = verb.add_subcommand("pipeline", "Write a first pipeline over some files");
  const auto flags = std::make_shared<NewPipelineFlags>();
  pipeline->add_option("--from", flags->from, "The files: a path or a pattern such as 'data/*.csv'")
      ->required();
  pipeline->add_option("--format", flags->format, "Their format, where the name does not say it");
  pipeline->add_option("--name", flags->name, "The pipeline's name; after the files when left out");
  pipeline->add_option("--output", flags->output, "The file to write; NAME.yaml when left out");
  pipeline->callback(
      [flags, &chosen] { chosen.run = [flags, &chosen] { return new_pipeline(*flags, chosen.common); }; });
}

}  // namespace weir
