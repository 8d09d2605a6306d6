#pragma once
// One process at a time works on a pipeline's state.
#include <cstdint>
#include <memory>
#include <string>

#include <weir/status.hpp>

#include "world/disk.hpp"

namespace weir {

/// Holds the lock file of a state directory until it is destroyed or its process ends, however it ends. The
/// file stays: removing it would let two processes lock two files of one name. Somebody may remove it all the
/// same; then check() tells.
///
/// Threads: made and destroyed on any; check() on any.
class RunLock {
 public:
  /// Makes the directory and `<directory>/lock` with this process's id in it. Fails with kUnavailable when
  /// another process has it: "already running as PID n".
  static Result<RunLock> take(Disk& disk, const std::string& directory, int64_t process_id);
  /// Fails with kUnavailable when the file of that name is not the one that is held: another process may have
  /// locked that one, and work on the same state.
  Status check() const;

 private:
  RunLock(Disk& disk, std::string directory, std::unique_ptr<File> file, const FileInfo& info)
      : disk_(&disk),
        directory_(std::move(directory)),
        file_(std::move(file)),
        device_(info.device),
        inode_(info.inode) {}
  Disk* disk_;
  std::string directory_;
  std::unique_ptr<File> file_;
  uint64_t device_;
  uint64_t inode_;
};

}  // namespace weir
