#pragma once
// Memory of the host: a reference to one buffer, and one that grows while it is filled.
#include <algorithm>
#include <cstring>
#include <utility>

#include "weir/fault.hpp"
#include "weir/host.hpp"

namespace weir {

/// One reference to a weir_buffer. Copying shares the memory.
///
/// Threads: a value; the memory may be written only while is_sole().
class Buffer {
 public:
  Buffer() = default;
  /// Takes the caller's reference.
  static Buffer adopt(weir_buffer* buffer) { return Buffer(buffer); }
  /// Shares: adds a reference of its own.
  static Buffer retain(weir_buffer* buffer) {
    if (buffer != nullptr) host()->buffer_retain(buffer);
    return Buffer(buffer);
  }
  /// Returns memory for at least `size` bytes, 64-byte aligned, holding anything.
  /// Fails: throws FaultException(kNoSpace) when the host has none.
  static Buffer allocate(size_t size, weir_context* account = nullptr) {
    weir_buffer* buffer = host()->buffer_new(host(), account, size);
    if (buffer == nullptr)
      throw_fault(Code::kNoSpace, "no memory for a buffer of " + std::to_string(size) + " bytes");
    return Buffer(buffer);
  }
  Buffer(const Buffer& other) : Buffer(retain(other.buffer_)) {}
  Buffer(Buffer&& other) noexcept : buffer_(std::exchange(other.buffer_, nullptr)) {}
  Buffer& operator=(Buffer other) noexcept {
    std::swap(buffer_, other.buffer_);
    return *this;
  }
  ~Buffer() {
    if (buffer_ != nullptr) host()->buffer_release(buffer_);
  }

  explicit operator bool() const { return buffer_ != nullptr; }
  uint8_t* data() const { return buffer_->data; }
  size_t size() const { return buffer_->size; }
  bool is_sole() const { return host()->buffer_is_sole(buffer_) != 0; }
  weir_buffer* get() const { return buffer_; }
  /// Returns the reference, which the caller must release.
  weir_buffer* release() { return std::exchange(buffer_, nullptr); }

 private:
  explicit Buffer(weir_buffer* buffer) : buffer_(buffer) {}
  weir_buffer* buffer_ = nullptr;
};

/// Bytes that grow at their end, in host memory. Growing moves them.
class GrowingBuffer {
 public:
  size_t size() const { return size_; }
  uint8_t* data() const { return buffer_ ? buffer_.data() : nullptr; }
  /// Returns room for `count` more bytes, already counted in size().
  uint8_t* extend(size_t count) {
    if (!buffer_ || size_ + count > buffer_.size()) grow(size_ + count);
    uint8_t* at = buffer_.data() + size_;
    size_ += count;
    return at;
  }
  template <class T>
  void push(T value) {
    std::memcpy(extend(sizeof(T)), &value, sizeof(T));
  }
  void reserve(size_t count) {
    if (!buffer_ || count > buffer_.size()) grow(count);
  }
  /// Needs: size <= size().
  void truncate(size_t size) { size_ = size; }
  /// Returns the filled memory and is empty afterwards. Gives back what is much too large.
  Buffer finish() {
    if (!buffer_) buffer_ = Buffer::allocate(0);
    if (buffer_.size() > 4096 && size_ < buffer_.size() / 2) {
      Buffer fitting = Buffer::allocate(size_);
      std::memcpy(fitting.data(), buffer_.data(), size_);
      buffer_ = std::move(fitting);
    }
    size_ = 0;
    return std::exchange(buffer_, Buffer());
  }

 private:
  void grow(size_t needed) {
    Buffer larger = Buffer::allocate(std::max({needed, size_ * 2, size_t{256}}));
    if (size_ > 0) std::memcpy(larger.data(), buffer_.data(), size_);
    buffer_ = std::move(larger);
  }
  Buffer buffer_;
  size_t size_ = 0;
};

}  // namespace weir
