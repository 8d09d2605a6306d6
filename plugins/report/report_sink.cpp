// report: what the rows of its inputs say, as one HTML file that opens from disk.
//
//   insights: {type: report, inputs: {weekly: per_week}, path: out/report.html, sections: [...]}
//
// report.hpp shows the options in full. In: any number of named inputs that end, any columns but lists and
// structs. Out: the file, which appears whole when the last input ended.
#include <weir/files.hpp>
#include <weir/host.hpp>
#include <weir/sink.hpp>
#include <weir/state.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "assets.hpp"
#include "cells.hpp"
#include "compose.hpp"
#include "html.hpp"
#include "input_rows.hpp"
#include "page_size.hpp"
#include "report_options.hpp"
#include "suggest.hpp"

namespace weir::report {
namespace {

// A page with more rows than this takes browsers seconds to open, and nobody reads it.
constexpr std::size_t kMostRows = 100'000;

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

Status write_file(const std::string& path, std::string_view text) {
  WEIR_ASSIGN_OR_RETURN(File file, File::create(path));
  WEIR_RETURN_IF_ERROR(file.write(0, text));
  WEIR_RETURN_IF_ERROR(file.sync());
  return file.close();
}

/// A reader sees the old file or the new one, never a half.
Status replace_file(const std::string& path, std::string_view text) {
  const std::string directory = directory_of(path);
  const std::string staging = path + ".new";
  WEIR_RETURN_IF_ERROR(files::make_directories(directory));
  if (Status written = write_file(staging, text); !written.is_ok()) {
    // On a full disk half a page is in the way of what comes next.
    static_cast<void>(files::remove(staging));
    return written;
  }
  WEIR_RETURN_IF_ERROR(files::rename(staging, path));
  return files::sync_directory(directory);
}

class ReportSink final : public Sink {
 public:
  explicit ReportSink(ReportOptions options) : options_(std::move(options)) {}

  Status bind(std::span<const weir::Input> inputs) override {
    WEIR_ASSIGN_OR_RETURN(spec_, report_spec(options_));
    std::vector<Input> empty;
    for (const weir::Input& input : inputs) {
      if (!input.is_bounded)
        return Status::invalid("input '" + input.port_name +
                               "' never ends, so there is no moment to write the report; give its source an "
                               "end (duration, rows, follow: false)");
      WEIR_ASSIGN_OR_RETURN(Input made, empty_input(input.port_name, input.schema));
      empty.push_back(std::move(made));
      ports_.push_back({input.port_name, input.schema});
      rows_.emplace_back("rows_of_" + input.port_name, input.schema.fields);
      came_.push_back(0);
    }
    if (spec_.sections.empty()) spec_.sections = suggested_sections(empty);
    WEIR_RETURN_IF_ERROR(check_inputs("nodes", options_.nodes));
    WEIR_RETURN_IF_ERROR(check_inputs("sources", options_.sources));
    WEIR_RETURN_IF_ERROR(check_expressions(empty));
    WEIR_RETURN_IF_ERROR(files::check_replaceable(options_.path.text));
    // Every column and every name in an answer is looked up before any data.
    return compose(spec_, std::move(empty), Moment{}).status();
  }

  Result<Progress> write(const Batch& batch, std::size_t port, Emitter&) override {
    // Too many are told as soon as they are there, not when all have been kept.
    came_[port] += batch.row_count();
    WEIR_RETURN_IF_ERROR(check_row_count(port, came_[port]));
    // A batch of texts may hold on to the whole buffer that was read.
    WEIR_RETURN_IF_ERROR(rows_[port].append(context(), batch.compact()));
    return Progress::done();
  }

  Result<Progress> flush(std::uint64_t epoch) override {
    if (epoch != kLastEpoch) return Progress::done();
    std::vector<Input> inputs;
    for (std::size_t port = 0; port < ports_.size(); ++port) {
      WEIR_ASSIGN_OR_RETURN(Input input, all_rows(port));
      inputs.push_back(std::move(input));
    }
    WEIR_ASSIGN_OR_RETURN(const ReportModel model,
                          compose(spec_, std::move(inputs), Moment{host()->wall_us(host())}));
    const std::string page = render_html(model, asset_echarts_js());
    WEIR_RETURN_IF_ERROR(check_page_size(model, page.size()));
    WEIR_RETURN_IF_ERROR(replace_file(options_.path.text, page));
    is_written_ = true;
    return Progress::done();
  }

  void written(const std::function<void(std::string_view)>& note) const override {
    if (is_written_) note(options_.path.text);
  }

 protected:
  Binding binding() override {
    Binding made = Binding::none();
    made.single_copy();
    for (LogState& rows : rows_) rows.declare(made);
    return made;
  }

 private:
  struct Port {
    std::string name;
    Schema schema;
  };

  Status check_row_count(std::size_t port, std::size_t count) const {
    if (count <= kMostRows) return {};
    return Status::invalid("input '" + ports_[port].name + "' has more than " + std::to_string(kMostRows) +
                           " rows, too many for a page; aggregate them first");
  }

  Status check_inputs(const std::string& option, const NamedList<std::string>& by_input) const {
    for (const auto& [port, text] : by_input)
      if (std::ranges::find(ports_, port, &Port::name) == ports_.end())
        return Status::invalid(option + ": there is no input '" + port + "'");
    return {};
  }

  Status check_expressions(const std::vector<Input>& inputs) const {
    for (const auto& [port, columns] : options_.expressions) {
      const auto input = std::ranges::find(inputs, port, &Input::port);
      if (input == inputs.end()) return Status::invalid("expressions: there is no input '" + port + "'");
      for (const auto& [name, text] : columns)
        WEIR_RETURN_IF_ERROR(find_column(*input, name).status().with_context("expressions"));
    }
    return {};
  }

  void add_expressions(Input& input) const {
    for (const auto& [port, columns] : options_.expressions) {
      if (port != input.port) continue;
      for (const auto& [name, text] : columns)
        std::ranges::find(input.columns, name, &Column::name)->expression = text;
    }
  }

  Result<Input> all_rows(std::size_t port) {
    WEIR_ASSIGN_OR_RETURN(Input input, empty_input(ports_[port].name, ports_[port].schema));
    add_expressions(input);
    for (const auto& [name, node] : options_.nodes)
      if (name == input.port) input.sources = {node};
    for (const auto& [name, source] : options_.sources)
      if (name == input.port) input.sources.push_back(source);
    WEIR_ASSIGN_OR_RETURN(const std::uint64_t count, rows_[port].count(context()));
    std::size_t row_count = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
      WEIR_ASSIGN_OR_RETURN(const Batch batch, rows_[port].read(context(), i));
      row_count += batch.row_count();
      WEIR_RETURN_IF_ERROR(check_row_count(port, row_count));
      append_rows(ports_[port].schema, batch, input);
    }
    return input;
  }

  const ReportOptions options_;
  ReportSpec spec_;
  std::vector<Port> ports_;
  std::vector<LogState> rows_;     // By port; kept by the host, so that a restart forgets nothing.
  std::vector<std::size_t> came_;  // By port; since the start of this process.
  bool is_written_ = false;
};

}  // namespace
}  // namespace weir::report

using weir::report::ReportOptions;
using weir::report::ReportSink;

WEIR_SINK(
    ReportSink, ReportOptions, "report", "Answers, numbers and charts as one HTML file.",
    weir::input("in", "Each named input is a table that `from` may name.", WEIR_PORT_ANY_NUMBER),
    weir::traits(weir::Trait::kDeterministic, weir::Trait::kIdempotent),
    weir::description("The page opens from disk, asks nothing of any network, and is written whole when "
                      "the last input ended. At most 100,000 rows an input and 3 MB a page. Without "
                      "`sections` it shows what the "
                      "columns of its inputs suggest."),
    weir::example("type: report\ninputs: {weekly: per_week}\npath: out/report.html\nsections:\n"
                  "  - id: revenue\n    question: How much did we earn last week?\n"
                  "    answer: \"{{revenue}}.\"\n    show:\n"
                  "      - {kpi: revenue, value: revenue, format: money}"),
    weir::optional("path", &ReportOptions::path, "report.html", "The HTML file."),
    weir::optional("title", &ReportOptions::title, "Report", "At the top of the page."),
    weir::optional("about", &ReportOptions::about, "Who it is for; below the title."),
    weir::optional("nodes", &ReportOptions::nodes,
                   "The node that an input reads, by the input's name: printed below its numbers. Left out, "
                   "it is what the pipeline says.",
                   weir::example_value("{weekly: per_week}")),
    weir::optional("sources", &ReportOptions::sources,
                   "The files and tables behind an input, by its name: printed below its numbers.",
                   weir::example_value("{weekly: purchases.csv}")),
    weir::optional("expressions", &ReportOptions::expressions,
                   "What made a column, by input and column: told when one of its numbers is clicked.",
                   weir::example_value("{weekly: {revenue: sum(dollars)}}")),
    weir::optional("filter_by", &ReportOptions::filter_by,
                   "One column: a drop-down of its values at the top of the page.",
                   weir::example_value("[channel]")),
    weir::optional("timezone", &ReportOptions::timezone, "UTC",
                   "Whose days the inputs have: moments that begin its days are days on the page.",
                   weir::example_value("Europe/Berlin")),
    weir::optional("sections", &ReportOptions::sections,
                   "Each asks a question and answers it; left out, the columns say what is drawn."));
