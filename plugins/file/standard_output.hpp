#pragma once
// What the process prints.
#include <string>
#include <string_view>

#include <weir/status.hpp>

namespace weir::file {

/// How standard output is written as a path.
bool is_standard_output(const std::string& path);

/// Writes all of it. Fails: whoever read it went away.
Status write_standard_output(std::string_view bytes);

}  // namespace weir::file
