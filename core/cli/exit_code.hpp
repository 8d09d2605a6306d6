#pragma once
// What the process tells the shell.

namespace weir {

enum class ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,              ///< The command line cannot be understood.
  kExpectationFailed = 3,  ///< Everything ran, and something declared as expected did not hold.
  kTemporary = 75,         ///< Try again later: another process has the lock.
  kInvalid = 78,           ///< The pipeline has faults.
};

}  // namespace weir
