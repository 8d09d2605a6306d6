// Faults for people.
#include <algorithm>
#include <string>

#include "spec/fault.hpp"

namespace weir {
namespace {

constexpr size_t kWidestLine = 160;  // Characters of a source line that are shown around the caret.

size_t byte_of_character(std::string_view text, size_t character) {
  size_t seen = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (begins && seen++ == character) return i;
  }
  return text.size();
}

// A line longer than a terminal is wide is cut so that the caret stays in sight.
void add_source_line(std::string& out, const Place& place) {
  if (!place.source || place.line == 0 || place.line > place.source->line_count()) return;
  const std::string_view line = place.source->line(place.line);
  const size_t caret = place.column - 1;
  const size_t first = caret > kWidestLine / 2 && line.size() > kWidestLine ? caret - kWidestLine / 2 : 0;
  const size_t begin = byte_of_character(line, first);
  const size_t end = begin + byte_of_character(line.substr(begin), kWidestLine);
  std::string shown(line.substr(begin, end - begin));
  std::ranges::replace(shown, '\t', ' ');  // So that the caret stands where it should.
  const std::string number = std::to_string(place.line);
  const std::string margin(std::max<size_t>(number.size(), 5) + 1, ' ');
  out += std::string(margin.size() - 1 - number.size(), ' ') + number + " | " + shown + "\n";
  const size_t room = kWidestLine - std::min(caret - first, kWidestLine - 1);
  const size_t tail = std::min<size_t>(place.length > 0 ? place.length - 1 : 0, room - 1);
  out += margin + "| " + std::string(caret - first, ' ') + "^" + std::string(tail, '~') + "\n";
}

void add_note(std::string& out, const Place& place, const std::string& text) {
  out += "  " + (place.is_known() ? place.to_string() + ": " : std::string()) + "note: " + text + "\n";
}

void add_origins(std::string& out, const Place& place) {
  for (const Origin* origin = place.origin.get(); origin != nullptr; origin = origin->place.origin.get())
    add_note(out, origin->place, origin->note);
}

}  // namespace

std::string render_text(const Fault& fault) {
  std::string out;
  if (fault.place.is_known()) out += fault.place.to_string() + ": ";
  out += fault.severity == Severity::kError ? "error: " : "warning: ";
  out += fault.message + " [" + fault.code + "]\n";
  add_source_line(out, fault.place);
  if (!fault.hint.empty()) out += "  hint: " + fault.hint + "\n";
  if (fault.second) add_note(out, fault.second->place, fault.second->text);
  add_origins(out, fault.place);
  return out;
}

std::string render_text(const FaultList& faults) {
  std::string out;
  for (const Fault& fault : faults.sorted()) out += render_text(fault);
  return out;
}

}  // namespace weir
