#pragma once
// The files that a run wrote, in lines for people.
#include <string>

#include "runtime/written_paths.hpp"

namespace weir {

/// Returns "NODE wrote PATH" for each pair, a line each behind `indent`; of a node that wrote more than ten
/// files, for the first ten, and "NODE wrote 4,990 more files".
std::string written_lines(const WrittenPaths& written, const std::string& indent = {});

}  // namespace weir
