#pragma once
// Which files a source reads.
#include <string>
#include <vector>

#include <weir/status.hpp>

namespace weir::file {

/// How standard input is written as a path.
bool is_standard_input(const std::string& path);

/// Returns every file that the patterns name, each once, sorted by bytes; "-" is standard input.
/// Fails: kNotFound when a pattern names none, with the directory and what is there instead; kInvalid for a
/// directory; kDenied.
Result<std::vector<std::string>> find_inputs(const std::vector<std::string>& patterns);

}  // namespace weir::file
