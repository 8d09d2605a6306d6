#pragma once
// Text as a JSON string.
#include <string>
#include <string_view>

namespace weir::notify {

/// Returns the text in quotes. Needs: UTF-8.
inline std::string json_quoted(std::string_view text) {
  constexpr const char* kHex = "0123456789abcdef";
  std::string made = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      made += '\\';
      made += c;
    } else if (c == '\n') {
      made += "\\n";
    } else if (byte < 0x20) {
      made += "\\u00";
      made += kHex[byte >> 4];
      made += kHex[byte & 15];
    } else {
      made += c;
    }
  }
  return made + '"';
}

/// Returns at most so many bytes of the text, cut between characters.
inline std::string_view cut(std::string_view text, size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return text.substr(0, most);
}

}  // namespace weir::notify
