#include "packed_numbers.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

namespace weir::report {
namespace {

constexpr std::size_t kFewNumbers = 1000;

void append_bytes(double number, std::string& bytes) {
  auto bits = std::bit_cast<std::uint64_t>(number);
  for (std::size_t i = 0; i < sizeof bits; ++i, bits >>= 8) bytes.push_back(static_cast<char>(bits & 0xFF));
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t three = 0;
    for (std::size_t i = 0; i < 3; ++i)
      three = three << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      text.push_back(at + i > bytes.size() ? '=' : kDigits[three >> (18 - 6 * i) & 63U]);
  }
  return text;
}

}  // namespace

std::optional<std::string> packed_numbers(const std::vector<Cell>& cells) {
  if (cells.size() <= kFewNumbers) return std::nullopt;
  std::string bytes;
  for (const Cell& cell : cells) {
    const auto* number = std::get_if<double>(&cell);
    if (number == nullptr && cell != Cell()) return std::nullopt;
    const bool is_known = number != nullptr && std::isfinite(*number);
    append_bytes(is_known ? *number : std::numeric_limits<double>::quiet_NaN(), bytes);
  }
  return "{\"float64\":\"" + base64(bytes) + "\"}";
}

}  // namespace weir::report
