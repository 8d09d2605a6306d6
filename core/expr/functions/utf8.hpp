#pragma once
// Characters of UTF-8. A byte that begins no character counts as one by itself.
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace weir::expr {

inline bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

inline bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

inline int64_t letter_count(std::string_view text) {
  constexpr uint64_t kLowBits = 0x0101010101010101U;
  size_t at = 0;
  int64_t continuations = 0;
  // Eight bytes at a time: a continuation has its top bit set and the next one not.
  for (; at + sizeof(uint64_t) <= text.size(); at += sizeof(uint64_t)) {
    uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + at, sizeof(bytes));
    continuations += std::popcount((bytes >> 7U) & (~bytes >> 6U) & kLowBits);
  }
  for (; at < text.size(); ++at) continuations += is_continuation(text[at]) ? 1 : 0;
  return static_cast<int64_t>(text.size()) - continuations;
}

/// Returns the byte where character `index` (from 0) begins; text.size() when there are fewer.
inline size_t letter_offset(std::string_view text, int64_t index) {
  size_t at = 0;
  while (index > 0 && at < text.size()) {
    ++at;
    while (at < text.size() && is_continuation(text[at])) ++at;
    --index;
  }
  return at;
}

/// Characters [from, from + count), counted from 0. Needs: from >= 0.
inline std::string_view letters(std::string_view text, int64_t from, int64_t count) {
  if (count <= 0) return {};
  const std::string_view rest = text.substr(letter_offset(text, from));
  return rest.substr(0, letter_offset(rest, count));
}

/// Returns the code point at the start of `text`; -1 for an empty text.
inline int32_t first_code_point(std::string_view text) {
  if (text.empty()) return -1;
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0xC0) return first;
  const size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  int32_t code = first & (0xFF >> (size + 1));
  for (size_t i = 1; i < size && i < text.size(); ++i) code = (code << 6) | (text[i] & 0x3F);
  return code;
}

/// Appends a code point. Needs: it is one.
inline void append_code_point(std::string& to, uint32_t code) {
  if (code < 0x80) {
    to += static_cast<char>(code);
  } else if (code < 0x800) {
    to += static_cast<char>(0xC0U | (code >> 6U));
    to += static_cast<char>(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    to += static_cast<char>(0xE0U | (code >> 12U));
    to += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
    to += static_cast<char>(0x80U | (code & 0x3FU));
  } else {
    to += static_cast<char>(0xF0U | (code >> 18U));
    to += static_cast<char>(0x80U | ((code >> 12U) & 0x3FU));
    to += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
    to += static_cast<char>(0x80U | (code & 0x3FU));
  }
}

}  // namespace weir::expr
