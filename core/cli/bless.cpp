#include "cli/bless.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>
#include <utility>

namespace weir {
namespace {

constexpr size_t kLineWidth = 110;

/// The bytes of a value in a file.
struct Stretch {
  size_t begin = 0;
  size_t end = 0;
};

size_t offset_of(const Place& place) {
  const SourceText& source = *place.source;
  size_t offset = source.line_start(place.line);
  for (uint32_t column = 1; column < place.column; ++column) {
    ++offset;
    while (offset < source.text().size() && (source.text()[offset] & 0xC0) == 0x80) ++offset;
  }
  return offset;
}

/// Returns the end of a quoted text that begins at `at`.
size_t end_of_quotes(std::string_view text, size_t at) {
  const char quote = text[at++];
  while (at < text.size() && text[at] != quote) at += quote == '"' && text[at] == '\\' ? 2 : 1;
  return std::min(at + 1, text.size());
}

/// Returns the end of a `[...]` that begins at `at`.
size_t end_of_flow(std::string_view text, size_t at) {
  int depth = 0;
  char before = ' ';  // The last letter that is no space: a quote in the middle of a word is only a letter.
  while (at < text.size()) {
    const char c = text[at];
    if ((c == '"' || c == '\'') && std::string_view("[{,:").find(before) != std::string_view::npos) {
      at = end_of_quotes(text, at);
      before = c;
      continue;
    }
    if (c == '#' && (text[at - 1] == ' ' || text[at - 1] == '\n')) {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (!std::isspace(static_cast<unsigned char>(c))) before = c;
    ++at;
    if (depth == 0) break;
  }
  return at;
}

/// Returns the end of a list of `- ` items that begins at `begin`: the lines that are indented as far.
size_t end_of_block(std::string_view text, size_t begin) {
  const size_t line = text.rfind('\n', begin) == std::string_view::npos ? 0 : text.rfind('\n', begin) + 1;
  const size_t indent = begin - line;
  size_t end = std::min(text.find('\n', begin), text.size());
  for (size_t at = end; at < text.size();) {
    const size_t next = at + 1;
    const size_t stop = std::min(text.find('\n', next), text.size());
    const size_t first = text.find_first_not_of(' ', next);
    const bool is_blank = first == std::string_view::npos || first >= stop || text[first] == '#';
    if (!is_blank) {
      const bool belongs = first - next > indent || (first - next == indent && text[first] == '-');
      if (!belongs) break;
      end = stop;
    }
    at = stop;
  }
  return end;
}

/// Whether a text may stand in a flow map without quotes, and means itself there.
bool is_plain(std::string_view text) {
  if (text.empty() || text == "null" || text == "~") return false;
  const auto is_word = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_/.+-:%=()").find(c) != std::string_view::npos;
  };
  const bool begins_well = std::isalnum(static_cast<unsigned char>(text.front())) != 0 ||
                           text.front() == '/' || text.front() == '_' ||
                           (text.front() == '-' && text.size() > 1 && text[1] != ' ');
  if (!begins_well || text.ends_with(':') || text.ends_with(' ')) return false;
  return std::ranges::all_of(text, [&](char c) { return is_word(c) || c == ' '; }) &&
         text.find(": ") == std::string_view::npos;
}

std::string yaml_of(const std::string& json) {
  std::string text = json;
  if (json.size() >= 2 && json.front() == '"' && json.find('\\') == std::string::npos) {
    const std::string inner = json.substr(1, json.size() - 2);
    if (is_plain(inner)) text = inner;
  }
  for (size_t at = text.find('$'); at != std::string::npos; at = text.find('$', at + 2)) text.insert(at, "$");
  return text;
}

std::string yaml_row(const RowCells& row, const std::set<std::string>& columns) {
  std::string text = "{";
  for (const Cell& cell : row) {
    if (!columns.empty() && !columns.contains(cell.column)) continue;
    if (text.size() > 1) text += ", ";
    text += (is_plain(cell.column) ? cell.column : "\"" + cell.column + "\"") + ": " + yaml_of(cell.json);
  }
  return text + "}";
}

/// The rows in one line where they fit, else one below the other.
std::string yaml_rows(const Blessing& blessing, size_t column, size_t indent) {
  std::set<std::string> columns;
  for (const YamlValue& row : blessing.expectation->rows.items) {
    for (const YamlEntry& entry : row.entries) columns.insert(entry.key);
  }
  // The others are the time and the run, which are new in every run, and what the test says anyway.
  if (columns.empty() && blessing.expectation->port == "errors") columns = {"code", "message", "raw"};
  std::vector<std::string> rows;
  size_t width = column;
  for (const RowCells& row : blessing.rows) {
    rows.push_back(yaml_row(row, columns));
    width += rows.back().size() + 2;
  }
  const std::string between = width <= kLineWidth ? std::string(" ") : "\n" + std::string(indent + 4, ' ');
  std::string text = "[";
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) text += ",";
    if (i > 0 || between != " ") text += between;
    text += rows[i];
  }
  return text + "]";
}

}  // namespace

Result<std::string> blessed(const std::string& text, const std::string& file,
                            const std::vector<Blessing>& blessings) {
  std::vector<std::pair<Stretch, std::string>> changes;
  for (const Blessing& blessing : blessings) {
    const Place& place = blessing.expectation->rows.place;
    const std::string& node = blessing.expectation->node;
    if (place.origin || place.file() != file)
      return Status::unsupported("the rows expected of '" + node + "' do not stand in " + file +
                                 " themselves; change them by hand");
    const size_t begin = offset_of(place);
    const size_t line = place.source->line_start(place.line);
    const size_t indent = text.find_first_not_of(" -", line) - line;
    const size_t end = text[begin] == '[' ? end_of_flow(text, begin) : end_of_block(text, begin);
    changes.push_back({{begin, end}, yaml_rows(blessing, begin - line, indent)});
  }
  std::ranges::sort(changes, std::greater{}, [](const auto& change) { return change.first.begin; });
  std::string result = text;
  for (const auto& [stretch, rows] : changes)
    result.replace(stretch.begin, stretch.end - stretch.begin, rows);
  return result;
}

}  // namespace weir
