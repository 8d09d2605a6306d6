#pragma once
// "Did you mean": the name that a misspelt one was meant to be.
#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace weir::file {

/// Returns how many letters must be changed, added or removed to make one text of the other.
inline size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0]++;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, changed});
    }
  }
  return row.back();
}

/// Returns " Did you mean 'x'?" for the nearest of `names`, or nothing when none is near.
inline std::string did_you_mean(std::string_view found, const std::vector<std::string>& names) {
  const std::string* best = nullptr;
  size_t best_distance = std::max<size_t>(1, found.size() / 3) + 1;
  for (const std::string& name : names) {
    // A name that only goes on behind the one that was given ("a.csv", "a.csv.gz") is near, too.
    const size_t distance = name.starts_with(found) ? 1 : edit_distance(found, name);
    if (distance >= best_distance) continue;
    best_distance = distance;
    best = &name;
  }
  return best == nullptr ? std::string() : " Did you mean '" + *best + "'?";
}

/// Returns "a, b, c and 4 more".
inline std::string some_of(const std::vector<std::string>& names, size_t shown = 5) {
  std::string text;
  for (size_t i = 0; i < std::min(shown, names.size()); ++i) text += (i > 0 ? ", " : "") + names[i];
  if (names.size() > shown) text += " and " + std::to_string(names.size() - shown) + " more";
  return text;
}

}  // namespace weir::file
