#include "figure_html.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "escape.hpp"
#include "number_text.hpp"

namespace weir::report {
namespace {

// A table longer than this would make the page slow; the rest stays in the page as JSON.
constexpr std::size_t kMaxTableRows = 500;

std::string_view kind_name(FigureKind kind) {
  switch (kind) {
    case FigureKind::kLine:
      return "line";
    case FigureKind::kBars:
      return "bars";
    case FigureKind::kPercentiles:
      return "percentiles";
    case FigureKind::kTable:
      break;
  }
  return "table";
}

std::string_view format_name(Format format) {
  switch (format) {
    case Format::kMoney:
      return "money";
    case Format::kPercent:
      return "percent";
    case Format::kBytes:
      return "bytes";
    case Format::kNumber:
      break;
  }
  return "number";
}

std::string_view type_name(const Column& column) {
  for (const Cell& cell : column.cells) {
    if (std::holds_alternative<std::string>(cell)) return "text";
    if (std::holds_alternative<Moment>(cell)) return "moment";
    if (!std::holds_alternative<std::monostate>(cell)) return "number";
  }
  return "number";
}

const std::string& label_of(const Column& column) {
  return column.label.empty() ? column.name : column.label;
}

/// The class of a column's cells: how its words stand.
std::string cell_class(const Column& column) {
  const std::string_view type = type_name(column);
  return type == "text" ? std::string() : " class=\"" + std::string(type) + "\"";
}

std::string cell_json(const Cell& cell) {
  if (const auto* number = std::get_if<double>(&cell)) return raw_number(*number);
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return std::to_string(*whole);
  if (const auto* moment = std::get_if<Moment>(&cell)) return json_string(moment_iso(*moment));
  if (const auto* text = std::get_if<std::string>(&cell)) return json_string(*text);
  return "null";
}

std::string column_json(const Column& column) {
  std::string json = "{\"name\":" + json_string(column.name) + ",\"label\":" + json_string(label_of(column)) +
                     ",\"type\":" + json_string(type_name(column)) +
                     ",\"format\":" + json_string(format_name(column.format)) +
                     ",\"unit\":" + json_string(column.unit) + ",\"values\":[";
  for (const Cell& cell : column.cells) json += cell_json(cell) + ",";
  if (json.back() == ',') json.pop_back();
  return json + "]}";
}

// Days are written without a clock time when every moment of the column is a midnight.
bool has_clock_times(const Column& column) {
  constexpr std::int64_t kDayUs = 86400LL * 1000 * 1000;
  return std::ranges::any_of(column.cells, [](const Cell& cell) {
    const auto* moment = std::get_if<Moment>(&cell);
    return moment != nullptr && moment->us % kDayUs != 0;
  });
}

std::string cell_text(const Cell& cell, const Column& column, bool with_time) {
  if (const auto* number = std::get_if<double>(&cell))
    return number_text(*number, column.format, column.unit);
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) {
    return number_text(static_cast<double>(*whole), column.format, column.unit);
  }
  if (const auto* moment = std::get_if<Moment>(&cell)) return moment_text(*moment, with_time);
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  return "\xE2\x80\x93";  // An en dash: no value.
}

std::size_t row_count(const Figure& figure) {
  return figure.columns.empty() ? 0 : figure.columns.front().cells.size();
}

std::string table_row(const Figure& figure, const std::vector<bool>& with_time, std::size_t row) {
  std::string html = "<tr>";
  for (std::size_t i = 0; i < figure.columns.size(); ++i) {
    const Column& column = figure.columns[i];
    const std::string text =
        row < column.cells.size() ? escape_html(cell_text(column.cells[row], column, with_time[i])) : "";
    const std::string tag = i == 0 ? "th scope=\"row\"" : "td";
    html += "<" + tag + cell_class(column) + ">" + text + "</" + tag.substr(0, 2) + ">";
  }
  return html + "</tr>\n";
}

std::string table_html(const Figure& figure) {
  const std::size_t rows = row_count(figure);
  const std::size_t shown = std::min(rows, kMaxTableRows);
  std::string caption = escape_html(figure.title);
  if (shown < rows)
    caption += ": the first " + std::to_string(shown) + " of " +
               number_text(static_cast<double>(rows), Format::kNumber, "rows");
  std::string html = "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Table: " +
                     escape_html(figure.title) + "\"><table><caption>" + caption + "</caption><thead><tr>";
  std::vector<bool> with_time;
  for (const Column& column : figure.columns) {
    html += "<th scope=\"col\"" + cell_class(column) + ">" + escape_html(label_of(column)) + "</th>";
    with_time.push_back(has_clock_times(column));
  }
  html += "</tr></thead><tbody>\n";
  for (std::size_t row = 0; row < shown; ++row) html += table_row(figure, with_time, row);
  return html + "</tbody></table></div>";
}

// What a listener hears in place of the picture.
std::string spoken_summary(const Figure& figure) {
  std::string text = figure.title + ". ";
  for (std::size_t i = 1; i < figure.columns.size(); ++i)
    text += (i == 1 ? "" : ", ") + label_of(figure.columns[i]);
  const std::size_t rows = row_count(figure);
  if (rows == 0) return text + ": no data.";
  const Column& x = figure.columns.front();
  const bool with_time = has_clock_times(x);
  return text + " by " + label_of(x) + ", " + std::to_string(rows) + " points from " +
         cell_text(x.cells.front(), x, with_time) + " to " + cell_text(x.cells.back(), x, with_time) +
         ". The table below holds every value.";
}

std::string chart_html(const Figure& figure) {
  const std::string id = escape_html(figure.id);
  std::string html = "<div class=\"legend\" id=\"legend-" + id + "\"></div><div class=\"chart\" id=\"chart-" +
                     id + "\" data-chart=\"" + id + "\" role=\"img\" aria-label=\"" +
                     escape_html(spoken_summary(figure)) + "\">";
  if (row_count(figure) == 0) html += "<p class=\"empty\">No rows reached this chart.</p>";
  return html + "</div><details class=\"data\"><summary>Show as table</summary>" + table_html(figure) +
         "</details>";
}

std::string notes_html(const std::vector<std::string>& notes) {
  std::string html;
  for (const std::string& note : notes) html += "<p class=\"note\">" + escape_html(note) + "</p>";
  return html;
}

}  // namespace

std::string provenance_html(const Provenance& provenance) {
  std::string html =
      "<p class=\"provenance\">" + number_text(static_cast<double>(provenance.rows), Format::kNumber,
                                               provenance.rows == 1 ? "row" : "rows");
  if (!provenance.window.empty()) html += " \xC2\xB7 " + escape_html(provenance.window);
  for (std::size_t i = 0; i < provenance.sources.size(); ++i) {
    html += (i == 0 ? " \xC2\xB7 from " : ", ") + escape_html(provenance.sources[i]);
  }
  return html + "</p>";
}

std::string figure_json(const Figure& figure) {
  std::string json = "{\"id\":" + json_string(figure.id) +
                     ",\"kind\":" + json_string(kind_name(figure.kind)) +
                     ",\"title\":" + json_string(figure.title) +
                     ",\"order\":" + (figure.order == BarOrder::kByValue ? "\"by_value\"" : "\"as_given\"") +
                     ",\"rows\":" + std::to_string(figure.provenance.rows) +
                     ",\"window\":" + json_string(figure.provenance.window) + ",\"sources\":[";
  for (std::size_t i = 0; i < figure.provenance.sources.size(); ++i) {
    json += (i == 0 ? "" : ",") + json_string(figure.provenance.sources[i]);
  }
  json += "],\"columns\":[";
  for (std::size_t i = 0; i < figure.columns.size(); ++i)
    json += (i == 0 ? "" : ",") + column_json(figure.columns[i]);
  return json + "]}";
}

std::string figure_html(const Figure& figure, Width width) {
  const std::string id = escape_html(figure.id);
  const bool is_table = figure.kind == FigureKind::kTable;
  return "<figure class=\"card figure" + std::string(width == Width::kFull ? " wide" : "") +
         "\" id=\"figure-" + id + "\" aria-labelledby=\"title-" + id + "\"><h3 id=\"title-" + id + "\">" +
         escape_html(figure.title) + "</h3>" + (is_table ? table_html(figure) : chart_html(figure)) +
         "<figcaption>" + notes_html(figure.notes) + provenance_html(figure.provenance) +
         "</figcaption>\n<script type=\"application/json\" id=\"data-" + id + "\">" + figure_json(figure) +
         "</script></figure>\n";
}

}  // namespace weir::report
