#include "world/real_disk.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "world/os_error.hpp"

namespace weir {
namespace {

// Calls that a signal interrupts are made again; fsync and close are not among them.
template <class Call>
auto retry_interrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

class RealFile final : public File {
 public:
  RealFile(std::string path, int descriptor) : File(std::move(path)), descriptor_(descriptor) {}
  ~RealFile() override {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

 protected:
  Result<size_t> do_pread(void* into, size_t size, uint64_t offset) override {
    auto* at = static_cast<char*>(into);
    size_t done = 0;
    while (done < size) {
      const ssize_t got = retry_interrupted(
          [&] { return ::pread(descriptor_, at + done, size - done, static_cast<off_t>(offset + done)); });
      if (got < 0) return os_error("read", path(), errno);
      if (got == 0) break;
      done += static_cast<size_t>(got);
    }
    return done;
  }

  Status do_pwrite(const void* bytes, size_t size, uint64_t offset) override {
    const auto* at = static_cast<const char*>(bytes);
    size_t done = 0;
    while (done < size) {
      const ssize_t put = retry_interrupted(
          [&] { return ::pwrite(descriptor_, at + done, size - done, static_cast<off_t>(offset + done)); });
      if (put < 0) return os_error("write", path(), errno);
      done += static_cast<size_t>(put);
    }
    return Status::ok();
  }

  Status do_truncate(uint64_t size_bytes) override {
    if (retry_interrupted([&] { return ::ftruncate(descriptor_, static_cast<off_t>(size_bytes)); }) < 0) {
      return os_error("truncate", path(), errno);
    }
    return Status::ok();
  }

  Result<uint64_t> do_size() override {
    struct ::stat info{};
    if (::fstat(descriptor_, &info) < 0) return os_error("stat", path(), errno);
    return static_cast<uint64_t>(info.st_size);
  }

  // One call, whatever it answers: after a failure the kernel may have dropped the bytes.
  Status do_sync() override {
    return ::fsync(descriptor_) < 0 ? os_error("sync", path(), errno) : Status::ok();
  }

  Status do_try_lock() override {
    if (retry_interrupted([&] { return ::flock(descriptor_, LOCK_EX | LOCK_NB); }) < 0) {
      return os_error("lock", path(), errno);
    }
    return Status::ok();
  }

  // Linux frees the descriptor even when close() fails, so it is never closed twice.
  Status do_close() override {
    const int descriptor = descriptor_;
    descriptor_ = -1;
    return ::close(descriptor) < 0 ? os_error("close", path(), errno) : Status::ok();
  }

 private:
  int descriptor_;
};

int flags_of(OpenMode mode) {
  switch (mode) {
    case OpenMode::kRead:
      return O_RDONLY;
    case OpenMode::kCreate:
      return O_RDWR | O_CREAT | O_TRUNC;
    case OpenMode::kNew:
      return O_RDWR | O_CREAT | O_EXCL;
    case OpenMode::kUpdate:
      return O_RDWR | O_CREAT;
  }
  return O_RDONLY;
}

FileInfo::Kind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileInfo::Kind::kFile;
  return S_ISDIR(mode) ? FileInfo::Kind::kDirectory : FileInfo::Kind::kOther;
}

}  // namespace

Result<std::unique_ptr<File>> RealDisk::do_open(const std::string& path, OpenMode mode,
                                                uint32_t permissions) {
  const int descriptor =
      retry_interrupted([&] { return ::open(path.c_str(), flags_of(mode) | O_CLOEXEC, permissions); });
  if (descriptor < 0) return os_error("open", path, errno);
  return std::unique_ptr<File>(std::make_unique<RealFile>(path, descriptor));
}

Status RealDisk::rename(const std::string& from, const std::string& to) {
  // A device that a file takes the place of is gone for every process: /dev/null would grow.
  struct ::stat there{};
  const bool is_there = ::lstat(to.c_str(), &there) == 0;
  if (is_there && !S_ISREG(there.st_mode) && !S_ISDIR(there.st_mode) && !S_ISLNK(there.st_mode))
    return Status::invalid("'" + to + "' is a device or a pipe, and no file may take its place");
  if (::rename(from.c_str(), to.c_str()) == 0) return Status::ok();
  return os_error("rename to '" + to + "' from", from, errno);
}

Status RealDisk::unlink(const std::string& path) {
  return ::unlink(path.c_str()) < 0 ? os_error("remove", path, errno) : Status::ok();
}

Status RealDisk::make_dir(const std::string& path, uint32_t permissions) {
  return ::mkdir(path.c_str(), permissions) < 0 ? os_error("make directory", path, errno) : Status::ok();
}

Status RealDisk::remove_dir(const std::string& path) {
  return ::rmdir(path.c_str()) < 0 ? os_error("remove directory", path, errno) : Status::ok();
}

Status RealDisk::sync_dir(const std::string& path) {
  const int descriptor =
      retry_interrupted([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (descriptor < 0) return os_error("open directory", path, errno);
  const Status status = ::fsync(descriptor) < 0 ? os_error("sync directory", path, errno) : Status::ok();
  ::close(descriptor);  // Nothing was written through it, so its answer says nothing.
  return status;
}

Result<std::vector<DirectoryEntry>> RealDisk::list(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
  if (!directory) return os_error("list", path, errno);
  std::vector<DirectoryEntry> entries;
  for (;;) {
    errno = 0;
    const dirent* const entry = ::readdir(directory.get());
    if (entry == nullptr) break;
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    WEIR_ASSIGN_OR_RETURN(const FileInfo info, stat(path + "/" + name));
    // A dangling link is listed, a file removed in the meantime looks the same: both are "other".
    entries.push_back({name, info.exists() ? info.kind : FileInfo::Kind::kOther});
  }
  if (errno != 0) return os_error("list", path, errno);
  std::ranges::sort(entries, {}, &DirectoryEntry::name);
  return entries;
}

Result<FileInfo> RealDisk::stat(const std::string& path) {
  struct ::stat found{};
  if (::stat(path.c_str(), &found) < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return FileInfo{};
    return os_error("stat", path, errno);
  }
  FileInfo info;
  info.kind = kind_of(found.st_mode);
  info.size_bytes = static_cast<uint64_t>(found.st_size);
  info.modified_us = int64_t{found.st_mtim.tv_sec} * 1'000'000 + found.st_mtim.tv_nsec / 1000;
  info.permissions = found.st_mode & 07777U;
  info.owner = found.st_uid;
  info.device = found.st_dev;
  info.inode = found.st_ino;
  return info;
}

}  // namespace weir
