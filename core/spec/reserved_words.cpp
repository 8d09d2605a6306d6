#include "spec/reserved_words.hpp"

#include <algorithm>
#include <array>

#include <weir/option_name.hpp>

namespace weir {
namespace {

constexpr std::array<std::string_view, 17> kPipelineWords = {
    "weir",       "name",  "about", "requires", "vars",     "environments", "include", "templates", "sources",
    "transforms", "sinks", "tests", "state",    "delivery", "checkpoint",   "memory",  "schedule"};

bool is_name(std::string_view name, bool may_hold_dashes) {
  if (name.empty() || name[0] < 'a' || name[0] > 'z') return false;
  return std::ranges::all_of(name, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (may_hold_dashes && c == '-');
  });
}

}  // namespace

std::span<const std::string_view> reserved_node_words() { return kReservedOptions; }
std::span<const std::string_view> pipeline_words() { return kPipelineWords; }

bool is_reserved_node_word(std::string_view word) { return is_reserved_option(word); }

bool is_node_name(std::string_view name) { return is_name(name, false); }
bool is_pipeline_name(std::string_view name) { return is_name(name, true); }

}  // namespace weir
