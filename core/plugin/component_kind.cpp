#include "plugin/component_kind.hpp"

#include <algorithm>
#include <array>

#include <weir/option_name.hpp>

namespace weir {
namespace {
constexpr std::array<std::string_view, 7> kKindNames = {"component", "source",   "transform", "sink",
                                                        "format",    "function", "aggregate"};
}  // namespace

std::string_view kind_name(uint32_t kind) { return kKindNames[kind < kKindNames.size() ? kind : 0]; }

std::string kind_with_article(uint32_t kind) {
  return std::string(kind == WEIR_KIND_AGGREGATE ? "an " : "a ") + std::string(kind_name(kind));
}

uint32_t kind_of_name(std::string_view name) {
  const auto* const found = std::find(kKindNames.begin() + 1, kKindNames.end(), name);
  return found == kKindNames.end() ? 0 : static_cast<uint32_t>(found - kKindNames.begin());
}

bool is_plain_name(std::string_view name) { return is_option_name(name); }

}  // namespace weir
