#pragma once
// Names of sessions: the same for the same key and start, at every run.
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <weir/row_order.hpp>

namespace weir::behaviour {

__extension__ typedef unsigned __int128 Hash128;

/// 32 hexadecimal digits.
struct NameText {
  std::array<char, 32> digits;
  std::string_view view() const { return {digits.data(), digits.size()}; }
};

/// Plain bytes: it is kept in state.
struct SessionName {
  uint64_t high;
  uint64_t low;

  NameText text() const {
    NameText made;
    for (size_t i = 0; i < made.digits.size(); ++i) {
      const uint64_t half = i < 16 ? high : low;
      made.digits[i] = "0123456789abcdef"[half >> (60 - i % 16 * 4) & 15];
    }
    return made;
  }
};

/// FNV-1a of 128 bits over the bytes by which the key columns order, then those of the start.
///
/// Borrows: the key columns.
class SessionNamer {
 public:
  explicit SessionNamer(std::span<const weir_column* const> keys) : keys_(keys) {}
  SessionName name(size_t row, int64_t start) {
    bytes_.clear();
    for (uint32_t i = 0; i < keys_.size(); ++i) detail::append_column(*keys_[i], SortColumn{i}, row, bytes_);
    detail::append_big_endian<uint64_t>(static_cast<uint64_t>(start), bytes_);
    constexpr Hash128 kPrime = (Hash128{1} << 88) + 0x13B;
    Hash128 hash = (Hash128{0x6c62272e07bb0142} << 64) + 0x62b821756295c58d;
    for (const char byte : bytes_) hash = (hash ^ static_cast<uint8_t>(byte)) * kPrime;
    return {static_cast<uint64_t>(hash >> 64), static_cast<uint64_t>(hash)};
  }

 private:
  std::span<const weir_column* const> keys_;
  std::string bytes_;
};

}  // namespace weir::behaviour
