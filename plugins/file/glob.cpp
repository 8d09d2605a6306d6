#include "glob.hpp"

#include <algorithm>

#include <weir/files.hpp>

namespace weir::file {
namespace {

// Links may make a circle of directories; paths this deep are not made by hand.
constexpr size_t kMaxDepth = 64;

// Returns the place behind a closing bracket of pattern[at] == '[', or npos.
size_t class_end(std::string_view pattern, size_t at) {
  size_t i = at + 1;
  if (i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^')) ++i;
  if (i < pattern.size() && pattern[i] == ']') ++i;
  const size_t close = pattern.find(']', i);
  return close == std::string_view::npos ? close : close + 1;
}

bool class_holds(std::string_view set, char c) {
  bool is_negated = false;
  if (!set.empty() && (set[0] == '!' || set[0] == '^')) {
    is_negated = true;
    set.remove_prefix(1);
  }
  bool is_in = false;
  for (size_t i = 0; i < set.size(); ++i) {
    if (i + 2 < set.size() && set[i + 1] == '-') {
      is_in = is_in || (set[i] <= c && c <= set[i + 2]);
      i += 2;
    } else {
      is_in = is_in || set[i] == c;
    }
  }
  return is_in != is_negated;
}

// One step of a pattern at `at`: how long it is, and whether it takes `c`.
struct Step {
  size_t size = 1;
  bool fits = false;
};

Step step_at(std::string_view pattern, size_t at, char c) {
  if (pattern[at] == '?') return {1, true};
  if (pattern[at] == '\\' && at + 1 < pattern.size()) return {2, pattern[at + 1] == c};
  if (pattern[at] == '[') {
    const size_t end = class_end(pattern, at);
    if (end != std::string_view::npos)
      return {end - at, class_holds(pattern.substr(at + 1, end - at - 2), c)};
  }
  return {1, pattern[at] == c};
}

std::string joined(const std::string& directory, std::string_view name) {
  if (directory.empty()) return std::string(name);
  return directory.back() == '/' ? directory + std::string(name) : directory + '/' + std::string(name);
}

bool is_directory(const std::string& path) {
  const auto info = files::info(path);
  return info.is_ok() && info->is_directory != 0;
}

std::string unescaped(std::string_view part) {
  std::string text;
  for (size_t i = 0; i < part.size(); ++i) {
    if (part[i] == '\\' && i + 1 < part.size()) ++i;
    text += part[i];
  }
  return text;
}

// Adds what fits `rest` (parts of a pattern, without a leading '/') below `directory` ("" is the current
// one).
Status walk(const std::string& directory, std::string_view rest, size_t depth,
            std::vector<std::string>& found) {
  if (depth > kMaxDepth) return {};
  const size_t slash = rest.find('/');
  const std::string_view part = rest.substr(0, slash);
  const std::string_view behind =
      slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  const bool is_last = slash == std::string_view::npos;
  if (!has_wildcards(part)) {
    const std::string path = joined(directory, unescaped(part));
    if (!is_last) return is_directory(path) ? walk(path, behind, depth + 1, found) : Status();
    const auto info = files::info(path);
    if (info.is_ok() && info->is_directory == 0) found.push_back(path);
    return {};
  }
  const bool is_any_depth = part == "**";
  if (is_any_depth) WEIR_RETURN_IF_ERROR(walk(directory, is_last ? "*" : behind, depth + 1, found));
  WEIR_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                        files::list(directory.empty() ? "." : directory));
  for (const std::string& name : names) {
    if (!name_fits(is_any_depth ? "*" : part, name)) continue;
    const std::string path = joined(directory, name);
    if (is_any_depth) {
      if (is_directory(path)) WEIR_RETURN_IF_ERROR(walk(path, rest, depth + 1, found));
    } else if (!is_last) {
      if (is_directory(path)) WEIR_RETURN_IF_ERROR(walk(path, behind, depth + 1, found));
    } else if (!is_directory(path)) {
      found.push_back(path);
    }
  }
  return {};
}

}  // namespace

bool has_wildcards(std::string_view pattern) {
  return pattern.find_first_of("*?[{") != std::string_view::npos;
}

bool name_fits(std::string_view pattern, std::string_view name) {
  if (name.starts_with('.') && !pattern.starts_with('.')) return false;
  size_t p = 0;
  size_t n = 0;
  size_t star = std::string_view::npos;  // The last '*', and where the text that it took ends.
  size_t taken = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = n;
      continue;
    }
    if (p < pattern.size()) {
      const Step step = step_at(pattern, p, name[n]);
      if (step.fits) {
        p += step.size;
        ++n;
        continue;
      }
    }
    if (star == std::string_view::npos) return false;
    p = star + 1;
    n = ++taken;
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::vector<std::string> expand_braces(std::string_view pattern) {
  const size_t open = pattern.find('{');
  if (open == std::string_view::npos) return {std::string(pattern)};
  std::vector<std::string_view> choices;
  size_t depth = 0;
  size_t from = open + 1;
  size_t close = open;
  for (; close < pattern.size(); ++close) {
    if (pattern[close] == '{') ++depth;
    if (pattern[close] == '}' && --depth == 0) break;
    if (pattern[close] != ',' || depth != 1) continue;
    choices.push_back(pattern.substr(from, close - from));
    from = close + 1;
  }
  if (close == pattern.size()) return {std::string(pattern)};
  choices.push_back(pattern.substr(from, close - from));
  std::vector<std::string> all;
  for (const std::string_view choice : choices) {
    const std::string one =
        std::string(pattern.substr(0, open)) + std::string(choice) + std::string(pattern.substr(close + 1));
    for (std::string& made : expand_braces(one)) all.push_back(std::move(made));
  }
  return all;
}

Result<std::vector<std::string>> find_files(const std::string& pattern) {
  const auto info = files::info(pattern);
  if (info.is_ok() && info->is_directory == 0) return std::vector<std::string>{pattern};
  std::vector<std::string> found;
  for (const std::string& one : expand_braces(pattern)) {
    const bool is_absolute = one.starts_with('/');
    WEIR_RETURN_IF_ERROR(
        walk(is_absolute ? "/" : "", std::string_view(one).substr(is_absolute ? 1 : 0), 0, found));
  }
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace weir::file
