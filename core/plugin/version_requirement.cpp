#include "plugin/version_requirement.hpp"

#include <array>
#include <charconv>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace weir {
namespace {

struct Version {
  std::array<uint32_t, 4> numbers = {};
  bool is_release = true;  // After the numbers: a pre-release comes before its release.
  std::string pre_release;
  auto operator<=>(const Version&) const = default;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<Version> parse_version(std::string_view text) {
  Version version;
  text = text.substr(0, text.find('+'));  // Build metadata says nothing about order.
  if (const size_t dash = text.find('-'); dash != std::string_view::npos) {
    version.is_release = false;
    version.pre_release = text.substr(dash + 1);
    text = text.substr(0, dash);
  }
  for (uint32_t& number : version.numbers) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    if (text.empty()) return version;
    if (text.front() != '.') return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

// Takes a comparison sign from the front of `text`.
std::string_view take_sign(std::string_view& text) {
  for (const std::string_view sign : {">=", "<=", "==", ">", "<", "="})
    if (text.starts_with(sign)) {
      text.remove_prefix(sign.size());
      return sign;
    }
  return "=";
}

bool holds(std::strong_ordering order, std::string_view sign) {
  if (sign == ">=") return order >= 0;
  if (sign == "<=") return order <= 0;
  if (sign == ">") return order > 0;
  if (sign == "<") return order < 0;
  return order == 0;
}

}  // namespace

Result<bool> meets_requirement(std::string_view version, std::string_view requirement) {
  const std::optional<Version> found = parse_version(version);
  if (!found) return Status::invalid("'" + std::string(version) + "' is no version");
  bool all = true;
  for (std::string_view rest = requirement;;) {
    const size_t comma = rest.find(',');
    std::string_view part = trimmed(rest.substr(0, comma));
    const std::string_view sign = take_sign(part);
    const std::optional<Version> wanted = parse_version(trimmed(part));
    if (!wanted)
      return Status::invalid("'" + std::string(requirement) +
                             "' is no version requirement; write one like \">=1.2\" or \">=1.2, <2\"");
    all = all && holds(*found <=> *wanted, sign);
    if (comma == std::string_view::npos) return all;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace weir
