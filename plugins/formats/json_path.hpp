#pragma once
// Where something is in a JSON document: keys joined by points.
#include <string_view>
#include <vector>

namespace weir::formats {

/// Returns the keys of "data.items"; none for an empty path.
inline std::vector<std::string_view> json_path_steps(std::string_view path) {
  std::vector<std::string_view> steps;
  while (!path.empty()) {
    const size_t point = path.find('.');
    steps.push_back(path.substr(0, point));
    path = point == std::string_view::npos ? std::string_view() : path.substr(point + 1);
  }
  return steps;
}

}  // namespace weir::formats
