#include "tile_html.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string_view>

#include "escape.hpp"
#include "number_text.hpp"
#include "provenance_html.hpp"

namespace weir::report {
namespace {

std::string data_attribute(std::string_view name, const std::optional<double>& value) {
  return value ? " data-" + std::string(name) + "=\"" + raw_number(*value) + "\"" : std::string();
}

// The class that colours a change; direction alone is neither good nor bad.
std::string_view mood(const Tile& tile, double change) {
  if (change == 0 || tile.better == Better::kNeither) return "even";
  return (change > 0) == (tile.better == Better::kHigher) ? "good" : "bad";
}

std::string change_html(const Tile& tile) {
  const std::string against =
      escape_html(tile.compared_with.empty() ? "the period before" : tile.compared_with);
  if (!tile.previous || !tile.value) {
    if (!tile.value || tile.compared_with.empty()) return "";
    return "<p class=\"change even\">Nothing to compare with: no " + against + "</p>";
  }
  const double change = *tile.value - *tile.previous;
  const std::string before = escape_html(number_text(*tile.previous, tile.format, tile.unit));
  if (change == 0)
    return "<p class=\"change even\"><b>No change</b> from " + against + ", " + before + "</p>";
  const std::string_view arrow = change > 0 ? "\xE2\x96\xB2" : "\xE2\x96\xBC";
  // A ratio's own change is in percentage points; a change from nothing has no percentage.
  std::string size = tile.format == Format::kPercent ? signed_text(change * 100, Format::kNumber, "points")
                                                     : signed_text(change, tile.format, tile.unit);
  if (*tile.previous != 0)
    size += " (" + signed_text(relative_change(*tile.value, *tile.previous), Format::kPercent, "") + ")";
  return "<p class=\"change " + std::string(mood(tile, change)) + "\"><b><span aria-hidden=\"true\">" +
         std::string(arrow) + "</span> " + escape_html(size) + "</b> on " + against + ", " + before + "</p>";
}

// Drawn here and not by the script: it needs no axis, no legend and no tooltip.
std::string trend_svg(const std::vector<double>& trend) {
  if (trend.size() < 2) return "";
  constexpr double kWidth = 120;
  constexpr double kHeight = 32;
  const auto [low, high] = std::ranges::minmax_element(trend);
  const double span = *high > *low ? *high - *low : 1;
  std::string points;
  std::string last;
  for (std::size_t i = 0; i < trend.size(); ++i) {
    const double x = 3 + (kWidth - 6) * static_cast<double>(i) / static_cast<double>(trend.size() - 1);
    const double y = kHeight - 4 - (kHeight - 8) * (trend[i] - *low) / span;
    last = "cx=\"" + raw_number(x) + "\" cy=\"" + raw_number(y) + "\"";
    points += raw_number(x) + "," + raw_number(y) + " ";
  }
  return "<svg class=\"trend\" viewBox=\"0 0 120 32\" preserveAspectRatio=\"xMinYMid meet\" "
         "aria-hidden=\"true\" focusable=\"false\"><polyline points=\"" +
         points + "\"/><circle r=\"3\" " + last + "/></svg>";
}

// How sure the number is and of how many it was made.
std::string certainty_html(const Tile& tile) {
  std::string text;
  if (tile.interval)
    text = "Between " + number_text(tile.interval->low, tile.format, tile.unit) + " and " +
           number_text(tile.interval->high, tile.format, tile.unit);
  if (tile.sample) text += (text.empty() ? "Of " : ", of ") + number_text(*tile.sample, Format::kNumber, "");
  return text.empty() ? "" : "<p class=\"certainty\">" + escape_html(text) + "</p>";
}

// A short unit stays with its number where a line ends: "42 min" / "34 s". A long one would not fit beside
// it.
std::string with_units_kept(const std::string& text) {
  constexpr std::size_t kShortUnit = 3;
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t end = std::min(text.find(' ', i + 1), text.size());
    const bool is_unit = text[i] == ' ' && i > 0 && std::isdigit(static_cast<unsigned char>(text[i - 1])) &&
                         end - i - 1 <= kShortUnit;
    is_unit ? made += "&nbsp;" : made += text[i];
  }
  return made;
}

// A button, so that keys reach what a click tells.
std::string value_html(const Tile& tile) {
  const std::string number =
      tile.value ? with_units_kept(escape_html(number_text(*tile.value, tile.format, tile.unit))) : "no data";
  return "<p class=\"value\"><button type=\"button\" data-origin>" + number + "</button>" +
         (tile.is_partial ? " <span class=\"label\">not over yet</span>" : "") + "</p>";
}

}  // namespace

std::string tile_html(const Tile& tile) {
  std::string html = "<article class=\"card tile\" id=\"tile-" + escape_html(tile.id) + "\"" +
                     data_attribute("value", tile.value) + data_attribute("previous", tile.previous) +
                     origin_attributes(tile.provenance) + "><h3>" + escape_html(tile.label) + "</h3>" +
                     value_html(tile) + certainty_html(tile) + change_html(tile) + trend_svg(tile.trend);
  if (!tile.subject.empty()) html += "<p class=\"note\">" + escape_html(tile.subject) + "</p>";
  if (!tile.note.empty()) html += "<p class=\"note\">" + escape_html(tile.note) + "</p>";
  return html + provenance_html(tile.provenance) + "</article>\n";
}

}  // namespace weir::report
