#pragma once
// The files that a run wrote, in lines for people.
#include <string>
#include <utility>
#include <vector>

namespace weir {

/// Returns "NODE wrote PATH" for each pair, a line each behind `indent`; of a node that wrote more than ten
/// files, for the first ten, and "NODE wrote 4,990 more files".
std::string written_lines(const std::vector<std::pair<std::string, std::string>>& written,
                          const std::string& indent = {});

}  // namespace weir
