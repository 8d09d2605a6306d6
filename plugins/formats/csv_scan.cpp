#include "csv_scan.hpp"

#include <immintrin.h>

#include <bit>

namespace weir::formats {
namespace {

constexpr size_t kBlock = 64;

// 64 bytes as a bit each: equal to a character or not.
struct BlockV2 {
  __m128i parts[4];
  explicit BlockV2(const uint8_t* at) {
    for (int i = 0; i < 4; ++i) parts[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 16 * i));
  }
  uint64_t equal(char c) const {
    const __m128i wanted = _mm_set1_epi8(c);
    uint64_t bits = 0;
    for (int i = 0; i < 4; ++i) {
      const auto part = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(parts[i], wanted)));
      bits |= static_cast<uint64_t>(part) << (16 * i);
    }
    return bits;
  }
};

/// Bit i of the result: whether the number of set bits up to i is odd.
inline uint64_t parity_up_to(uint64_t bits) {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  bits ^= bits << 16;
  return bits ^ (bits << 32);
}

/// Appends the position of each set bit. Writes up to 8 places beyond what it says.
inline uint32_t* append_positions(uint64_t bits, uint32_t base, uint32_t* out) {
  const int count = std::popcount(bits);
  uint32_t* at = out;
  do {  // Eight at a time: one branch that is nearly always the same instead of one a bit.
    for (int i = 0; i < 8; ++i) {
      at[i] = base + static_cast<uint32_t>(std::countr_zero(bits));
      bits &= bits - 1;
    }
    at += 8;
  } while (bits != 0);
  return out + count;
}

}  // namespace

CsvScanner::CsvScanner(const CsvDialect& dialect)
    : dialect_(dialect), has_v3_(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")) {}

uint32_t* CsvScanner::scan(const uint8_t* data, size_t from, size_t to, uint32_t* out) {
  out = has_v3_ ? scan_blocks_v3(data, from, to, out) : scan_blocks_v2(data, from, to, out);
  return scan_slowly(data, from, to, out);
}

uint32_t* CsvScanner::scan_slowly(const uint8_t* data, size_t from, size_t to, uint32_t* out) {
  for (size_t at = from; at < to; ++at) {
    const char c = static_cast<char>(data[at]);
    if (c == dialect_.quote && dialect_.quote != '\0') {
      switch (state_) {
        case State::kFieldStart:
        case State::kQuoteInQuoted:
          state_ = State::kQuoted;
          break;
        case State::kQuoted:
          state_ = State::kQuoteInQuoted;
          break;
        case State::kPlain:
          break;
      }
    } else if (state_ == State::kQuoted) {
      continue;
    } else if (c == dialect_.delimiter || c == dialect_.newline) {
      *out++ = static_cast<uint32_t>(at);
      state_ = State::kFieldStart;
    } else {
      state_ = State::kPlain;
    }
  }
  return out;
}

template <class Block>
[[gnu::always_inline]] inline uint32_t* CsvScanner::scan_blocks(const uint8_t* data, size_t& from, size_t to,
                                                                uint32_t* out) {
  constexpr uint64_t kLast = uint64_t{1} << 63;
  for (; to - from >= kBlock; from += kBlock) {
    const Block block(data + from);
    uint64_t ends = block.equal(dialect_.delimiter) | block.equal(dialect_.newline);
    const uint64_t quotes = dialect_.quote == '\0' ? 0 : block.equal(dialect_.quote);
    if (quotes == 0) {
      if (state_ == State::kQuoted) continue;
      state_ = (ends & kLast) != 0 ? State::kFieldStart : State::kPlain;
    } else {
      const uint64_t inside = parity_up_to(quotes) ^ (state_ == State::kQuoted ? ~uint64_t{0} : 0);
      ends &= ~inside;
      const bool may_open = state_ == State::kFieldStart || state_ == State::kQuoteInQuoted;
      const uint64_t may_open_here = ((ends | quotes) << 1) | (may_open ? 1 : 0);
      if ((quotes & inside & ~may_open_here) != 0) {  // A quote amid plain text: it counts for nothing.
        out = scan_slowly(data, from, from + kBlock, out);
        continue;
      }
      state_ = (inside & kLast) != 0   ? State::kQuoted
               : (quotes & kLast) != 0 ? State::kQuoteInQuoted
               : (ends & kLast) != 0   ? State::kFieldStart
                                       : State::kPlain;
    }
    if (ends != 0) out = append_positions(ends, static_cast<uint32_t>(from), out);
  }
  return out;
}

uint32_t* CsvScanner::scan_blocks_v2(const uint8_t* data, size_t& from, size_t to, uint32_t* out) {
  return scan_blocks<BlockV2>(data, from, to, out);
}

namespace {
struct BlockV3 {
  __m256i low, high;
  [[gnu::target("avx2")]] explicit BlockV3(const uint8_t* at)
      : low(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at))),
        high(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 32))) {}
  [[gnu::target("avx2")]] uint64_t equal(char c) const {
    const __m256i wanted = _mm256_set1_epi8(c);
    const auto a = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted)));
    const auto b = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted)));
    return a | (static_cast<uint64_t>(b) << 32);
  }
};
}  // namespace

[[gnu::target("avx2,bmi,bmi2,lzcnt,popcnt")]] uint32_t* CsvScanner::scan_blocks_v3(const uint8_t* data,
                                                                                   size_t& from, size_t to,
                                                                                   uint32_t* out) {
  return scan_blocks<BlockV3>(data, from, to, out);
}

}  // namespace weir::formats
