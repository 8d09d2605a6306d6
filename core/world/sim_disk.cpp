#include "world/sim_disk.hpp"

#include <cerrno>

#include "world/os_error.hpp"
#include "world/sim_file.hpp"
#include "world/sim_store.hpp"

namespace weir {

SimDisk::SimDisk(const Clock* clock) : store_(std::make_shared<SimStore>(clock)) {}
SimDisk::~SimDisk() = default;

void SimDisk::crash(uint64_t seed) {
  const std::lock_guard lock(store_->mutex);
  store_->crash(seed);
}

void SimDisk::power_off() {
  const std::lock_guard lock(store_->mutex);
  store_->is_down = true;
}

bool SimDisk::is_off() const {
  const std::lock_guard lock(store_->mutex);
  return store_->is_down;
}

void SimDisk::format() {
  const std::lock_guard lock(store_->mutex);
  store_->format();
}

uint64_t SimDisk::call_count() const {
  const std::lock_guard lock(store_->mutex);
  return store_->calls.size();
}

std::vector<std::string> SimDisk::calls() const {
  const std::lock_guard lock(store_->mutex);
  return store_->calls;
}

void SimDisk::fail_call(uint64_t n, int error_number) {
  const std::lock_guard lock(store_->mutex);
  store_->failing_calls[n] = error_number;
}

void SimDisk::fail_next(const std::string& name, int error_number, uint64_t times) {
  const std::lock_guard lock(store_->mutex);
  store_->failing_names[name] = {error_number, times};
}

void SimDisk::crash_at_call(uint64_t n) {
  const std::lock_guard lock(store_->mutex);
  store_->crashing_call = n;
}

Result<std::unique_ptr<File>> SimDisk::do_open(const std::string& path, OpenMode mode, uint32_t permissions) {
  const std::lock_guard lock(store_->mutex);
  if (const int error = store_->begin_call("open", path)) return os_error("open", path, error);
  const auto [place, error] = store_->find(path);
  if (!place) return os_error("open", path, error);
  std::optional<uint64_t> inode = store_->lookup(*place);
  if (!inode && mode == OpenMode::kRead) return os_error("open", path, ENOENT);
  if (inode && mode == OpenMode::kNew) return os_error("open", path, EEXIST);
  if (inode && store_->inodes.at(*inode).is_directory) return os_error("open", path, EISDIR);
  if (!inode) inode = store_->make(*place, false, permissions);
  if (mode == OpenMode::kCreate) store_->inodes.at(*inode).bytes.truncate(0);
  return open_sim_file(path, store_, *inode, mode != OpenMode::kRead);
}

Status SimDisk::rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(store_->mutex);
  const std::string action = "rename to '" + to + "' from";
  if (const int error = store_->begin_call("rename", from + " " + to)) return os_error(action, from, error);
  const auto [source, source_error] = store_->find(from);
  if (!source) return os_error(action, from, source_error);
  const auto [target, target_error] = store_->find(to);
  if (!target) return os_error(action, from, target_error);
  const std::optional<uint64_t> moved = store_->lookup(*source);
  const std::optional<uint64_t> replaced = store_->lookup(*target);
  if (!moved) return os_error(action, from, ENOENT);
  if (replaced && store_->inodes.at(*replaced).is_directory) {
    if (!store_->inodes.at(*moved).is_directory) return os_error(action, from, EISDIR);
    if (!store_->inodes.at(*replaced).names.empty()) return os_error(action, from, ENOTEMPTY);
  } else if (replaced && store_->inodes.at(*moved).is_directory) {
    return os_error(action, from, ENOTDIR);
  }
  store_->rename(*source, *target);
  return Status::ok();
}

Status SimDisk::unlink(const std::string& path) {
  const std::lock_guard lock(store_->mutex);
  if (const int error = store_->begin_call("unlink", path)) return os_error("remove", path, error);
  const auto [place, error] = store_->find(path);
  if (!place) return os_error("remove", path, error);
  const std::optional<uint64_t> inode = store_->lookup(*place);
  if (!inode) return os_error("remove", path, ENOENT);
  if (store_->inodes.at(*inode).is_directory) return os_error("remove", path, EISDIR);
  store_->remove(*place);
  return Status::ok();
}

Status SimDisk::make_dir(const std::string& path, uint32_t permissions) {
  const std::lock_guard lock(store_->mutex);
  if (const int error = store_->begin_call("make_dir", path)) return os_error("make directory", path, error);
  const auto [place, error] = store_->find(path);
  if (!place) return os_error("make directory", path, error);
  if (store_->lookup(*place)) return os_error("make directory", path, EEXIST);
  store_->make(*place, true, permissions);
  return Status::ok();
}

Status SimDisk::remove_dir(const std::string& path) {
  const std::lock_guard lock(store_->mutex);
  if (const int error = store_->begin_call("remove_dir", path)) {
    return os_error("remove directory", path, error);
  }
  const auto [place, error] = store_->find(path);
  if (!place) return os_error("remove directory", path, error);
  const std::optional<uint64_t> inode = store_->lookup(*place);
  if (!inode) return os_error("remove directory", path, ENOENT);
  if (!store_->inodes.at(*inode).is_directory) return os_error("remove directory", path, ENOTDIR);
  if (place->name.empty()) return os_error("remove directory", path, EBUSY);
  if (!store_->inodes.at(*inode).names.empty()) return os_error("remove directory", path, ENOTEMPTY);
  store_->remove(*place);
  return Status::ok();
}

Status SimDisk::sync_dir(const std::string& path) {
  const std::lock_guard lock(store_->mutex);
  if (const int error = store_->begin_call("sync_dir", path)) return os_error("sync directory", path, error);
  const auto [place, error] = store_->find(path);
  if (!place) return os_error("open directory", path, error);
  const std::optional<uint64_t> inode = store_->lookup(*place);
  if (!inode) return os_error("open directory", path, ENOENT);
  if (!store_->inodes.at(*inode).is_directory) return os_error("open directory", path, ENOTDIR);
  store_->sync_names(*inode);
  return Status::ok();
}

Result<std::vector<DirectoryEntry>> SimDisk::list(const std::string& path) {
  const std::lock_guard lock(store_->mutex);
  if (const int error = store_->begin_call("list", path)) return os_error("list", path, error);
  const auto [place, error] = store_->find(path);
  if (!place) return os_error("list", path, error);
  const std::optional<uint64_t> inode = store_->lookup(*place);
  if (!inode) return os_error("list", path, ENOENT);
  if (!store_->inodes.at(*inode).is_directory) return os_error("list", path, ENOTDIR);
  std::vector<DirectoryEntry> entries;
  for (const auto& [name, number] : store_->inodes.at(*inode).names) {
    const bool is_directory = store_->inodes.at(number).is_directory;
    entries.push_back({name, is_directory ? FileInfo::Kind::kDirectory : FileInfo::Kind::kFile});
  }
  return entries;
}

Result<FileInfo> SimDisk::stat(const std::string& path) {
  const std::lock_guard lock(store_->mutex);
  if (const int error = store_->begin_call("stat", path)) return os_error("stat", path, error);
  const auto [place, error] = store_->find(path);
  const std::optional<uint64_t> number = place ? store_->lookup(*place) : std::nullopt;
  if (!number) return FileInfo{};
  const SimInode& inode = store_->inodes.at(*number);
  FileInfo info;
  info.kind = inode.is_directory ? FileInfo::Kind::kDirectory : FileInfo::Kind::kFile;
  info.size_bytes = inode.bytes.live().size();
  info.modified_us = inode.modified_us;
  info.permissions = inode.permissions;
  info.inode = *number;
  return info;
}

}  // namespace weir
