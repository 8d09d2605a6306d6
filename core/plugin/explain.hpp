#pragma once
// `weir plugins explain x.so`: will it load, and why not?
#include <string>

#include "plugin/describe.hpp"

namespace weir {

struct Explanation {
  bool loads = false;
  std::string sentence;  ///< Begins with the path.
};

/// Tries everything that loading does, in a child process.
Explanation explain_library(const std::string& path, const DescribeSettings& settings = {});

}  // namespace weir
