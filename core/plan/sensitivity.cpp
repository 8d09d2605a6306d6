#include "plan/sensitivity.hpp"

#include <string_view>

namespace weir {
namespace {
constexpr std::string_view kSensitivity = "weir.sensitivity";
constexpr std::string_view kFreeLabel = "weir.label.";
}  // namespace

std::vector<std::string> labels_of(const Field& field) {
  std::vector<std::string> labels;
  if (const std::string_view word = field.metadata_value(kSensitivity); !word.empty())
    labels.emplace_back(word);
  for (const auto& [key, value] : field.metadata) {
    if (key.starts_with(kFreeLabel)) labels.push_back(key.substr(kFreeLabel.size()));
  }
  return labels;
}

bool is_masked(const Field& field) {
  return field.metadata_value(kSensitivity) != "none" && !labels_of(field).empty();
}

}  // namespace weir
