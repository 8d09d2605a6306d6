#include "spec/keys.hpp"

#include <algorithm>
#include <string>
#include <vector>
#include <weir/did_you_mean.hpp>

#include "spec/scalar.hpp"

namespace weir {

void add_unknown_key(const YamlEntry& entry, std::string_view where, std::span<const std::string_view> words,
                     FaultList& faults) {
  std::string hint = did_you_mean(entry.key, words);
  if (hint.empty() && !words.empty()) hint = "the keys are " + list_words(words, words.size());
  const std::string in = where.empty() ? std::string() : " in " + std::string(where);
  faults.error(entry.key_place, "unknown-key", "unknown key '" + entry.key + "'" + in, std::move(hint));
}

void check_keys(YamlValue& map, std::string_view where, std::span<const std::string_view> words,
                FaultList& faults) {
  std::vector<YamlEntry> kept;
  std::vector<std::string> taken = keys_of(map);
  for (YamlEntry& entry : map.entries) {
    if (where.empty() && entry.key.starts_with("x-")) continue;
    if (std::ranges::find(words, entry.key) == words.end()) {
      add_unknown_key(entry, where, words, faults);
      const std::string meant = nearest_word(entry.key, words);
      if (meant.empty() || std::ranges::find(taken, meant) != taken.end()) continue;
      entry.key = meant;
      taken.push_back(meant);
    }
    kept.push_back(std::move(entry));
  }
  map.entries = std::move(kept);
}

bool is_map(const YamlValue& value, std::string_view what, FaultList& faults) {
  if (value.is_map()) return !value.is_faulty;
  add_wrong_type(value, what, "a map", faults);
  return false;
}

bool is_list(const YamlValue& value, std::string_view what, FaultList& faults) {
  if (value.is_list()) return !value.is_faulty;
  add_wrong_type(value, what, "a list", faults);
  return false;
}

}  // namespace weir
