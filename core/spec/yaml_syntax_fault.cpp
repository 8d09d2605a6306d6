#include "spec/yaml_syntax_fault.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace weir {
namespace {

struct Explanation {
  size_t offset;
  size_t length;
  std::string code;
  std::string message;
  std::string hint;
};

std::string_view indentation_of(std::string_view line) {
  return line.substr(0, std::min(line.find_first_not_of(" \t"), line.size()));
}

// yaml-cpp stops at a tab, or after one that it took for part of a text: the line itself or the one above.
std::optional<Explanation> explain_tab(const SourceText& source, size_t offset) {
  const size_t at = source.line_of(offset);
  for (size_t line = at; line + 1 >= at && line >= 1; --line) {
    const size_t tab = indentation_of(source.line(line)).find('\t');
    if (tab != std::string_view::npos)
      return Explanation{source.line_start(line) + tab, 1, "tab-indentation",
                         "a tab stands where the line is indented; YAML indents with spaces only",
                         "replace the tab by spaces"};
  }
  return std::nullopt;
}

// `{a: ${x}}`: YAML ends the text before the '{'.
std::optional<Explanation> explain_variable(const SourceText& source, size_t offset,
                                            const OpenBracket& bracket) {
  if (bracket.letter == 0) return std::nullopt;
  const size_t end = std::min(offset + 2, source.text().size());
  const size_t dollar = source.text().rfind("${", end);
  if (dollar == std::string::npos || dollar + 4 < offset || dollar < bracket.offset) return std::nullopt;
  return Explanation{dollar, 2, "bad-syntax", "inside [...] and {...} a text with '${...}' needs quotes",
                     "write \"${name}\""};
}

std::optional<Explanation> explain_bracket(const OpenBracket& bracket, const std::string& words) {
  if (bracket.letter == 0 || !words.starts_with("end of ")) return std::nullopt;
  const std::string open(1, bracket.letter);
  const std::string close = bracket.letter == '[' ? "]" : "}";
  return Explanation{bracket.offset, 1, "bad-syntax", "the '" + open + "' that begins here is not closed",
                     "put '" + close + "' where it ends, and ',' between its parts"};
}

bool has_colon_without_space(std::string_view line) {
  line.remove_prefix(indentation_of(line).size());
  const size_t colon = line.find(':');
  return colon != std::string_view::npos && colon > 0 && colon + 1 < line.size() && line[colon + 1] != ' ' &&
         line.substr(0, colon).find_first_of(" \"'#") == std::string_view::npos &&
         line.find(": ") == std::string_view::npos;
}

Explanation explain_colon(const SourceText& source, size_t offset) {
  const size_t at = source.line_of(offset);
  for (size_t line = at; line + 1 >= at && line >= 1; --line)
    if (has_colon_without_space(source.line(line))) {
      const size_t begin = source.line_start(line) + indentation_of(source.line(line)).size();
      return {begin, source.text().find(':', begin) - begin + 1, "bad-syntax",
              "a ':' after a key needs a space behind it", "write 'key: value'"};
    }
  const std::string_view before = source.line(at).substr(0, offset - source.line_start(at));
  if (before.find(": ") != std::string_view::npos)
    return {offset, 1, "bad-syntax", "a second ': ' on this line",
            "put the text in quotes if the ':' belongs to it"};
  return {offset, 1, "bad-syntax",
          "a key does not fit here: the text above it goes on, or the indentation is wrong",
          "give keys of one map the same indentation, and every key a ':'"};
}

Explanation explain_words(const SourceText& source, const SyntaxComplaint& complaint) {
  const std::string& words = complaint.words;
  const size_t at = complaint.offset;
  const char letter = at < source.text().size() ? source.text()[at] : ' ';
  if (words == "illegal map value") return explain_colon(source, at);
  if (words.starts_with("unknown token"))
    return {at, 1, "bad-syntax", std::string("a text may not begin with '") + letter + "'",
            "put the text in quotes"};
  if (words.starts_with("unknown escape character")) {
    const size_t backslash = source.text().rfind('\\', at);
    return {backslash == std::string::npos ? at : backslash, 2, "bad-syntax",
            "in double quotes a '\\' begins an escape, and there is no '\\" + words.substr(words.size() - 1) +
                "'",
            "write '\\\\' for a backslash, or use single quotes"};
  }
  if (words == "the referenced anchor is not defined")
    return {at, 1, "bad-syntax", "this alias names an anchor that is not defined above it",
            "write '&name' before the value that it repeats, or quote the text if it is none"};
  if (words == "illegal flow end")
    return {at, 1, "bad-syntax", std::string("this '") + letter + "' closes nothing", "take it away"};
  if (words == "illegal block entry")
    return {at, 1, "bad-syntax", "a list item does not fit here", "begin the list on a line of its own"};
  if (words.starts_with("end of map") || words.starts_with("end of seq"))
    return {at, 1, "bad-syntax", "this line belongs to no map or list above it",
            "check its indentation, and the end of the line before"};
  return {at, 1, "bad-syntax", "this is not YAML: " + words, ""};
}

}  // namespace

void add_syntax_fault(const std::shared_ptr<const SourceText>& source, const SyntaxComplaint& complaint,
                      const OpenBracket& bracket, FaultList& faults) {
  std::optional<Explanation> found = explain_tab(*source, complaint.offset);
  if (!found) found = explain_variable(*source, complaint.offset, bracket);
  if (!found) found = explain_bracket(bracket, complaint.words);
  if (!found) found = explain_words(*source, complaint);
  faults.error(place_at(source, found->offset, found->length), found->code, found->message, found->hint);
}

}  // namespace weir
