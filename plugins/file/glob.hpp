#pragma once
// Names of files by pattern.
#include <string>
#include <string_view>
#include <vector>

#include <weir/status.hpp>

namespace weir::file {

/// Whether `pattern` holds any of * ? [ {.
bool has_wildcards(std::string_view pattern);

/// Whether one name (no '/') fits one part of a pattern: `*` any text, `?` one character, `[a-z]`, `[!a-z]`,
/// `\` takes the next character as it is. A name that begins with '.' only fits a pattern that does, too.
bool name_fits(std::string_view pattern, std::string_view name);

/// Returns the alternatives of the first {a,b} of a pattern, and of those within, one pattern each.
std::vector<std::string> expand_braces(std::string_view pattern);

/// Returns every file that a pattern names, sorted by bytes. `**` as a whole part stands for any number of
/// directories. A path without wildcards, or one that exists as it is written, stands for itself.
/// Fails: a directory cannot be read.
Result<std::vector<std::string>> find_files(const std::string& pattern);

}  // namespace weir::file
