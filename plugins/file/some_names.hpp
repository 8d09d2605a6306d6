#pragma once
// Some of many names, for a message.
#include <algorithm>
#include <string>
#include <vector>

namespace weir::file {

/// Returns "a, b, c and 4 more".
inline std::string some_of(const std::vector<std::string>& names, size_t shown = 5) {
  std::string text;
  for (size_t i = 0; i < std::min(shown, names.size()); ++i) text += (i > 0 ? ", " : "") + names[i];
  if (names.size() > shown) text += " and " + std::to_string(names.size() - shown) + " more";
  return text;
}

}  // namespace weir::file
