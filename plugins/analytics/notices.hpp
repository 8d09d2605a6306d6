#pragma once
// Notices: rows that say that an incident began or ended.
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <weir/batch.hpp>
#include <weir/column.hpp>
#include <weir/schema.hpp>

namespace weir::analytics {

/// What becomes of one key under one rule.
struct Transition {
  size_t rule = 0;
  uint32_t row = 0;   ///< Of the key columns at hand.
  int64_t since = 0;  ///< When the breach began [us].
  int64_t at = 0;     ///< When it is seen [us].
  double value = 0;
  uint64_t silences = 0;  ///< Which of them match the key.
};

struct Notice {
  Transition what;
  bool is_firing = false;
  int64_t started_at = 0;  ///< Of the incident.
  int64_t members = 0;     ///< How many keys were part of it at most.
  std::string rule, severity, key, sentence;
  double threshold = 0;
  uint64_t id = 0;
};

/// Returns the notices as rows; `group` are the key columns that a notice shows.
Batch notice_rows(std::span<const Notice> notices, std::span<const weir_column* const> group);

/// Whether key_text() knows how to write the type.
bool can_be_named(Type type);
/// Returns "service=web, host=a". Needs: can_be_named() for each column.
std::string key_text(std::span<const std::string> names, std::span<const weir_column* const> columns,
                     size_t row);

/// Returns a number as people write it, with six significant digits: "612", "14.4".
std::string short_number(double value);

/// Returns a hash that is the same on every machine and in every version: it names incidents.
uint64_t stable_hash(std::string_view text);

}  // namespace weir::analytics
