#pragma once
// Compressed output that can be cut back to any barrier.
#include <memory>
#include <string>
#include <string_view>

#include <weir/status.hpp>

#include "byte_stream.hpp"

namespace weir::file {

/// Turns bytes into gzip members or zstd frames. After end() what was written is whole, and the next bytes
/// begin a member or frame of their own: readers of either format take them one after the other.
class Compressor {
 public:
  Compressor() = default;
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  virtual ~Compressor() = default;
  virtual Status add(std::string_view bytes, std::string& out) = 0;
  virtual Status end(std::string& out) = 0;
};

/// Returns what the ending of a path asks for: .gz, .zst, or none.
Compression compression_of_name(std::string_view path);

/// Returns null for kNone.
std::unique_ptr<Compressor> make_compressor(Compression compression);

}  // namespace weir::file
