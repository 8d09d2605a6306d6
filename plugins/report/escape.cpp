#include "escape.hpp"

#include <cstddef>

namespace weir::report {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_continuation(unsigned char byte) { return (byte & 0xC0U) == 0x80U; }

// The length of the UTF-8 character at the start of `text`, or 0 where there is none: overlong forms,
// surrogates and values past U+10FFFF are none.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(byte(i))) return 0;
  }
  if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F)) return 0;
  if ((first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F)) return 0;
  return length;
}

// Calls `write` with each character of `text`; what is no character is given as U+FFFD.
template <class Write>
void for_each_character(std::string_view text, Write write) {
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    write(length == 0 ? kReplacement : text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

void append_html(std::string& out, std::string_view character) {
  switch (character.front()) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\'':
      out += "&#39;";
      break;
    case '\0':
      out += kReplacement;
      break;
    default:
      out += character;
  }
}

void append_json(std::string& out, std::string_view character) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto first = static_cast<unsigned char>(character.front());
  // U+2028 and U+2029 end a line in older JavaScript.
  const bool is_line_end = character == "\xE2\x80\xA8" || character == "\xE2\x80\xA9";
  if (is_line_end) {
    out += character.back() == '\xA8' ? "\\u2028" : "\\u2029";
  } else if (first == '"' || first == '\\') {
    out += '\\';
    out += character;
  } else if (first < 0x20 || first == '<' || first == '>' || first == '&') {
    out += "\\u00";
    out += kHex[first >> 4U];
    out += kHex[first & 0xFU];
  } else {
    out += character;
  }
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for_each_character(text, [&](std::string_view character) { append_html(out, character); });
  return out;
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for_each_character(text, [&](std::string_view character) { append_json(out, character); });
  out += '"';
  return out;
}

std::string inline_script(std::string_view code) {
  std::string out;
  out.reserve(code.size());
  while (!code.empty()) {
    // Inside strings and regular expressions, where alone they occur, both forms mean the same to JavaScript.
    if (code.starts_with("</")) {
      out += "<\\/";
      code.remove_prefix(2);
    } else if (code.starts_with("<!--")) {
      out += "<\\!--";
      code.remove_prefix(4);
    } else {
      out += code.front();
      code.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace weir::report
