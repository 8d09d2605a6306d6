#include "compose.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <utility>

#include "answer.hpp"
#include "number_text.hpp"

namespace weir::report {
namespace {

std::size_t row_count(const Input& input) {
  return input.columns.empty() ? 0 : input.columns.front().cells.size();
}

const Column* first_moments(const Input& input) {
  for (const Column& column : input.columns) {
    if (std::ranges::any_of(column.cells,
                            [](const Cell& cell) { return std::holds_alternative<Moment>(cell); }))
      return &column;
  }
  return nullptr;
}

// Copies of a node deliver in any order; what people read runs forward in time.
void order_by_time(Input& input) {
  const Column* time = first_moments(input);
  if (time == nullptr) return;
  // The row number as second part keeps rows of one moment in the order in which they came.
  std::vector<std::pair<std::int64_t, std::size_t>> rows;
  for (std::size_t row = 0; row < row_count(input); ++row) {
    const auto* at = std::get_if<Moment>(&time->cells[row]);
    rows.emplace_back(at == nullptr ? INT64_MIN : at->us, row);
  }
  std::ranges::sort(rows);
  std::vector<std::vector<Cell>> ordered;
  for (const Column& column : input.columns) {
    std::vector<Cell>& cells = ordered.emplace_back();
    for (const auto& [at, row] : rows) cells.push_back(column.cells[row]);
  }
  for (std::size_t i = 0; i < ordered.size(); ++i) input.columns[i].cells = std::move(ordered[i]);
}

Provenance provenance_of(const Input& input) {
  Provenance provenance{row_count(input), "", input.sources};
  const Column* time = first_moments(input);
  if (time == nullptr) return provenance;
  const auto is_moment = [](const Cell& cell) { return std::holds_alternative<Moment>(cell); };
  const auto first = std::ranges::find_if(time->cells, is_moment);
  const Moment begin = std::get<Moment>(*first);
  const Moment end = std::get<Moment>(*std::find_if(time->cells.rbegin(), time->cells.rend(), is_moment));
  constexpr std::int64_t kDayUs = 86400LL * 1000 * 1000;
  const bool with_time = begin.us % kDayUs != 0 || end.us % kDayUs != 0;
  provenance.window = moment_text(begin, with_time) + " to " + moment_text(end, with_time);
  return provenance;
}

std::optional<double> number_at(const Column& column, std::size_t row) {
  if (const auto* number = std::get_if<double>(&column.cells[row])) return *number;
  if (const auto* whole = std::get_if<std::int64_t>(&column.cells[row])) return static_cast<double>(*whole);
  return std::nullopt;
}

std::string words_at(const Column& column, std::size_t row) {
  if (const auto* text = std::get_if<std::string>(&column.cells[row])) return *text;
  if (const auto* moment = std::get_if<Moment>(&column.cells[row]))
    return moment_text(*moment, moment->us % 86400000000 != 0);
  const std::optional<double> number = number_at(column, row);
  return number ? number_text(*number, Format::kNumber, "") : "";
}

std::optional<std::size_t> picked_row(const Column& column, Pick pick) {
  if (column.cells.empty()) return std::nullopt;
  if (pick == Pick::kLast) return column.cells.size() - 1;
  if (pick == Pick::kFirst) return 0;
  std::optional<std::size_t> best;
  for (std::size_t row = 0; row < column.cells.size(); ++row) {
    const std::optional<double> number = number_at(column, row);
    if (!number || std::isnan(*number)) continue;
    const bool is_better = !best || (pick == Pick::kLargest ? *number > *number_at(column, *best)
                                                            : *number < *number_at(column, *best));
    if (is_better) best = row;
  }
  return best;
}

Result<const Column*> find_column(const Input& input, const std::string& name) {
  std::string known;
  for (const Column& column : input.columns) {
    if (column.name == name) return &column;
    known += (known.empty() ? "" : ", ") + column.name;
  }
  return Status::invalid("no column '" + name + "' in input '" + input.port + "' (" + known + ")");
}

/// A column that is drawn or compared. Of texts the page would say that there is no data.
Result<const Column*> find_numbers(const Input& input, const std::string& name) {
  WEIR_ASSIGN_OR_RETURN(const Column* column, find_column(input, name));
  if (column->holds_numbers) return column;
  return Status::invalid("column '" + name + "' in input '" + input.port + "' holds no numbers");
}

Result<const Input*> find_input(const std::vector<Input>& inputs, const std::string& port) {
  if (port.empty() && inputs.size() == 1) return &inputs.front();
  std::string known;
  for (const Input& input : inputs) {
    if (input.port == port) return &input;
    known += (known.empty() ? "" : ", ") + input.port;
  }
  if (port.empty()) return Status::invalid("'from' is missing; there are " + known);
  return Status::invalid("no input '" + port + "'; there are " + known);
}

Result<std::optional<double>> compared_value(const Show& show, const Input& input, const Column& value,
                                             std::size_t row) {
  if (show.compare.empty()) return std::optional<double>();
  if (show.compare == "previous row") return row == 0 ? std::optional<double>() : number_at(value, row - 1);
  WEIR_ASSIGN_OR_RETURN(const Column* other, find_numbers(input, show.compare));
  return number_at(*other, row);
}

Result<Tile> compose_tile(const Show& show, const Input& input) {
  if (show.columns.size() != 1)
    return Status::invalid("needs one 'value', found " + std::to_string(show.columns.size()));
  WEIR_ASSIGN_OR_RETURN(const Column* value, find_numbers(input, show.columns.front()));
  if (!show.compare.empty() && show.compare != "previous row")
    WEIR_RETURN_IF_ERROR(find_numbers(input, show.compare).status());
  Tile tile;
  tile.id = show.id;
  tile.label = show.title.empty() ? show.id : show.title;
  tile.format = show.format;
  tile.unit = show.unit;
  tile.better = show.better;
  tile.note = show.note;
  tile.compared_with =
      show.compared_with.empty() && show.compare == "previous row" ? "the row before" : show.compared_with;
  tile.provenance = provenance_of(input);
  const Column* subject = nullptr;
  if (!show.x.empty()) {
    WEIR_ASSIGN_OR_RETURN(subject, find_column(input, show.x));
  }
  const std::optional<std::size_t> row = picked_row(*value, show.pick);
  if (!row) return tile;
  tile.value = number_at(*value, *row);
  WEIR_ASSIGN_OR_RETURN(tile.previous, compared_value(show, input, *value, *row));
  if (subject != nullptr) tile.subject = words_at(*subject, *row);
  for (std::size_t i = *row + 1 - std::min(show.trend, *row + 1); show.trend > 0 && i <= *row; ++i) {
    if (const std::optional<double> number = number_at(*value, i)) tile.trend.push_back(*number);
  }
  return tile;
}

FigureKind figure_kind(ShowKind kind) {
  switch (kind) {
    case ShowKind::kLine:
      return FigureKind::kLine;
    case ShowKind::kBars:
      return FigureKind::kBars;
    case ShowKind::kPercentiles:
      return FigureKind::kPercentiles;
    case ShowKind::kKpi:
    case ShowKind::kTable:
      break;
  }
  return FigureKind::kTable;
}

Result<Figure> compose_figure(const Show& show, const Input& input) {
  Figure figure{show.id, figure_kind(show.kind), show.title.empty() ? show.id : show.title, {}, show.order,
                {},      provenance_of(input)};
  if (!show.note.empty()) figure.notes.push_back(show.note);
  const bool is_table = show.kind == ShowKind::kTable;
  if (is_table && show.columns.empty()) figure.columns = input.columns;
  if (!is_table) {
    WEIR_ASSIGN_OR_RETURN(const Column* x, find_column(input, show.x));
    figure.columns.push_back(*x);
  }
  for (const std::string& name : show.columns) {
    WEIR_ASSIGN_OR_RETURN(const Column* column,
                          is_table ? find_column(input, name) : find_numbers(input, name));
    figure.columns.push_back(*column);
  }
  for (std::size_t i = is_table ? 0 : 1; i < figure.columns.size(); ++i) {
    if (!figure.columns[i].holds_numbers) continue;
    figure.columns[i].format = show.format;
    figure.columns[i].unit = show.unit;
  }
  return figure;
}

std::string_view kind_key(ShowKind kind) {
  switch (kind) {
    case ShowKind::kKpi:
      return "kpi";
    case ShowKind::kLine:
      return "line";
    case ShowKind::kBars:
      return "bars";
    case ShowKind::kPercentiles:
      return "percentiles";
    case ShowKind::kTable:
      break;
  }
  return "table";
}

Status add_item(Section& section, const Show& show, const std::vector<Input>& inputs) {
  WEIR_ASSIGN_OR_RETURN(const Input* input, find_input(inputs, show.from));
  if (show.kind == ShowKind::kKpi) {
    WEIR_ASSIGN_OR_RETURN(Tile tile, compose_tile(show, *input));
    section.tiles.push_back(std::move(tile));
  } else {
    WEIR_ASSIGN_OR_RETURN(Figure figure, compose_figure(show, *input));
    section.figures.push_back(std::move(figure));
  }
  return Status::ok();
}

Result<Section> compose_section(const SectionSpec& spec, const std::vector<Input>& inputs,
                                std::set<std::string>& item_ids) {
  Section section{spec.id, spec.title.empty() ? spec.id : spec.title, spec.question, {}, spec.labels, {}, {}};
  for (const Show& show : spec.show) {
    const std::string place = std::string(kind_key(show.kind)) + " '" + show.id + "'";
    if (!item_ids.insert(show.id).second)
      return Status::invalid(place + ": the id is used twice in this report");
    WEIR_RETURN_IF_ERROR(add_item(section, show, inputs).with_context(place));
  }
  WEIR_ASSIGN_OR_RETURN(section.answer, fill_answer(spec.answer, tiles_of(section)));
  return section;
}

}  // namespace

Result<ReportModel> compose(const ReportSpec& spec, std::vector<Input> inputs, Moment generated_at) {
  for (Input& input : inputs) order_by_time(input);
  ReportModel model{spec.title, spec.owner, spec.decision, spec.measures, generated_at, {}};
  std::set<std::string> section_ids;
  std::set<std::string> item_ids;
  for (const SectionSpec& one : spec.sections) {
    const std::string place = "section '" + one.id + "'";
    if (!section_ids.insert(one.id).second)
      return Status::invalid(place + ": the id is used twice in this report");
    Result<Section> section = compose_section(one, inputs, item_ids);
    if (!section.is_ok()) return section.status().with_context(place);
    model.sections.push_back(std::move(*section));
  }
  return model;
}

}  // namespace weir::report
