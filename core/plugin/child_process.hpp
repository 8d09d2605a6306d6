#pragma once
// Runs a program for a bounded time and takes what it prints.
#include <chrono>
#include <string>
#include <vector>

#include <weir/status.hpp>

namespace weir {

struct ChildEnd {
  std::string output;      ///< What it wrote to its standard output.
  bool timed_out = false;  ///< It was killed because it took too long or wrote too much.
  int signal = 0;          ///< What ended it; 0: it ended by itself.
  int exit_code = 0;
};

/// Starts `command` (its first word is the program's path), waits until it ends and returns how. Standard
/// input and errors are /dev/null. Fails: when it cannot be started.
Result<ChildEnd> run_child(const std::vector<std::string>& command, std::chrono::milliseconds timeout,
                           size_t max_output);

/// Returns a signal's name as people write it: "SIGSEGV".
std::string signal_name(int signal);

}  // namespace weir
