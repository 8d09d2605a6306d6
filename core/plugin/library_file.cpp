#include "plugin/library_file.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

namespace weir {
namespace {

std::string reason_of(int error) { return std::generic_category().message(error); }

Status not_reachable(const std::string& path, int error) {
  struct stat link = {};
  const bool is_link = ::lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode);
  if (error == ELOOP) return Status::invalid("its symbolic links lead round in a circle");
  if (error == ENOENT && is_link) return Status::invalid("a symbolic link that leads to no file");
  if (error == ENOENT) return Status::not_found("there is no such file");
  return Status::io("it cannot be read: " + reason_of(error));
}

// A group that holds nobody but its owner (as many systems give each user) adds no writer.
bool is_private_group(uid_t owner, gid_t group) {
  passwd user = {};
  passwd* user_found = nullptr;
  std::array<char, 4096> user_texts = {};
  ::getpwuid_r(owner, &user, user_texts.data(), user_texts.size(), &user_found);
  ::group entry = {};
  ::group* group_found = nullptr;
  std::array<char, 16384> group_texts = {};
  ::getgrgid_r(group, &entry, group_texts.data(), group_texts.size(), &group_found);
  if (user_found == nullptr || group_found == nullptr) return false;
  if (user.pw_gid != group || std::strcmp(user.pw_name, entry.gr_name) != 0) return false;
  for (char** member = entry.gr_mem; *member != nullptr; ++member)
    if (std::strcmp(*member, user.pw_name) != 0) return false;
  return true;
}

}  // namespace

Result<LibraryFile> LibraryFile::open(const std::string& path) {
  struct stat info = {};
  if (::stat(path.c_str(), &info) != 0) return not_reachable(path, errno);
  if (S_ISDIR(info.st_mode)) return Status::invalid("a directory, not a shared library");
  // Opening a pipe or a device could wait or have effects.
  if (!S_ISREG(info.st_mode)) return Status::invalid("not an ordinary file");
  LibraryFile file;
  file.descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file.descriptor_ < 0) return not_reachable(path, errno);
  if (::fstat(file.descriptor_, &info) != 0) return not_reachable(path, errno);
  file.size_bytes_ = static_cast<uint64_t>(info.st_size);
  file.mode_ = info.st_mode;
  file.owner_ = info.st_uid;
  file.group_ = info.st_gid;
  return file;
}

LibraryFile::LibraryFile(LibraryFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      size_bytes_(other.size_bytes_),
      mode_(other.mode_),
      owner_(other.owner_),
      group_(other.group_) {}

LibraryFile::~LibraryFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status LibraryFile::read(uint64_t offset, void* into, size_t size) const {
  auto* at = static_cast<char*>(into);
  while (size > 0) {
    const ssize_t got = ::pread(descriptor_, at, size, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Status::io("it cannot be read: " + reason_of(errno));
    if (got == 0) return Status::corrupt("the file became shorter while it was read");
    at += got;
    offset += static_cast<uint64_t>(got);
    size -= static_cast<size_t>(got);
  }
  return Status::ok();
}

Status LibraryFile::check_writers() const {
  const bool everyone = (mode_ & S_IWOTH) != 0;
  const bool group = (mode_ & S_IWGRP) != 0 && !is_private_group(owner_, group_);
  if (!everyone && !group) return Status::ok();
  std::array<char, 8> mode = {};
  std::snprintf(mode.data(), mode.size(), "%04o", mode_ & 07777U);
  return {Code::kDenied, std::string(everyone ? "everyone" : "its group") + " may write this file (mode " +
                             mode.data() + "); take that away with chmod go-w"};
}

}  // namespace weir
