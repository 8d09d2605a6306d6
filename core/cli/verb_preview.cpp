// weir preview FILE NODE[.port]: the first rows of a node, without writing anything.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cli/named_port.hpp"
#include "cli/pipeline_flags.hpp"
#include "cli/row_cells.hpp"
#include "cli/scratch_run.hpp"
#include "cli/text_table.hpp"
#include "plan/part.hpp"
#include "plan/sensitivity.hpp"

namespace weir {
namespace {

struct PreviewFlags {
  PipelineFlags pipeline;
  std::string port;
  size_t rows = 20;
  uint32_t threads = 1;
  bool reveals = false;
  bool is_json = false;
};

bool is_number(Type type) {
  return (type >= Type::kInt8 && type <= Type::kFloat64) || type == Type::kDecimal128;
}

std::string type_and_labels(const Field& field) {
  std::string text = field.type.to_string();
  const std::vector<std::string> labels = labels_of(field);
  for (size_t i = 0; i < labels.size(); ++i) text += (i == 0 ? " (" : ", ") + labels[i];
  return labels.empty() ? text : text + ")";
}

/// The text of a cell as people read it: a JSON text without its quotes, and those within it as they are.
std::string shown(const std::string& json) {
  if (json.size() < 2 || json.front() != '"') return json;
  std::string text;
  for (size_t i = 1; i + 1 < json.size(); ++i) {
    const bool is_escape = json[i] == '\\';
    if (is_escape && json[i + 1] != '"') text += json[i];
    if (is_escape) ++i;
    text += json[i];
  }
  return text;
}

void mask(std::vector<RowCells>& rows, const Schema& schema) {
  for (RowCells& row : rows) {
    for (size_t i = 0; i < schema.size(); ++i) {
      if (is_masked(schema[i]) && row[i].json != "null") row[i].json = "\"***\"";
    }
  }
}

void print_table(const Schema& schema, const std::vector<RowCells>& rows) {
  std::vector<TextTable::Align> columns;
  std::vector<std::string> names;
  std::vector<std::string> types;
  for (const Field& field : schema.fields) {
    columns.push_back(is_number(field.type.type) ? TextTable::Align::kRight : TextTable::Align::kLeft);
    names.push_back(field.name);
    types.push_back(type_and_labels(field));
  }
  TextTable table(std::move(columns));
  table.add(std::move(names));
  table.add(std::move(types));
  for (const RowCells& row : rows) {
    std::vector<std::string> cells;
    for (const Cell& cell : row) cells.push_back(shown(cell.json));
    table.add(std::move(cells));
  }
  std::fputs(table.text().c_str(), stdout);
}

void print_rows(const PreviewFlags& flags, const Schema& schema, const std::vector<Batch>& batches) {
  std::vector<RowCells> rows = cells_of(schema, batches);
  if (!flags.reveals) mask(rows, schema);
  if (flags.is_json) {
    for (const RowCells& row : rows) std::puts(row_text(row).c_str());
    return;
  }
  print_table(schema, rows);
  const bool hides = !flags.reveals && std::ranges::any_of(schema.fields, is_masked);
  std::printf("%zu row%s%s\n", rows.size(), rows.size() == 1 ? "" : "s",
              hides ? "; columns with a label are masked, --reveal shows them" : "");
}

/// Whether the message of a rejected row may hold a value of a column that is masked.
bool is_personal(const BoundPipeline& pipeline, const DeadLetter& letter) {
  const auto node = std::ranges::find(pipeline.nodes, letter.node, &BoundNode::name);
  if (node == pipeline.nodes.end()) return true;
  const auto may_be_shown = [&](const Schema& columns) {
    return std::ranges::none_of(columns.fields, [&](const Field& field) {
      return is_masked(field) && (letter.column.empty() || letter.column == field.name);
    });
  };
  return !std::ranges::all_of(node->inputs, may_be_shown) ||
         !std::ranges::all_of(node->outputs, may_be_shown);
}

ExitCode preview_failed(const std::string& message, ExitCode code) {
  std::fprintf(stderr, "weir preview: %s\n", message.c_str());
  return code;
}

ExitCode preview(const PreviewFlags& flags, const CommonFlags& common) {
  Session session(common);
  BindOptions bind;
  bind.projects = false;
  const auto pipeline = load_and_bind(flags.pipeline, session, std::move(bind));
  if (!pipeline.is_ok()) return preview_failed(std::string(pipeline.status().message()), ExitCode::kUsage);
  if (!pipeline->is_ok()) return print_faults(pipeline->faults);
  auto port = find_port(pipeline->bound.pipeline, flags.port);
  if (!port.is_ok()) return preview_failed(std::string(port.status().message()), ExitCode::kUsage);
  RunControl control;
  port->into = std::make_shared<RowCollector>(flags.rows, [&control] {
    control.request_stop();
    control.request_stop();  // At once: nothing is to be committed.
  });
  const Schema schema = schema_of(pipeline->bound.pipeline, *port);
  const auto outcome =
      run_scratch(part_of(pipeline->bound.pipeline, {}, {*port}), flags.threads, session, control);
  if (!outcome.is_ok()) return preview_failed(std::string(outcome.status().message()), ExitCode::kFailed);
  if (outcome->run.end == RunResult::kFailed) {
    const std::string where = outcome->run.node.empty() ? "" : "node '" + outcome->run.node + "': ";
    return preview_failed(where + std::string(outcome->run.status.message()), ExitCode::kFailed);
  }
  print_rows(flags, schema, port->into->rows());
  const auto hides = [&](const DeadLetter& letter) {
    return !flags.reveals && is_personal(pipeline->bound.pipeline, letter);
  };
  for (const std::string& note : rejection_notes(outcome->rejected, hides))
    std::fprintf(stderr, "note: %s\n", note.c_str());
  return ExitCode::kDone;
}

}  // namespace

void add_preview_verb(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb = app.add_subcommand("preview", "Show the first rows of a node; write nothing");
  const auto flags = std::make_shared<PreviewFlags>();
  add_pipeline_flags(*verb, flags->pipeline);
  verb->add_option("NODE", flags->port, "A node, or node.port; of a sink, what reaches it")->required();
  verb->add_option("-n", flags->rows, "At most so many rows")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  verb->add_option("--threads", flags->threads, "How many threads work; with one, rows come in a fixed order")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  verb->add_flag("--reveal", flags->reveals, "Show the values of columns that have labels");
  verb->add_flag("--json", flags->is_json, "Print a JSON object for each row");
  verb->callback(
      [flags, &chosen] { chosen.run = [flags, &chosen] { return preview(*flags, chosen.common); }; });
}

}  // namespace weir
