#pragma once
// Full descriptions of plugin libraries, taken in a child process: one that crashes takes nothing with it.
#include <chrono>
#include <string>
#include <vector>

#include <weir/status.hpp>

#include "plugin/component_description.hpp"
#include "plugin/description_cache.hpp"
#include "plugin/host.hpp"

namespace weir {

struct DescribeSettings {
  /// What is run, with the library's path as one more word; it must call describe_main().
  std::vector<std::string> command = {"/proc/self/exe", "__describe"};
  std::chrono::milliseconds timeout{5000};
  std::string cache_directory = default_cache_directory();
};

/// Returns what every component of a library says of itself: from the cache when this build was described
/// before, else from a child process that loads it.
///
/// Fails: naming the path and one reason; among them every reason of load_library(), "crashed (SIGSEGV) while
/// it was described", and that it took too long.
Result<LibraryDescription> describe_library(const std::string& path, const DescribeSettings& settings = {});

/// The child's part: loads the library, prints its description or the fault, and ends the process with exit
/// code 0. What the library itself prints goes to standard error.
[[noreturn]] int describe_main(const std::string& path, const Host& host);

}  // namespace weir
