#include "html.hpp"

#include <array>
#include <utility>

#include "assets.hpp"
#include "escape.hpp"
#include "figure_html.hpp"
#include "number_text.hpp"
#include "tile_html.hpp"

namespace weir::report {
namespace {

std::string labels_html(const Section& section) {
  std::string html;
  for (const std::string& label : section.labels)
    html += " <span class=\"label\">" + escape_html(label) + "</span>";
  return html;
}

std::string fact_html(std::string_view name, std::string_view value) {
  if (value.empty()) return "";
  return "<div><dt>" + std::string(name) + "</dt><dd>" + escape_html(value) + "</dd></div>";
}

std::string about_html(const ReportModel& model) {
  return "<dl class=\"about\">" + fact_html("Decision", model.decision) +
         fact_html("Measures", model.measures) + fact_html("Owner", model.owner) +
         fact_html("Made", moment_text(model.generated_at, true) + " UTC") + "</dl>";
}

std::string navigation_html(const ReportModel& model) {
  std::string html;
  for (const Section& section : model.sections) {
    html += "<li><a href=\"#section-" + escape_html(section.id) + "\">" + escape_html(section.title) +
            "</a></li>\n";
  }
  return html;
}

std::string answer_html(const Section& section) {
  const std::string id = escape_html(section.id);
  const std::string value =
      section.answer.value ? " data-value=\"" + raw_number(*section.answer.value) + "\"" : "";
  const std::string_view text =
      section.answer.text.empty() ? std::string_view("No data.") : std::string_view(section.answer.text);
  return "<li class=\"card\"><h3>" + escape_html(section.question) + "</h3><p class=\"answer\" id=\"answer-" +
         id + "\"" + value + ">" + escape_html(text) + "</p><p class=\"more\"><a href=\"#section-" + id +
         "\" aria-label=\"Why: " + escape_html(section.title) + "\">How we know</a>" + labels_html(section) +
         "</p></li>\n";
}

std::string answers_html(const ReportModel& model) {
  std::string html;
  for (const Section& section : model.sections) {
    if (!section.question.empty()) html += answer_html(section);
  }
  return html;
}

bool is_compact(const Figure& figure) {
  return figure.kind == FigureKind::kBars || figure.kind == FigureKind::kPercentiles;
}

// Two compact figures in a row share the width; one alone takes all of it, so that no hole is left.
std::string figures_html(const std::vector<Figure>& figures) {
  std::string html;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const bool has_partner = i + 1 < figures.size() && is_compact(figures[i]) && is_compact(figures[i + 1]);
    if (has_partner) html += figure_html(figures[i++], Width::kHalf);
    html += figure_html(figures[i], has_partner ? Width::kHalf : Width::kFull);
  }
  return html;
}

std::string section_html(const Section& section) {
  const std::string id = escape_html(section.id);
  std::string html = "<section id=\"section-" + id + "\" aria-labelledby=\"heading-" + id +
                     "\"><h2 id=\"heading-" + id + "\">" + escape_html(section.title) + labels_html(section) +
                     "</h2>";
  if (!section.question.empty()) html += "<p class=\"question\">" + escape_html(section.question) + "</p>";
  if (!section.tiles.empty()) {
    html += "<div class=\"tiles\">";
    for (const Tile& tile : section.tiles) html += tile_html(tile);
    html += "</div>";
  }
  return html + "<div class=\"figures\">" + figures_html(section.figures) + "</div></section>\n";
}

std::string sections_html(const ReportModel& model) {
  std::string html;
  for (const Section& section : model.sections) html += section_html(section);
  return html;
}

// Fills each `<!--weir:name-->` of the page once, from left to right: what was put in is never searched, so
// text from data that looks like a slot stays text.
template <std::size_t kSlots>
std::string fill_slots(std::string_view page,
                       const std::array<std::pair<std::string_view, std::string>, kSlots>& slots) {
  constexpr std::string_view kOpen = "<!--weir:";
  constexpr std::string_view kClose = "-->";
  std::string out;
  for (std::size_t at = page.find(kOpen); at != std::string_view::npos; at = page.find(kOpen)) {
    const std::size_t end = page.find(kClose, at);
    const std::string_view name = page.substr(at + kOpen.size(), end - at - kOpen.size());
    out.append(page.substr(0, at));
    for (const auto& [slot, text] : slots) {
      if (slot == name) out.append(text);
    }
    page.remove_prefix(end + kClose.size());
  }
  return out.append(page);
}

}  // namespace

std::string render_html(const ReportModel& model, std::string_view echarts_js) {
  const std::array<std::pair<std::string_view, std::string>, 8> slots = {{
      {"title", escape_html(model.title)},
      {"style", std::string(asset_report_css())},
      {"about", about_html(model)},
      {"navigation", navigation_html(model)},
      {"answers", answers_html(model)},
      {"sections", sections_html(model)},
      {"echarts", inline_script(echarts_js)},
      {"script", inline_script(asset_report_js())},
  }};
  return fill_slots(asset_page_html(), slots);
}

}  // namespace weir::report
