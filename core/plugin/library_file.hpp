#pragma once
// A plugin library's file, opened for reading only after it is known to be an ordinary file.
#include <cstdint>
#include <string>

#include <weir/status.hpp>

namespace weir {

/// An open file that may turn out to be a plugin library. Messages leave the path to the caller.
class LibraryFile {
 public:
  /// Fails: when `path` leads nowhere, in a circle, or to something else than a file that can be read.
  static Result<LibraryFile> open(const std::string& path);
  LibraryFile(LibraryFile&& other) noexcept;
  LibraryFile& operator=(LibraryFile&&) = delete;
  ~LibraryFile();

  uint64_t size_bytes() const { return size_bytes_; }
  Status read(uint64_t offset, void* into, size_t size) const;
  /// Fails with kDenied when somebody else than the owner could have written the file.
  Status check_writers() const;

 private:
  LibraryFile() = default;

  int descriptor_ = -1;
  uint64_t size_bytes_ = 0;
  uint32_t mode_ = 0;
  uint32_t owner_ = 0;
  uint32_t group_ = 0;
};

}  // namespace weir
