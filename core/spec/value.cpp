#include "spec/value.hpp"

#include <algorithm>
#include <cctype>

namespace weir {
namespace {

constexpr size_t kLongestShown = 40;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string shortened(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool begins_character = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (out.size() >= kLongestShown && begins_character) return out + "...";
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out;
}

// Follows the letters of `text` through the source, which may break lines and indent differently.
// Returns where the letter at `offset` stands, or nothing when the source spells the text otherwise.
std::optional<size_t> follow(std::string_view source, size_t at, std::string_view text, size_t offset) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (is_space(text[i])) {
      if (i == offset) return at;
      continue;
    }
    while (at < source.size() && is_space(source[at])) ++at;
    if (at >= source.size() || source[at] != text[i]) return std::nullopt;
    if (i == offset) return at;
    at += source.substr(at, 2) == "''" ? 2 : 1;
  }
  return offset == text.size() ? std::optional(at) : std::nullopt;
}

}  // namespace

const YamlEntry* YamlValue::find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &YamlEntry::key);
  return found == entries.end() ? nullptr : &*found;
}

YamlEntry* YamlValue::find(std::string_view key) {
  const auto found = std::ranges::find(entries, key, &YamlEntry::key);
  return found == entries.end() ? nullptr : &*found;
}

std::string describe(const YamlValue& value) {
  if (value.is_secret) return "a secret";
  switch (value.kind) {
    case YamlValue::Kind::kNull:
      return "nothing";
    case YamlValue::Kind::kList:
      return "a list";
    case YamlValue::Kind::kMap:
      return "a map";
    case YamlValue::Kind::kScalar:
      break;
  }
  return value.text.empty() ? "an empty text" : "'" + shortened(value.text) + "'";
}

std::vector<std::string> keys_of(const YamlValue& map) {
  std::vector<std::string> keys;
  for (const YamlEntry& entry : map.entries) keys.push_back(entry.key);
  return keys;
}

std::string directory_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash + 1));
}

std::string resolve_path(const YamlValue& value) {
  if (value.text.starts_with('/') || value.text == "-") return value.text;
  return (value.path_base ? *value.path_base : directory_of(value.place.file())) + value.text;
}

namespace {

// Where a variable was put into the text, its letters do not stand in the source one by one: a word is found
// there when it stands there once.
Place place_of_word(const YamlValue& scalar, std::string_view word) {
  if (word.empty() || scalar.place.line == 0) return scalar.place;
  const SourceText& source = *scalar.place.source;
  const std::string_view line = source.line(scalar.place.line);
  if (std::ranges::any_of(line, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
    return scalar.place;
  const size_t first = scalar.place.column - 1;
  const std::string_view written = line.substr(std::min(first, line.size()), scalar.place.length);
  const auto is_letter = [&](size_t at) {
    return at < written.size() &&
           (std::isalnum(static_cast<unsigned char>(written[at])) != 0 || written[at] == '_');
  };
  std::optional<size_t> only;
  for (size_t at = written.find(word); at != std::string_view::npos; at = written.find(word, at + 1)) {
    if ((at > 0 && is_letter(at - 1)) || is_letter(at + word.size())) continue;
    if (only) return scalar.place;
    only = at;
  }
  if (!only) return scalar.place;
  Place place =
      place_at(scalar.place.source, source.line_start(scalar.place.line) + first + *only, word.size());
  place.origin = scalar.place.origin;
  return place;
}

}  // namespace

Place place_in(const YamlValue& scalar, size_t offset, size_t length) {
  if (!scalar.place.source || scalar.is_secret) return scalar.place;
  if (!scalar.text_offset) {
    const std::string_view whole = scalar.text;
    return place_of_word(scalar, whole.substr(std::min(offset, whole.size()), length));
  }
  const std::string_view text = scalar.text;
  const auto begin =
      follow(scalar.place.source->text(), *scalar.text_offset, text, std::min(offset, text.size()));
  if (!begin) return scalar.place;
  Place place = place_at(scalar.place.source, *begin, std::max<size_t>(length, 1));
  place.origin = scalar.place.origin;
  return place;
}

void add_origin(YamlValue& value, const std::string& note, const Place& origin) {
  value.place = with_origin(std::move(value.place), note, origin);
  for (YamlValue& item : value.items) add_origin(item, note, origin);
  for (YamlEntry& entry : value.entries) {
    entry.key_place = with_origin(std::move(entry.key_place), note, origin);
    add_origin(entry.value, note, origin);
  }
}

}  // namespace weir
