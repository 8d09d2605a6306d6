#include "badge_html.hpp"

#include "escape.hpp"
#include "provenance_html.hpp"

namespace weir::report {
namespace {

std::string_view state_word(Badge::State state) {
  switch (state) {
    case Badge::State::kGood:
      return "good";
    case Badge::State::kBad:
      return "bad";
    case Badge::State::kUnknown:
      break;
  }
  return "unknown";
}

}  // namespace

std::string badge_html(const Badge& badge) {
  const std::string state(state_word(badge.state));
  return "<article class=\"card tile badge " + state + "\" id=\"badge-" + escape_html(badge.id) +
         "\" data-state=\"" + state + "\"" + origin_attributes(badge.provenance) + "><h3>" +
         escape_html(badge.label) + "</h3><p class=\"state\"><button type=\"button\" data-origin>" +
         escape_html(badge.text) + "</button></p>" + notes_html(badge.notes) +
         provenance_html(badge.provenance) + "</article>\n";
}

}  // namespace weir::report
