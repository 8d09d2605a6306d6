#include "state/run_lock.hpp"

#include <algorithm>
#include <cctype>

#include "world/whole_file.hpp"

namespace weir {

Result<RunLock> RunLock::take(Disk& disk, const std::string& directory, int64_t process_id) {
  WEIR_RETURN_IF_ERROR(make_dirs(disk, directory, 0700));
  const std::string path = directory + "/lock";
  WEIR_ASSIGN_OR_RETURN(std::unique_ptr<File> file, disk.open(path, OpenMode::kUpdate, 0600));
  const Status locked = file->try_lock();
  if (locked.code() == Code::kUnavailable) {
    // Between its lock and its write the other process has not said its id yet.
    WEIR_ASSIGN_OR_RETURN(std::string owner, read_all(disk, path));
    owner.erase(
        std::find_if_not(owner.begin(), owner.end(), [](unsigned char c) { return std::isdigit(c) != 0; }),
        owner.end());
    return Status(Code::kUnavailable, "'" + directory + "' is in use: already running as PID " +
                                          (owner.empty() ? "(not known yet)" : owner));
  }
  WEIR_RETURN_IF_ERROR(locked);
  const std::string own = std::to_string(process_id) + "\n";
  WEIR_RETURN_IF_ERROR(file->truncate(0));
  WEIR_RETURN_IF_ERROR(file->pwrite(own.data(), own.size(), 0));
  WEIR_ASSIGN_OR_RETURN(const FileInfo info, disk.stat(path));
  return RunLock(disk, directory, std::move(file), info);
}

Status RunLock::check() const {
  const std::string path = directory_ + "/lock";
  WEIR_ASSIGN_OR_RETURN(const FileInfo info, disk_->stat(path));
  if (info.exists() && info.device == device_ && info.inode == inode_) return {};
  return Status(Code::kUnavailable,
                "'" + path +
                    "' was removed while this run held it: another may be at work on the same "
                    "state, so nothing more is committed here");
}

}  // namespace weir
