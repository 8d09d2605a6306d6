#include "expr/functions/json_path.hpp"

#include <algorithm>
#include <charconv>

namespace weir::expr {
namespace {

Status bad(std::string_view path, const std::string& reason) {
  return Status::invalid("'" + std::string(path) + "' is not a JSON path: " + reason);
}

// The key after a point, quoted or not. Moves `at` behind it.
Result<JsonStep> read_key(std::string_view path, size_t& at) {
  JsonStep step;
  if (at < path.size() && path[at] == '"') {
    const size_t end = path.find('"', at + 1);
    if (end == std::string_view::npos) return bad(path, "a \" has no end");
    step.key = path.substr(at + 1, end - at - 1);
    at = end + 1;
    return step;
  }
  const size_t end = std::min(path.find_first_of(".[", at), path.size());
  step.key = path.substr(at, end - at);
  at = end;
  if (step.key.empty()) return bad(path, "a key is missing");
  if (step.key == "*") return bad(path, "* is not supported");
  return step;
}

// [3], [-1] or [#-1].
Result<JsonStep> read_index(std::string_view path, size_t& at) {
  const size_t end = path.find(']', at);
  if (end == std::string_view::npos) return bad(path, "a [ has no ]");
  std::string_view digits = path.substr(at + 1, end - at - 1);
  if (digits.starts_with("#-")) digits.remove_prefix(1);
  JsonStep step;
  step.is_index = true;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), step.index);
  if (digits.empty() || read.ec != std::errc() || read.ptr != digits.data() + digits.size())
    return bad(path, "[" + std::string(digits) + "] is not an index");
  at = end + 1;
  return step;
}

Result<std::vector<JsonStep>> read_pointer(std::string_view path) {
  std::vector<JsonStep> steps;
  while (!path.empty()) {
    path.remove_prefix(1);
    const size_t end = std::min(path.find('/'), path.size());
    JsonStep step;
    step.key = path.substr(0, end);
    const auto read = std::from_chars(step.key.data(), step.key.data() + step.key.size(), step.index);
    // A number is an index where an array is met, and a key elsewhere.
    step.is_index =
        !step.key.empty() && read.ec == std::errc() && read.ptr == step.key.data() + step.key.size();
    steps.push_back(std::move(step));
    path.remove_prefix(end);
  }
  return steps;
}

}  // namespace

Result<std::vector<JsonStep>> parse_json_path(std::string_view path) {
  if (path.starts_with('/')) return read_pointer(path);
  std::vector<JsonStep> steps;
  if (!path.starts_with('$')) {
    JsonStep step;
    step.key = path;
    steps.push_back(std::move(step));
    return steps;
  }
  for (size_t at = 1; at < path.size();) {
    if (path[at] == '.') {
      WEIR_ASSIGN_OR_RETURN(JsonStep step, read_key(path, ++at));
      steps.push_back(std::move(step));
    } else if (path[at] == '[') {
      WEIR_ASSIGN_OR_RETURN(JsonStep step, read_index(path, at));
      steps.push_back(std::move(step));
    } else {
      return bad(path, "expected . or [ after $");
    }
  }
  return steps;
}

}  // namespace weir::expr
