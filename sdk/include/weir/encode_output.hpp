#pragma once
// Where an encoder appends its bytes.
#include <cstring>
#include <string_view>

#include "weir/abi.h"
#include "weir/fault.hpp"

namespace weir {

/// Borrows the host's buffer for one call.
class EncodeOutput {
 public:
  explicit EncodeOutput(weir_bytes_out* out) : out_(out) {}
  /// Returns room for `size` bytes at the end; commit() says how many were written.
  /// Fails: throws FaultException(kNoSpace) when the host has no memory.
  char* reserve(size_t size) {
    if (out_->capacity - out_->size < size && out_->grow(out_, size) != 0)
      throw_fault(Code::kNoSpace, "no memory for encoded rows");
    return reinterpret_cast<char*>(out_->data) + out_->size;
  }
  void commit(size_t size) { out_->size += size; }
  void append(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(reserve(text.size()), text.data(), text.size());
    commit(text.size());
  }
  void append(char c) {
    *reserve(1) = c;
    commit(1);
  }

 private:
  weir_bytes_out* out_;
};

/// Bytes with a host's interface in front: what an encoder fills when there is no sink behind it.
class EncodedBytes : public weir_bytes_out {
 public:
  EncodedBytes() : weir_bytes_out{nullptr, 0, 0, &more} {}
  std::string_view text() const { return {reinterpret_cast<const char*>(data), size}; }
  void clear() { size = 0; }

 private:
  static int32_t more(weir_bytes_out* self, size_t needed) {
    auto* bytes = static_cast<EncodedBytes*>(self);
    try {
      bytes->memory_.resize((bytes->size + needed) * 2);
    } catch (const std::bad_alloc&) {
      return static_cast<int32_t>(Code::kNoSpace);
    }
    bytes->data = reinterpret_cast<uint8_t*>(bytes->memory_.data());
    bytes->capacity = bytes->memory_.size();
    return 0;
  }
  std::string memory_;
};

}  // namespace weir
