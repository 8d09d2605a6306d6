#include "input_files.hpp"

#include <algorithm>

#include <weir/did_you_mean.hpp>
#include <weir/files.hpp>

#include "glob.hpp"
#include "out_file.hpp"
#include "some_names.hpp"

namespace weir::file {
namespace {

// The directory in which a pattern's search begins.
std::string fixed_directory(const std::string& pattern) {
  return directory_of(pattern.substr(0, pattern.find_first_of("*?[{")));
}

Status nothing_found(const std::string& pattern) {
  const bool is_pattern = has_wildcards(pattern);
  const std::string directory = is_pattern ? fixed_directory(pattern) : directory_of(pattern);
  const std::string what = is_pattern ? "no file fits '" + pattern + "'" : "no file '" + pattern + "'";
  const auto info = files::info(directory);
  if (!info.is_ok() || info->is_directory == 0)
    return Status::not_found(what + ": there is no directory '" + directory + "'");
  const auto names = files::list(directory);
  if (!names.is_ok()) return names.status();
  if (names->empty()) return Status::not_found(what + ": the directory '" + directory + "' is empty");
  const std::string hint =
      is_pattern ? std::string() : hint_behind(pattern.substr(pattern.rfind('/') + 1), *names);
  return Status::not_found(what + ": the directory '" + directory + "' holds " + some_of(*names) + hint);
}

Result<std::vector<std::string>> find_one(const std::string& pattern) {
  if (pattern.empty())
    return Status::invalid("a path is empty: name a file, a pattern such as data/*.csv, or -");
  if (is_standard_input(pattern)) return std::vector<std::string>{"-"};
  const auto info = files::info(pattern);
  if (info.is_ok() && info->is_directory != 0)
    return Status::invalid("'" + pattern + "' is a directory: to read the files in it, write '" + pattern +
                           (pattern.ends_with('/') ? "*'" : "/*'"));
  if (!info.is_ok() && info.status().code() != Code::kNotFound) return info.status();
  WEIR_ASSIGN_OR_RETURN(std::vector<std::string> found, find_files(pattern));
  if (found.empty()) return nothing_found(pattern);
  return found;
}

}  // namespace

bool is_standard_input(const std::string& path) { return path == "-" || path == "/dev/stdin"; }

Result<std::vector<std::string>> find_inputs(const std::vector<std::string>& patterns) {
  if (patterns.empty())
    return Status::invalid("the list of paths is empty: name at least one file or pattern");
  std::vector<std::string> all;
  for (const std::string& pattern : patterns) {
    WEIR_ASSIGN_OR_RETURN(const std::vector<std::string> found, find_one(pattern));
    all.insert(all.end(), found.begin(), found.end());
  }
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace weir::file
