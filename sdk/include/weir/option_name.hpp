#pragma once
// Which names options may have.
#include <array>
#include <string_view>

namespace weir {

/// The keys that the language keeps for every node. Frozen with ABI 1: what an option may be called now, it
/// may be called as long as the major is 1.
inline constexpr std::array<std::string_view, 19> kReservedOptions = {
    "type",        "inputs", "id",        "description", "labels",    "event_time", "batch",
    "parallelism", "buffer", "on_error",  "retry",       "retention", "allow",      "purposes",
    "subject",     "owner",  "freshness", "isolation",   "max_errors"};

constexpr bool is_reserved_option(std::string_view name) {
  for (const std::string_view reserved : kReservedOptions)
    if (name == reserved) return true;
  return false;
}

/// Whether `name` is written as YAML keys are: [a-z][a-z0-9_]*.
constexpr bool is_option_name(std::string_view name) {
  if (name.empty() || name[0] < 'a' || name[0] > 'z') return false;
  for (const char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  return true;
}

namespace detail {
// Not constexpr on purpose: the compiler quotes the name of the function that it may not call.
inline void this_option_name_is_reserved_for_every_node() {}
inline void an_option_name_is_lower_case_letters_digits_and_underscores() {}
}  // namespace detail

/// The name of an option, checked while compiling.
struct OptionName {
  // NOLINTNEXTLINE(google-explicit-constructor)
  consteval OptionName(const char* name) : text(name) {
    if (!is_option_name(text)) detail::an_option_name_is_lower_case_letters_digits_and_underscores();
    if (is_reserved_option(text)) detail::this_option_name_is_reserved_for_every_node();
  }
  /// The name of an option inside another one: there the language keeps no keys.
  static consteval OptionName nested(const char* name) { return OptionName(name, true); }
  std::string_view text;

 private:
  consteval OptionName(const char* name, bool) : text(name) {
    if (!is_option_name(text)) detail::an_option_name_is_lower_case_letters_digits_and_underscores();
  }
};

}  // namespace weir
