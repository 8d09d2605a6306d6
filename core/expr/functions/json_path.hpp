#pragma once
// Paths into JSON documents: `$.a[0].b`.
#include <string>
#include <string_view>
#include <vector>

#include <weir/status.hpp>

namespace weir::expr {

/// One step of a path: a key of an object, or an index of an array (negative: from the end).
struct JsonStep {
  bool is_index = false;
  std::string key;
  int64_t index = 0;
};

/// Reads `$.a[0].b`, `$."a b"`, `$[-1]`, `$[#-1]`, `/a/0/b`, or a bare key. Fails: with what is wrong.
Result<std::vector<JsonStep>> parse_json_path(std::string_view path);

}  // namespace weir::expr
