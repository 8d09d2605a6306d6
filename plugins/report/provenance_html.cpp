#include "provenance_html.hpp"

#include "escape.hpp"
#include "number_text.hpp"

namespace weir::report {
namespace {

std::string rows_text(const Provenance& provenance) {
  return number_text(static_cast<double>(provenance.rows), Format::kNumber,
                     provenance.rows == 1 ? "row" : "rows");
}

std::string sources_text(const Provenance& provenance) {
  std::string text;
  for (const std::string& source : provenance.sources) text += (text.empty() ? "" : ", ") + source;
  return text;
}

std::string attribute(std::string_view name, std::string_view value) {
  return value.empty() ? "" : " data-" + std::string(name) + "=\"" + escape_html(value) + "\"";
}

}  // namespace

std::string provenance_html(const Provenance& provenance) {
  std::string html = "<p class=\"provenance\">" + rows_text(provenance);
  if (!provenance.window.empty()) html += " \xC2\xB7 " + escape_html(provenance.window);
  if (!provenance.sources.empty()) html += " \xC2\xB7 from " + escape_html(sources_text(provenance));
  return html + "</p>";
}

std::string origin_attributes(const Provenance& provenance) {
  return attribute("rows", rows_text(provenance)) + attribute("window", provenance.window) +
         attribute("sources", sources_text(provenance)) + attribute("expression", provenance.expression);
}

std::string notes_html(const std::vector<std::string>& notes) {
  std::string html;
  for (const std::string& note : notes) html += "<p class=\"note\">" + escape_html(note) + "</p>";
  return html;
}

}  // namespace weir::report
