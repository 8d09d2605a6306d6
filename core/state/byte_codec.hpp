#pragma once
// Numbers and texts as bytes, little endian, for what Weir writes in its own format.
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include <weir/status.hpp>

namespace weir {

static_assert(std::endian::native == std::endian::little, "stored numbers are copied as they lie in memory");

/// Appends the bytes of numbers, one after the other.
template <class... T>
  requires(std::is_arithmetic_v<T> && ...)
void put_numbers(std::string& out, T... values) {
  char bytes[(sizeof(T) + ...)];
  char* at = bytes;
  const auto put = [&at](const auto& value) {
    std::memcpy(at, &value, sizeof(value));
    at += sizeof(value);
  };
  (put(values), ...);
  out.append(bytes, sizeof(bytes));
}
template <class T>
void put_number(std::string& out, T value) {
  put_numbers(out, value);
}

/// Appends a u32 length and the bytes. Needs: text.size() < 2^32.
inline void put_text(std::string& out, std::string_view text) {
  WEIR_CHECK(text.size() <= UINT32_MAX);
  put_number(out, static_cast<uint32_t>(text.size()));
  out.append(text);
}

/// Reads what put_number() and put_text() wrote. The first read past the end makes every later one answer
/// zeros and is_good() false, so that a decoder may ask once at its end.
class ByteReader {
 public:
  /// Borrows `bytes`; texts that are read point into it.
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <class T>
    requires std::is_arithmetic_v<T>
  T number() {
    T value{};
    const std::string_view from = bytes(sizeof(T));
    if (from.size() == sizeof(T)) std::memcpy(&value, from.data(), sizeof(T));
    return value;
  }
  std::string_view text() { return bytes(number<uint32_t>()); }
  /// A byte that is 0 or 1; any other is a fault.
  bool flag() {
    const auto found = number<uint8_t>();
    if (found > 1) is_good_ = false;
    return found == 1;
  }
  std::string_view bytes(uint64_t size) {
    if (size > rest_.size()) {
      is_good_ = false;
      rest_ = {};
      return {};
    }
    const std::string_view found = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return found;
  }
  /// Returns a count of things that take at least `smallest` bytes each; a larger one than can follow is a
  /// fault, so that damaged bytes never ask for memory that they could not fill.
  uint32_t count(size_t smallest) {
    const auto found = number<uint32_t>();
    if (found <= rest_.size() / smallest) return found;
    is_good_ = false;
    rest_ = {};
    return 0;
  }
  bool is_good() const { return is_good_; }
  bool is_at_end() const { return rest_.empty(); }
  size_t rest_size() const { return rest_.size(); }

 private:
  std::string_view rest_;
  bool is_good_ = true;
};

}  // namespace weir
