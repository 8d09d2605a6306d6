#include "spec/yaml_text.hpp"

#include <algorithm>
#include <cstdint>

namespace weir {
namespace {

// A control character: find_bad_byte() refuses texts that hold one.
constexpr char kHiddenQuestionMark = '\x1A';

constexpr size_t kFloodOfBrackets = 10'000;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

size_t skip_blanks_and_comments(std::string_view source, size_t at) {
  while (at < source.size()) {
    if (source[at] == '#')
      at = std::min(source.find('\n', at), source.size());
    else if (is_blank(source[at]))
      ++at;
    else
      break;
  }
  return at;
}

// Returns the offset after the closing quote, or nothing.
std::optional<size_t> find_quote_end(std::string_view source, size_t at) {
  const char quote = source[at];
  for (size_t i = at + 1; i < source.size(); ++i) {
    if (quote == '"' && source[i] == '\\') {
      ++i;
    } else if (source[i] == quote) {
      if (quote == '"' || i + 1 >= source.size() || source[i + 1] != quote) return i + 1;
      ++i;
    }
  }
  return std::nullopt;
}

size_t end_of_line(std::string_view source, size_t at) {
  size_t end = std::min(source.find('\n', at), source.size());
  while (end > at && is_blank(source[end - 1])) --end;
  return end;
}

// Returns how long the well-formed UTF-8 character at `at` is; 0 when it is not one.
size_t character_length(std::string_view source, size_t at) {
  const auto byte = [&](size_t i) -> uint32_t {
    return at + i < source.size() ? static_cast<unsigned char>(source[at + i]) : 0;
  };
  const uint32_t lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xF0 && lead < 0xF5   ? 4
                        : lead >= 0xE0 && lead < 0xF0 ? 3
                        : lead >= 0xC2 && lead < 0xE0 ? 2
                                                      : 0;
  uint32_t point = lead & (0x7FU >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    point = (point << 6) | (byte(i) & 0x3F);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = point >= 0xD800 && point <= 0xDFFF;
  return point < kSmallest[length] || point > 0x10FFFF || is_surrogate ? 0 : length;
}

}  // namespace

size_t skip_properties(std::string_view source, size_t at) {
  while (at < source.size() && (source[at] == '&' || source[at] == '!')) {
    while (at < source.size() && !is_blank(source[at])) ++at;
    at = skip_blanks_and_comments(source, at);
  }
  return at;
}

ScalarText find_scalar(std::string_view source, size_t at, std::string_view text) {
  ScalarText found;
  found.begin = found.content = skip_properties(source, at);
  if (found.begin >= source.size()) return found;
  const char first = source[found.begin];
  if (first == '"' || first == '\'') {
    found.form = first == '"' ? ScalarText::Form::kDoubleQuoted : ScalarText::Form::kSingleQuoted;
    const auto end = find_quote_end(source, found.begin);
    found.is_closed = end.has_value();
    found.content = found.begin + 1;
    found.length = end.value_or(end_of_line(source, found.begin)) - found.begin;
  } else if (first == '|' || first == '>') {
    found.form = ScalarText::Form::kBlock;
    found.content = std::min(source.find('\n', found.begin), source.size());
    found.length = 1;
  } else {
    const bool is_one_line = source.substr(found.begin).starts_with(text);
    found.length = is_one_line ? text.size() : end_of_line(source, found.begin) - found.begin;
  }
  return found;
}

std::optional<size_t> find_bad_byte(std::string_view source) {
  for (size_t i = 0; i < source.size();) {
    const auto byte = static_cast<unsigned char>(source[i]);
    const bool is_control = byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
    const size_t length = character_length(source, i);
    if (is_control || byte == 0x7F || length == 0) return i;
    i += length;
  }
  return std::nullopt;
}

std::optional<size_t> find_bracket_flood(std::string_view source) {
  size_t open = 0;
  for (size_t i = 0; i < source.size(); ++i) {
    if (source[i] == '[' || source[i] == '{') {
      if (++open > kFloodOfBrackets) return i;
    } else if ((source[i] == ']' || source[i] == '}') && open > 0) {
      --open;
    }
  }
  return std::nullopt;
}

std::string with_hidden_question_marks(std::string_view source) {
  std::string hidden(source);
  for (size_t at = 1; at < hidden.size(); ++at) {
    // One that begins a text may be YAML's own.
    const bool is_in_word = std::string_view(" \t\r\n[{,\\").find(source[at - 1]) == std::string_view::npos;
    if (hidden[at] == '?' && is_in_word) hidden[at] = kHiddenQuestionMark;
  }
  return hidden;
}

std::string with_question_marks(std::string text) {
  std::ranges::replace(text, kHiddenQuestionMark, '?');
  return text;
}

}  // namespace weir
