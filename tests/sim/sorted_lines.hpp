#pragma once
// What a run wrote, in one order: which of two copies writes first is not said.
#include <string>

namespace weir {

/// Returns the lines of `text`, sorted, each with its end.
std::string sorted_lines(const std::string& text);
/// The same of a file on the simulated disk; where it cannot be read, why.
std::string sorted_lines_of(const std::string& path);

}  // namespace weir
