#pragma once
// A run of a partition's bytes on its way from a reader to a decoding lane.
#include <weir/abi.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/instance_context.hpp"

namespace weir {

/// A counted reference to a host buffer.
class BufferRef {
 public:
  BufferRef() = default;
  /// Takes one reference of `buffer`.
  BufferRef(const weir_host* host, weir_buffer* buffer) : host_(host), buffer_(buffer) {}
  BufferRef(const BufferRef& other) : host_(other.host_), buffer_(other.buffer_) {
    if (buffer_ != nullptr) host_->buffer_retain(buffer_);
  }
  BufferRef(BufferRef&& other) noexcept
      : host_(other.host_), buffer_(std::exchange(other.buffer_, nullptr)) {}
  BufferRef& operator=(BufferRef other) noexcept {
    std::swap(host_, other.host_);
    std::swap(buffer_, other.buffer_);
    return *this;
  }
  ~BufferRef() {
    if (buffer_ != nullptr) host_->buffer_release(buffer_);
  }
  weir_buffer* get() const { return buffer_; }

 private:
  const weir_host* host_ = nullptr;
  weir_buffer* buffer_ = nullptr;
};

/// What every range of a partition shares. Destroyed when the last range is decoded.
struct PartitionDecoding {
  uint32_t partition = 0;
  std::string name;
  weir_decode_context* context = nullptr;
  const weir_decoder_calls* calls = nullptr;
  bool is_splittable = true;
  /// Why its format cannot be opened: it has no rows, one range, and this one rejection.
  std::optional<HeldRejection> refusal;
  ~PartitionDecoding() {
    if (context != nullptr) calls->close(context);
  }
};

/// Contiguous bytes inside one buffer.
struct ByteSegment {
  BufferRef buffer;
  const uint8_t* data = nullptr;
  size_t size = 0;
  int64_t offset = 0;  ///< Position of data[0] in the partition.
};

/// Where a byte source can go on: at `token`, and then `skip` bytes further.
struct ChunkStart {
  int64_t position = 0;  ///< Of the chunk's first byte.
  std::string token;
};

/// The segments of one range lie one after the other in the partition. Ranges are numbered from 0 over the
/// whole life of a reader; range i goes to lane i % lanes.
struct ByteRange {
  uint64_t index = 0;
  std::shared_ptr<PartitionDecoding> partition;
  std::vector<ByteSegment> segments;
  bool is_last = false;   ///< Nothing follows in this partition.
  bool is_whole = false;  ///< A record ends where it ends.
  /// The first of a partition whose name was found again after its end, with the new header.
  std::optional<std::string> begins_anew;
  /// The chunks that the segments lie in, oldest first: from one of them a restart reads again.
  std::vector<ChunkStart> chunks;
};

}  // namespace weir
