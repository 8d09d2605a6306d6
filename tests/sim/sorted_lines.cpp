#include "sim/sorted_lines.hpp"

#include <algorithm>
#include <sstream>
#include <vector>

#include "sim/sim_world.hpp"
#include "world/whole_file.hpp"

namespace weir {

std::string sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::ranges::sort(lines);
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  return all;
}

std::string sorted_lines_of(const std::string& path) {
  const auto read = read_all(sim().disk, path);
  return read.is_ok() ? sorted_lines(*read) : std::string(read.status().message());
}

}  // namespace weir
