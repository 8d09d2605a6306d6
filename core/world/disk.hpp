#pragma once
// The disk as the engine sees it: the calls whose order decides what survives a crash.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weir/status.hpp>

namespace weir {

enum class OpenMode {
  kRead,    ///< Must exist; no writing.
  kCreate,  ///< Made when missing, emptied when not; reading and writing.
  kNew,     ///< Fails with kExists when something has that name; reading and writing.
  kUpdate,  ///< Made when missing, content kept; reading and writing.
};

/// What a path leads to, symbolic links followed.
struct FileInfo {
  enum class Kind { kAbsent, kFile, kDirectory, kOther };
  Kind kind = Kind::kAbsent;
  uint64_t size_bytes = 0;
  int64_t modified_us = 0;   ///< [us since 1970-01-01 UTC]
  uint32_t permissions = 0;  ///< The low 12 bits of st_mode.
  uint32_t owner = 0;        ///< User id.
  uint64_t device = 0;       ///< With `inode`: which file it is, whatever its name.
  uint64_t inode = 0;
  bool exists() const { return kind != Kind::kAbsent; }
  /// Kind and permissions as the system writes them; kOther is a character device.
  uint32_t st_mode() const;
};

struct DirectoryEntry {
  std::string name;  ///< Without its directory.
  FileInfo::Kind kind = FileInfo::Kind::kFile;
  bool operator==(const DirectoryEntry&) const = default;
};

/// An open file.
///
/// After a failed sync() nobody knows which bytes reached the disk, and a second fsync may report success
/// without having written them. So the first failure is final for this handle: every later write and sync is
/// refused. Write a new file instead.
///
/// Threads: pread() from any thread at once; all other calls one at a time.
class File {
 public:
  virtual ~File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  const std::string& path() const { return path_; }
  /// Returns how many bytes were read: fewer than `size` only at the end of the file.
  Result<size_t> pread(void* into, size_t size, uint64_t offset) { return do_pread(into, size, offset); }
  /// Writes all of it or fails; after a failure any part of it may be there.
  Status pwrite(const void* bytes, size_t size, uint64_t offset);
  /// Writes at the end of the file as it is at the call. Needs: this handle is the file's only writer.
  Status append(const void* bytes, size_t size);
  Status append(std::string_view bytes) { return append(bytes.data(), bytes.size()); }
  Status truncate(uint64_t size_bytes);
  Result<uint64_t> size() { return do_size(); }
  /// Returns when all that was written survives a power loss (the file's name needs Disk::sync_dir() too).
  Status sync();
  /// Takes the file's lock among processes, held until close. Fails with kUnavailable when another has it.
  Status try_lock() { return do_try_lock(); }
  /// Closes the handle whatever it answers. Fails: when bytes written earlier could not be stored.
  /// Calls after it are refused; the destructor closes without a word.
  Status close();

 protected:
  explicit File(std::string path) : path_(std::move(path)) {}
  virtual Result<size_t> do_pread(void* into, size_t size, uint64_t offset) = 0;
  virtual Status do_pwrite(const void* bytes, size_t size, uint64_t offset) = 0;
  virtual Status do_truncate(uint64_t size_bytes) = 0;
  virtual Result<uint64_t> do_size() = 0;
  virtual Status do_sync() = 0;
  virtual Status do_try_lock() = 0;
  virtual Status do_close() = 0;

 private:
  Status writable() const;

  const std::string path_;
  bool is_poisoned_ = false;
  bool is_closed_ = false;
};

/// Names and files. Paths use '/'. Every fault names the path and the system's own words.
///
/// Threads: any, at once.
class Disk {
 public:
  virtual ~Disk() = default;
  /// `permissions` are used when the file is made, before the process's umask.
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode, uint32_t permissions = 0644) {
    return do_open(path, mode, permissions);
  }
  /// Replaces `to` when it exists. Lasting only after sync_dir() of both directories.
  /// Fails: kInvalid when `to` is a device, a pipe or a socket.
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  /// Lasting only after sync_dir() of the directory.
  virtual Status unlink(const std::string& path) = 0;
  /// Makes one level. Fails with kExists when the name is taken.
  virtual Status make_dir(const std::string& path, uint32_t permissions) = 0;
  /// Fails unless the directory is empty.
  virtual Status remove_dir(const std::string& path) = 0;
  /// Returns when every name made, renamed or removed in this directory stays so after a power loss.
  virtual Status sync_dir(const std::string& path) = 0;
  /// Returns what is in a directory, ordered by name.
  virtual Result<std::vector<DirectoryEntry>> list(const std::string& path) = 0;
  /// A missing file is no fault: its kind is kAbsent.
  virtual Result<FileInfo> stat(const std::string& path) = 0;

 protected:
  virtual Result<std::unique_ptr<File>> do_open(const std::string& path, OpenMode mode,
                                                uint32_t permissions) = 0;
};

/// Returns the directory that holds `path`: "." for a bare name.
std::string directory_of(const std::string& path);

}  // namespace weir
