#pragma once
// Files through the host, so that pipelines run in simulation and every fault can be tried.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/fault.hpp"
#include "weir/host.hpp"
#include "weir/text.hpp"

namespace weir {

// The engine has a class of this name for its own side of files, and a program that holds both (a test of
// components) must not mix them up.
inline namespace sdk {

/// An open file. After a failed sync() it must be given up: what was written is in doubt.
class File {
 public:
  File() = default;
  /// `flags`: WEIR_OPEN_...; `mode`: permission bits of a file that is made.
  static Result<File> open(std::string_view path, uint32_t flags, uint32_t mode = 0644) {
    weir_fault fault{};
    weir_file* file = nullptr;
    const int32_t code = host()->files->open(host(), as_str(path), flags, mode, &file, &fault);
    if (code != 0) return status_of(code, fault);
    return File(file);
  }
  static Result<File> open_for_reading(std::string_view path) { return open(path, WEIR_OPEN_READ); }
  /// Makes the file, or empties it.
  static Result<File> create(std::string_view path, uint32_t mode = 0644) {
    return open(path, WEIR_OPEN_WRITE | WEIR_OPEN_CREATE | WEIR_OPEN_TRUNCATE, mode);
  }
  File(File&& other) noexcept : file_(std::exchange(other.file_, nullptr)) {}
  File& operator=(File&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  /// Closes, and ignores what close says: who writes calls close() himself.
  ~File() {
    if (file_ != nullptr) static_cast<void>(close());
  }
  explicit operator bool() const { return file_ != nullptr; }

  /// Returns how many bytes were read: fewer than asked for at the end, 0 behind it.
  Result<size_t> read(uint64_t offset, std::span<uint8_t> into) const {
    weir_fault fault{};
    size_t got = 0;
    const int32_t code = host()->files->read(file_, offset, into.data(), into.size(), &got, &fault);
    if (code != 0) return status_of(code, fault);
    return got;
  }
  /// Writes all of it.
  Status write(uint64_t offset, std::string_view bytes) {
    return checked(
        [&](weir_fault* f) { return host()->files->write(file_, offset, bytes.data(), bytes.size(), f); });
  }
  Status truncate(uint64_t size) {
    return checked([&](weir_fault* f) { return host()->files->truncate(file_, size, f); });
  }
  Status sync() {
    return checked([&](weir_fault* f) { return host()->files->sync(file_, f); });
  }
  /// The file is closed whatever this answers.
  Status close() {
    return checked([&](weir_fault* f) { return host()->files->close(std::exchange(file_, nullptr), f); });
  }

 private:
  explicit File(weir_file* file) : file_(file) {}
  template <class Call>
  static Status checked(Call call) {
    weir_fault fault{};
    return status_of(call(&fault), fault);
  }
  weir_file* file_ = nullptr;
};

}  // namespace sdk

namespace files {

inline Result<weir_file_info> info(std::string_view path) {
  weir_fault fault{};
  weir_file_info out{};
  out.struct_size = sizeof(out);
  const int32_t code = host()->files->info(host(), as_str(path), &out, &fault);
  if (code != 0) return status_of(code, fault);
  return out;
}
/// Fails: kInvalid when `path` leads to what no file may take the place of: a directory, a device, a pipe.
inline Status check_replaceable(std::string_view path) {
  const auto there = info(path);
  const std::string shown = "'" + std::string(path) + "' is a ";
  if (!there.is_ok()) return {};  // Nothing, or nothing that may be looked at: writing will tell.
  if (there->is_directory != 0) return Status::invalid(shown + "directory: add a file name");
  const uint32_t kind = there->mode & 0170000U;
  if (kind != 0 && kind != 0100000U) return Status::invalid(shown + "device or a pipe: name a file");
  return {};
}
inline Status rename(std::string_view from, std::string_view to) {
  weir_fault fault{};
  return status_of(host()->files->rename(host(), as_str(from), as_str(to), &fault), fault);
}
inline Status remove(std::string_view path) {
  weir_fault fault{};
  return status_of(host()->files->remove(host(), as_str(path), &fault), fault);
}
inline Status make_directories(std::string_view path) {
  weir_fault fault{};
  return status_of(host()->files->make_directories(host(), as_str(path), &fault), fault);
}
inline Status sync_directory(std::string_view path) {
  weir_fault fault{};
  return status_of(host()->files->sync_directory(host(), as_str(path), &fault), fault);
}
/// Returns the names in a directory, sorted.
inline Result<std::vector<std::string>> list(std::string_view path) {
  weir_fault fault{};
  std::vector<std::string> names;
  const auto note = [](void* to, weir_str name) {
    static_cast<std::vector<std::string>*>(to)->emplace_back(as_view(name));
  };
  const int32_t code = host()->files->list(host(), as_str(path), note, &names, &fault);
  if (code != 0) return status_of(code, fault);
  return names;
}

}  // namespace files
}  // namespace weir
