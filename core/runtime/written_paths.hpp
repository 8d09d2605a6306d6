#pragma once
// What a run has written, for those who look for its results.
#include <set>
#include <string>
#include <utility>

namespace weir {

/// Node and path, in this order, each once.
using WrittenPaths = std::set<std::pair<std::string, std::string>>;

}  // namespace weir
