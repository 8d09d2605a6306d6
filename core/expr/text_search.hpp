#pragma once
// Finding one text in another.
#include <emmintrin.h>

#include <bit>
#include <cstring>
#include <string_view>

namespace weir::expr {

/// As text.find(part), but several times as fast for texts of the length of a line: 16 places are tried at
/// once by the first and last byte of `part`.
inline size_t find_text(std::string_view text, std::string_view part) {
  if (part.size() < 2 || text.size() < part.size() + 15) return text.find(part);
  const size_t last_begin = text.size() - part.size();
  const __m128i first = _mm_set1_epi8(part.front());
  const __m128i last = _mm_set1_epi8(part.back());
  for (size_t i = 0;;) {
    const char* const at = text.data() + i;
    const __m128i heads = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i tails = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + part.size() - 1));
    const __m128i both = _mm_and_si128(_mm_cmpeq_epi8(heads, first), _mm_cmpeq_epi8(tails, last));
    auto places = static_cast<unsigned>(_mm_movemask_epi8(both));
    for (; places != 0; places &= places - 1) {
      const auto place = static_cast<size_t>(std::countr_zero(places));
      if (std::memcmp(at + place, part.data(), part.size()) == 0) return i + place;
    }
    if (i + 15 >= last_begin) return std::string_view::npos;
    // The last block overlaps the one before, so that nothing behind the text is read.
    i = i + 16 + 15 > last_begin ? last_begin - 15 : i + 16;
  }
}

}  // namespace weir::expr
