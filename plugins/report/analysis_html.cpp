#include "analysis_html.hpp"

#include <algorithm>
#include <set>

#include "cell_text.hpp"
#include "escape.hpp"
#include "input_rows.hpp"
#include "number_text.hpp"
#include "table_html.hpp"

namespace weir::report {
namespace {

constexpr std::size_t kFirstPeriod = 2;
constexpr std::size_t kSegment = 6;
constexpr std::size_t kShortName = 16;

std::string cohort_cell(const Column& column, std::size_t row) {
  const std::optional<double> rate = number_at(column, row);
  if (!rate) return "<td class=\"number\"></td>";
  const double heat = std::clamp(*rate, 0.0, 1.0);
  const bool is_open = is_partial(column, row);
  return "<td class=\"number heat" + std::string(is_open ? " open" : "") +
         "\" style=\"--heat:" + raw_number(heat) + "\">" + escape_html(CellTexts(column)[row]) +
         (is_open ? "<span class=\"unseen\"> so far</span>" : "") + "</td>";
}

std::string percent_of(const Column& column, std::size_t row, std::string_view of_what) {
  const std::optional<double> rate = number_at(column, row);
  return rate ? number_text(*rate, Format::kPercent, "") + " of " + std::string(of_what) : std::string();
}

std::string joined(const std::string& left, const std::string& right) {
  return left.empty() || right.empty() ? left + right : left + " \xC2\xB7 " + right;
}

std::string step_html(const Figure& figure, std::size_t row, bool is_first) {
  const Column& median = figure.columns[4];
  const Column& slow = figure.columns[5];
  std::string detail;
  if (!is_first) {
    detail = joined(percent_of(figure.columns[3], row, "the step before"),
                    percent_of(figure.columns[2], row, "the first"));
    if (number_at(median, row)) detail = joined(detail, "median " + CellTexts(median)[row]);
    if (number_at(slow, row)) detail = joined(detail, "p90 " + CellTexts(slow)[row]);
  }
  const double part = std::clamp(number_at(figure.columns[2], row).value_or(0), 0.0, 1.0);
  return "<li><p class=\"step\"><span>" + escape_html(CellTexts(figure.columns[0])[row]) + "</span> <b>" +
         escape_html(CellTexts(figure.columns[1])[row]) +
         "</b></p><div class=\"bar\"><i style=\"width:" + raw_number(part * 100) + "%\"></i></div>" +
         (detail.empty() ? "" : "<p class=\"note\">" + escape_html(detail) + "</p>") + "</li>";
}

std::string steps_html(const Figure& figure, const std::string* segment) {
  std::string html = "<ol class=\"steps\">";
  bool is_first = true;
  for (std::size_t row = 0; row < row_count(figure); ++row) {
    if (segment != nullptr && words_at(figure.columns[kSegment], row) != *segment) continue;
    html += step_html(figure, row, is_first);
    is_first = false;
  }
  return html + "</ol>";
}

// The colour of a verdict; the word beside it says the same.
std::string_view mood_of(const std::string& verdict) {
  if (verdict == "better" || verdict == "holds") return "good";
  return verdict == "unclear" || verdict == "not_enough_data" ? "even" : "bad";
}

}  // namespace

std::string cohorts_html(const Figure& figure) {
  const std::size_t shown = std::min(row_count(figure), kMaxTableRows);
  const std::string title = escape_html(figure.title);
  std::string html = "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Table: " + title +
                     "\"><table><caption>" + title + ", by periods after they joined</caption><thead><tr>";
  for (std::size_t i = 0; i < figure.columns.size(); ++i)
    html += "<th scope=\"col\"" + std::string(i == 0 ? "" : " class=\"number\"") + ">" +
            escape_html(label_of(figure.columns[i])) + "</th>";
  html += "</tr></thead><tbody>\n";
  bool has_open = false;
  for (std::size_t row = 0; row < shown; ++row) {
    const std::string cohort = words_at(figure.columns[0], row);
    // A day stays on one line; a long name may break.
    html += "<tr><th scope=\"row\"" + std::string(cohort.size() <= kShortName ? " class=\"moment\"" : "") +
            ">" + escape_html(cohort) + "</th><td class=\"number\">" +
            escape_html(CellTexts(figure.columns[1])[row]) + "</td>";
    for (std::size_t i = kFirstPeriod; i < figure.columns.size(); ++i) {
      html += cohort_cell(figure.columns[i], row);
      has_open |= is_partial(figure.columns[i], row);
    }
    html += "</tr>\n";
  }
  html += "</tbody></table></div>";
  return has_open ? html + "<p class=\"note\">In italics: the period is not over yet.</p>" : html;
}

std::string funnel_html(const Figure& figure) {
  if (figure.columns.size() <= kSegment) return steps_html(figure, nullptr);
  std::string html;
  std::set<std::string> seen;
  for (std::size_t row = 0; row < row_count(figure); ++row) {
    const std::string segment = words_at(figure.columns[kSegment], row);
    if (!seen.insert(segment).second) continue;
    html += "<div><h4>" + escape_html(segment.empty() ? "(none)" : segment) + "</h4>" +
            steps_html(figure, &segment) + "</div>";
  }
  return "<div class=\"segments\">" + html + "</div>";
}

std::string findings_html(const Figure& figure) {
  std::string html = "<ul class=\"findings\">";
  for (const Finding& finding : figure.findings)
    html += "<li class=\"" + std::string(mood_of(finding.verdict)) + "\"><b>" + escape_html(finding.verdict) +
            "</b> " + escape_html(finding.sentence) + "</li>";
  return html + "</ul>";
}

}  // namespace weir::report
