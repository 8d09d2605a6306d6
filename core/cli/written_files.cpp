#include "cli/written_files.hpp"

#include <algorithm>
#include <map>

#include "telemetry/figures.hpp"

namespace weir {

std::string written_lines(const WrittenPaths& written, const std::string& indent) {
  constexpr size_t kMostLines = 10;
  std::map<std::string, size_t> files;
  std::string lines;
  for (const auto& [node, path] : written) {
    if (++files[node] <= kMostLines) lines += indent + node + " wrote " + path + "\n";
  }
  for (const auto& [node, count] : files) {
    if (count <= kMostLines) continue;
    const size_t more = count - kMostLines;
    lines +=
        indent + node + " wrote " + with_separators(more) + (more == 1 ? " more file\n" : " more files\n");
  }
  return lines;
}

}  // namespace weir
