// Faults for programs.
#include <fmt/format.h>

#include <string>

#include "spec/fault.hpp"

namespace weir {
namespace {

// Texts here are UTF-8: the reader refuses sources that are not, and values from elsewhere are not shown.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += {'\\', c};
    else if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out + "\"";
}

std::string place_members(const Place& place) {
  return fmt::format(R"("file": {}, "line": {}, "column": {}, "length": {})", quoted(place.file()),
                     place.line, place.column, place.length);
}

std::string note(const std::string& text, const Place& place) {
  return fmt::format(R"({{"note": {}, {}}})", quoted(text), place_members(place));
}

std::string notes(const Fault& fault) {
  std::string out;
  if (fault.second) out += note(fault.second->text, fault.second->place);
  for (const Origin* origin = fault.place.origin.get(); origin != nullptr;
       origin = origin->place.origin.get())
    out += (out.empty() ? "" : ", ") + note(origin->note, origin->place);
  return "[" + out + "]";
}

std::string fault_object(const Fault& fault) {
  return fmt::format(R"({{{}, "severity": "{}", "code": {}, "message": {}, "hint": {}, "notes": {}}})",
                     place_members(fault.place), fault.severity == Severity::kError ? "error" : "warning",
                     quoted(fault.code), quoted(fault.message), quoted(fault.hint), notes(fault));
}

}  // namespace

std::string render_json(const FaultList& faults) {
  std::string list;
  for (const Fault& fault : faults.sorted()) list += (list.empty() ? "\n  " : ",\n  ") + fault_object(fault);
  const size_t errors = faults.error_count();
  return fmt::format("{{\"errors\": {}, \"warnings\": {}, \"faults\": [{}]}}\n", errors,
                     faults.size() - errors, list.empty() ? list : list + "\n");
}

}  // namespace weir
