#include "html.hpp"

#include <array>
#include <utility>

#include "assets.hpp"
#include "badge_html.hpp"
#include "escape.hpp"
#include "figure_html.hpp"
#include "input_rows.hpp"
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

std::string about_facts(const About& about) {
  return fact_html("Decision", about.decision) + fact_html("Measures", about.measures) +
         fact_html("Expected", about.expected) + fact_html("For", about.audience) +
         fact_html("Owner", about.owner);
}

std::string about_html(const ReportModel& model) {
  return "<dl class=\"about\">" + about_facts(model.about) +
         fact_html("Made", moment_text(model.generated_at)) +
         "<div><dt>Times</dt><dd id=\"zone\">UTC</dd></div>" +
         fact_html("Days", model.day_zone.is_utc() ? "" : "of " + model.day_zone.name()) + "</dl>";
}

std::string section_about_html(const About& about) {
  const std::string facts = about_facts(about);
  return facts.empty() ? "" : "<dl class=\"about\">" + facts + "</dl>";
}

std::string filter_html(const Filter& filter) {
  if (filter.choices.empty()) return "";
  std::string html = "<p class=\"filter\"><label for=\"filter\">" + escape_html(as_words(filter.column)) +
                     "</label> <select id=\"filter\" autocomplete=\"off\">";
  for (std::size_t i = 0; i < filter.choices.size(); ++i)
    html += "<option value=\"" + std::to_string(i) + "\">" +
            (filter.choices[i].empty() ? "All" : escape_html(filter.choices[i])) + "</option>";
  return html + "</select></p>";
}

/// The attributes of what is shown for one choice of the filter only.
std::string choice_html(const Section& section, std::size_t choice) {
  if (section.contents.size() == 1) return "";
  return " data-choice=\"" + std::to_string(choice) + "\"" + (choice == 0 ? "" : " hidden");
}

std::string navigation_html(const ReportModel& model) {
  std::string html;
  for (const Section& section : model.sections) {
    html += "<li><a href=\"#section-" + escape_html(section.id) + "\">" + escape_html(section.title) +
            "</a></li>\n";
  }
  return html;
}

std::string answer_html(const Section& section, std::size_t choice) {
  const Answer& answer = section.contents[choice].answer;
  const std::string value = answer.value ? " data-value=\"" + raw_number(*answer.value) + "\"" : "";
  const std::string_view text =
      answer.text.empty() ? std::string_view("No data.") : std::string_view(answer.text);
  return "<p class=\"answer\" id=\"answer-" + escape_html(section.id) +
         (choice == 0 ? "" : "--" + std::to_string(choice)) + "\"" + value + choice_html(section, choice) +
         ">" + escape_html(text) + "</p>";
}

std::string answer_card_html(const Section& section) {
  std::string html = "<li class=\"card\"><h3>" + escape_html(section.question) + "</h3>";
  for (std::size_t choice = 0; choice < section.contents.size(); ++choice)
    html += answer_html(section, choice);
  return html + "<p class=\"more\"><a href=\"#section-" + escape_html(section.id) +
         "\" aria-label=\"How we know: " + escape_html(section.title) + "\">How we know</a>" +
         labels_html(section) + "</p></li>\n";
}

std::string answers_html(const ReportModel& model) {
  std::string html;
  for (const Section& section : model.sections) {
    if (!section.question.empty()) html += answer_card_html(section);
  }
  return html;
}

bool is_compact(const Figure& figure) {
  return figure.kind == FigureKind::kBars || figure.kind == FigureKind::kPercentiles ||
         figure.kind == FigureKind::kShares || figure.kind == FigureKind::kHistogram ||
         figure.kind == FigureKind::kBox;
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

std::string paragraph_html(const Paragraph& paragraph) {
  const std::string value =
      paragraph.said.value ? " data-value=\"" + raw_number(*paragraph.said.value) + "\"" : "";
  return "<p class=\"card text\" id=\"text-" + escape_html(paragraph.id) + "\"" + value + ">" +
         escape_html(paragraph.said.text) + "</p>";
}

std::string tiles_html(const Content& content) {
  if (content.tiles.empty() && content.badges.empty()) return "";
  std::string html = "<div class=\"tiles\">";
  for (const Tile& tile : content.tiles) html += tile_html(tile);
  for (const Badge& badge : content.badges) html += badge_html(badge);
  return html + "</div>";
}

std::string content_html(const Section& section, std::size_t choice) {
  const Content& content = section.contents[choice];
  std::string html = "<div class=\"content\"" + choice_html(section, choice) + ">" + tiles_html(content);
  for (const Paragraph& paragraph : content.paragraphs) html += paragraph_html(paragraph);
  return html + "<div class=\"figures\">" + figures_html(content.figures) + "</div></div>";
}

std::string section_html(const Section& section, const Filter& filter) {
  const std::string id = escape_html(section.id);
  std::string html = "<section id=\"section-" + id + "\" aria-labelledby=\"heading-" + id +
                     "\"><h2 id=\"heading-" + id + "\">" + escape_html(section.title) + labels_html(section) +
                     "</h2>";
  if (!section.question.empty()) html += "<p class=\"question\">" + escape_html(section.question) + "</p>";
  html += section_about_html(section.about);
  if (!filter.choices.empty() && section.contents.size() == 1 && section.contents[0].filter.empty())
    html += "<p class=\"note\">Not filtered: these rows have no " + escape_html(filter.column) + ".</p>";
  for (std::size_t choice = 0; choice < section.contents.size(); ++choice)
    html += content_html(section, choice);
  return html + "</section>\n";
}

std::string sections_html(const ReportModel& model) {
  std::string html;
  for (const Section& section : model.sections) html += section_html(section, model.filter);
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
  const std::array<std::pair<std::string_view, std::string>, 9> slots = {{
      {"title", escape_html(model.title)},
      {"style", std::string(asset_report_css())},
      {"about", about_html(model)},
      {"filter", filter_html(model.filter)},
      {"navigation", navigation_html(model)},
      {"answers", answers_html(model)},
      {"sections", sections_html(model)},
      {"echarts", inline_script(echarts_js)},
      {"script", inline_script(asset_report_js())},
  }};
  return fill_slots(asset_page_html(), slots);
}

}  // namespace weir::report
