#pragma once
// Stored bytes on their way into a decompressor.
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <weir/files.hpp>

namespace weir::file {

/// A file read piece by piece from its beginning.
class StoredInput {
 public:
  explicit StoredInput(File file) : file_(std::move(file)), piece_(kPieceBytes) {}
  /// Returns the next bytes; none at the end. Borrows: until the next call.
  Result<std::span<const uint8_t>> next() {
    WEIR_ASSIGN_OR_RETURN(const size_t got, file_.read(position_, piece_));
    position_ += got;
    return std::span<const uint8_t>(piece_.data(), got);
  }
  /// Where next() reads on.
  uint64_t position() const { return position_; }

 private:
  static constexpr size_t kPieceBytes = size_t{256} << 10;
  File file_;
  std::vector<uint8_t> piece_;
  uint64_t position_ = 0;
};

}  // namespace weir::file
