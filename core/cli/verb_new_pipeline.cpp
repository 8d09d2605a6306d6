// weir new pipeline --from 'data/*.csv': a first pipeline over files, made by looking at them.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/first_pipeline.hpp"
#include "cli/pipeline_flags.hpp"
#include "cli/scratch_run.hpp"
#include "plan/part.hpp"
#include "stores/dead_letter_rows.hpp"

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
  std::string_view otherwise = {};  // What files of this name also hold.
};
constexpr std::array<Ending, 8> kEndings = {{{".csv", "csv"},
                                             {".tsv", "tsv"},
                                             {".ndjson", "ndjson"},
                                             {".jsonl", "ndjson"},
                                             {".json", "json", "ndjson"},
                                             {".log", "access_log", "lines"},
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

/// The formats that files of this name may have, the likeliest first.
std::vector<std::string> formats_of(const std::string& path) {
  const std::string plain = lower(without_compression(path));
  for (const Ending& known : kEndings) {
    if (!plain.ends_with(known.ending)) continue;
    std::vector<std::string> formats{std::string(known.format)};
    if (!known.otherwise.empty()) formats.emplace_back(known.otherwise);
    return formats;
  }
  return {};
}

/// "data/Web Shop/*.csv" -> "web-shop"; "orders.csv.gz" -> "orders"; "Käufe (neu).csv" -> "k-ufe-neu".
std::string name_of(const std::string& path) {
  std::filesystem::path named = without_compression(path);
  named.replace_extension();
  std::string word = named.filename().string();
  if (word.find_first_of("*?[{") != std::string::npos && !std::filesystem::exists(path))
    word = named.parent_path().filename().string();
  std::string name;
  for (const char c : lower(word)) {
    const bool is_letter =
        std::isalnum(static_cast<unsigned char>(c)) && static_cast<unsigned char>(c) < 0x80;
    if (is_letter || (c == '_' && !name.empty()))
      name += c;
    else if (!name.empty() && !name.ends_with('-'))
      name += '-';
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

/// What came of reading the files as one format.
struct Look {
  Status status;           ///< The run's.
  FaultList faults;        ///< The pipeline's.
  std::string unreadable;  ///< Why no row could be read, or nothing.
  bool is_good() const { return status.is_ok() && !faults.has_errors() && unreadable.empty(); }
};

/// Finds out the columns that the files have as first.format, and reads some rows.
Look look_at(FirstPipeline& first, const std::string& output, Session& session) {
  Look look;
  const std::string text = "weir: 1\nname: " + first.name +
                           "\nsources:\n  rows: {type: file, path: " + yaml_word(first.path) +
                           ", format: " + first.format +
                           "}\nsinks:\n  out: {type: file, inputs: rows, path: out.ndjson, format: ndjson}\n";
  LoadedPipeline pipeline = bind_text(text, output, session);
  look.faults = std::move(pipeline.faults);
  if (look.faults.has_errors()) return look;
  const BoundPipeline& bound = pipeline.bound.pipeline;
  first.columns = bound.nodes.front().outputs.front();
  first.declares_columns = !bound.nodes.front().format->inferred.empty() && first.format != "arrow";
  RunControl control;
  WatchedPort rows{0, 0, WatchedPort::Side::kOutput, nullptr};
  rows.into = std::make_shared<RowCollector>(kSampleRows, [&control] {
    control.request_stop();
    control.request_stop();
  });
  const auto outcome = run_scratch(part_of(bound, {}, {rows}), 1, session, control);
  look.status = !outcome.is_ok()                         ? outcome.status()
                : outcome->run.end == RunResult::kFailed ? outcome->run.status
                                                         : Status();
  if (!look.status.is_ok()) return look;
  first.sample = cells_of(first.columns, rows.into->rows());
  if (first.sample.empty() && !outcome->rejected.empty())
    look.unreadable = dead_letter_at(outcome->rejected.front(), 0).message;
  return look;
}

/// Looks at the files as each of the formats until one fits. Returns what came of the likeliest when none
/// does.
Look look_at(FirstPipeline& first, const std::vector<std::string>& formats, const std::string& output,
             Session& session) {
  std::optional<Look> likeliest;
  for (const std::string& format : formats) {
    first.format = format;
    Look look = look_at(first, output, session);
    if (look.is_good()) return look;
    if (!likeliest) likeliest = std::move(look);
  }
  first.format = formats.front();
  return std::move(*likeliest);
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

/// A word as a shell takes it.
std::string shell_word(const std::string& text) {
  const bool is_plain = std::ranges::all_of(text, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("_-./").find(c) != std::string_view::npos;
  });
  if (is_plain) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

void print_next(const FirstPipeline& first, const std::string& output) {
  const size_t columns = first.columns.size();
  const std::vector<std::string> expected = formats_of(first.path);
  const bool is_expected = expected.empty() || expected.front() == first.format;
  std::printf("wrote %s: %zu column%s of %s%s\n", output.c_str(), columns, columns == 1 ? "" : "s",
              first.path.c_str(), is_expected ? "" : (", read as " + first.format).c_str());
  for (const SuggestedLabel& label : suggest_labels(first))
    std::printf("  %s is labelled %s: correct it if that is not so\n", label.column.c_str(),
                label.label.c_str());
  const std::string source = first.name_of_source();
  const std::string file = shell_word(output);
  std::printf("next: weir preview %s %s, then weir run %s\n", file.c_str(), source.c_str(), file.c_str());
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
  if (std::filesystem::is_directory(flags.from))
    return fail("'" + flags.from + "' is a directory; name the files in it, as with '" +
                    (std::filesystem::path(flags.from) / "*.csv").string() + "'",
                ExitCode::kUsage);
  const std::vector<std::string> formats =
      flags.format.empty() ? formats_of(flags.from) : std::vector<std::string>{flags.format};
  if (formats.empty())
    return fail("the name '" + flags.from + "' does not say what format it is; say --format csv, or another",
                ExitCode::kUsage);
  const std::string output = flags.output.empty() ? first.name + ".yaml" : flags.output;
  if (std::filesystem::exists(output))
    return fail("there is already a file '" + output + "'; name another with --output", ExitCode::kFailed);
  first.path = seen_from(output, flags.from);
  first.has_report = session.catalog().has(WEIR_KIND_SINK, "report");
  const Look look = look_at(first, formats, output, session);
  if (look.faults.has_errors()) return fail(look.faults);
  if (!look.status.is_ok()) return fail(std::string(look.status.message()), ExitCode::kFailed);
  if (!look.unreadable.empty())
    return fail("'" + flags.from + "' cannot be read as " + first.format + ": " + look.unreadable +
                    "; say another format with --format",
                ExitCode::kFailed);
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
