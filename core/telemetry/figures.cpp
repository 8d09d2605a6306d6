#include "telemetry/figures.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace weir {
namespace {

constexpr std::array<std::string_view, 7> kUnits{"", "k", "M", "G", "T", "P", "E"};

struct Scaled {
  double value;
  size_t unit;
};

// `limit` is where the printed form would need another digit: 999.95 is "1.0 k", not "1000.0".
Scaled scale(uint64_t number, double limit) {
  Scaled scaled{static_cast<double>(number), 0};
  while (scaled.value >= limit && scaled.unit + 1 < kUnits.size()) {
    scaled.value /= 1000;
    ++scaled.unit;
  }
  return scaled;
}

}  // namespace

std::string with_separators(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, 1, ',');
  return text;
}

std::string short_count(uint64_t number) {
  if (number < 1000) return std::to_string(number);
  const auto [value, unit] = scale(number, 999.5);
  const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", value, decimals, kUnits[unit]);
}

std::string short_bytes(uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  const auto [value, unit] = scale(bytes, 999.5);
  return fmt::format("{:.{}f} {}B", value, value < 9.95 ? 1 : 0, kUnits[unit]);
}

std::string short_mib(uint64_t bytes) {
  constexpr double kMiB = 1 << 20;
  const bool is_large = bytes >= uint64_t{1} << 30;
  const double value = static_cast<double>(bytes) / (is_large ? kMiB * 1024 : kMiB);
  const bool is_whole = value >= 9.95 || value == static_cast<double>(static_cast<uint64_t>(value));
  return fmt::format("{:.{}f} {}", value, is_whole ? 0 : 1, is_large ? "GiB" : "MiB");
}

std::string short_duration(int64_t seconds) {
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (seconds < 3600) return fmt::format("{}m{:02}s", seconds / 60, seconds % 60);
  return fmt::format("{}h{:02}m", seconds / 3600, seconds % 3600 / 60);
}

}  // namespace weir
