#pragma once
// One process at a time works on a pipeline's state.
#include <cstdint>
#include <memory>
#include <string>

#include <weir/status.hpp>

#include "world/disk.hpp"

namespace weir {

/// Holds the lock file of a state directory until it is destroyed or its process ends, however it ends. The
/// file stays: removing it would let two processes lock two files of one name.
///
/// Threads: made and destroyed on any.
class RunLock {
 public:
  /// Makes the directory and `<directory>/lock` with this process's id in it. Fails with kUnavailable when
  /// another process has it: "already running as PID n".
  static Result<RunLock> take(Disk& disk, const std::string& directory, int64_t process_id);

 private:
  explicit RunLock(std::unique_ptr<File> file) : file_(std::move(file)) {}
  std::unique_ptr<File> file_;
};

}  // namespace weir
