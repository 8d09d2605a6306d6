#include "utf8_check.hpp"

#include <simdjson.h>

namespace weir::formats {

bool is_valid_utf8_but_for_cut(const DecodeInput& input) {
  const std::string_view text = input.text();
  size_t size = text.size();
  if (!input.is_last()) {
    // The last character begins with its last byte that is not 10xxxxxx, at most three from the end.
    const auto byte = [&](size_t at) { return static_cast<unsigned char>(text[at]); };
    size_t back = 0;
    while (back < 3 && back < size && (byte(size - 1 - back) & 0xC0U) == 0x80U) ++back;
    if (back < size && byte(size - 1 - back) >= 0xC0U) size -= back + 1;
  }
  return simdjson::validate_utf8(text.data(), size);
}

}  // namespace weir::formats
