#include "figure_html.hpp"

#include <algorithm>

#include "analysis_html.hpp"
#include "cell_text.hpp"
#include "escape.hpp"
#include "figure_json.hpp"
#include "main_fact.hpp"
#include "number_text.hpp"
#include "provenance_html.hpp"
#include "show_kind.hpp"
#include "table_html.hpp"

namespace weir::report {
namespace {

// So many marks are numbered in the chart and told below it; the others are drawn only.
constexpr std::size_t kMostToldMarks = 12;

std::string marks_html(const Figure& figure) {
  if (figure.marks.empty()) return "";
  std::string html = "<ol class=\"marks\" aria-label=\"Marks\">";
  for (std::size_t i = 0; i < std::min(kMostToldMarks, figure.marks.size()); ++i)
    html += "<li>" + figure.marks[i].when + (figure.marks[i].text.empty() ? "" : ": ") +
            escape_html(figure.marks[i].text) + "</li>";
  html += "</ol>";
  if (figure.marks.size() > kMostToldMarks)
    html += "<p class=\"note\">The first " + std::to_string(kMostToldMarks) + " of " +
            std::to_string(figure.marks.size()) + " marks are told here.</p>";
  return html;
}

std::string partial_note(const Figure& figure) {
  if (figure.columns.empty() || figure.columns.front().partial_rows.empty() || row_count(figure) == 0)
    return "";
  const Column& x = figure.columns.front();
  const std::size_t count = x.partial_rows.size();
  const std::string which =
      count == 1 ? CellTexts(x)[x.partial_rows.front()] : std::to_string(count) + " periods";
  return "<p class=\"note\">Not over yet, and drawn lighter: " + escape_html(which) + ".</p>";
}

std::string empty_html(const Figure& figure) {
  const bool has_rows = row_count(figure) > 0;
  const std::string what = figure.kind == FigureKind::kTable ? "table" : "chart";
  if (!has_rows && figure.provenance.rows == 0)
    return "<p class=\"empty\">No rows reached this " + what + ".</p>";
  const bool has_values = has_rows && !main_fact(figure).starts_with("No values in");
  return has_values ? "" : "<p class=\"empty\">All values are missing.</p>";
}

std::string chart_html(const Figure& figure) {
  const std::string id = escape_html(figure.id);
  const std::string empty = empty_html(figure);
  if (!empty.empty()) return empty;
  std::string box = "<div class=\"chart\" id=\"chart-" + id + "\" data-chart=\"" + id +
                    "\" role=\"img\" aria-label=\"" + escape_html(figure.title + ". " + main_fact(figure)) +
                    "\"></div>";
  if (figure.kind == FigureKind::kPaths)
    box = "<div class=\"scroll wide-chart\" role=\"region\" tabindex=\"0\" aria-label=\"Chart: " +
          escape_html(figure.title) + "\">" + box +
          "</div><p class=\"note beyond\" hidden>The chart goes on to the right.</p>";
  return "<div class=\"legend\" id=\"legend-" + id + "\"></div>" + box + partial_note(figure) +
         marks_html(figure);
}

std::string csv_html(const Figure& figure) {
  return "<button type=\"button\" class=\"csv\" data-csv=\"" + escape_html(figure.id) +
         "\" aria-label=\"Download CSV: " + escape_html(figure.title) + "\" hidden>Download CSV</button>";
}

// Figures of words are their own table; of charts it opens below them.
std::string body_html(const Figure& figure) {
  const bool has_rows = row_count(figure) > 0;
  const std::string folded =
      "<details class=\"data\"><summary>Show as table</summary>" + table_html(figure) + "</details>";
  switch (figure.kind) {
    case FigureKind::kTable:
      return has_rows ? table_html(figure) + csv_html(figure) : empty_html(figure);
    case FigureKind::kExperiment:
      return has_rows ? findings_html(figure) + table_html(figure) + csv_html(figure) : empty_html(figure);
    case FigureKind::kCohorts:
      return has_rows ? cohorts_html(figure) + csv_html(figure) : empty_html(figure);
    case FigureKind::kFunnel:
      return (has_rows ? funnel_html(figure) : empty_html(figure)) + folded + csv_html(figure);
    default:
      return chart_html(figure) + folded + csv_html(figure);
  }
}

bool tells_fact(const Figure& figure) {
  if (!figure.not_drawn.empty()) return true;
  return figure.kind != FigureKind::kTable && figure.kind != FigureKind::kExperiment && row_count(figure) > 0;
}

}  // namespace

std::string figure_html(const Figure& figure, Width width) {
  const std::string id = escape_html(figure.id);
  const std::string fact =
      tells_fact(figure) ? "<p class=\"fact\">" + escape_html(main_fact(figure)) + "</p>" : "";
  return "<figure class=\"card figure " + std::string(figure_word(figure.kind)) +
         (width == Width::kFull ? " wide" : "") + "\" id=\"figure-" + id + "\"" +
         origin_attributes(figure.provenance) + " aria-labelledby=\"title-" + id + "\"><h3 id=\"title-" + id +
         "\">" + escape_html(figure.title) + "</h3>" + fact + body_html(figure) + "<figcaption>" +
         notes_html(figure.notes) + provenance_html(figure.provenance) +
         "</figcaption>\n<script type=\"application/json\" id=\"data-" + id + "\">" + figure_json(figure) +
         "</script></figure>\n";
}

}  // namespace weir::report
