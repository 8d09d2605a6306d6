#pragma once
// How a key lies in a record of a keyed table: as 64-bit words that are hashed and compared without looking
// at their types.
//
// Word 0 is the namespace, word 1 has a bit for each null column, then come the columns in order. A text
// takes two words: its length and first 4 bytes, then bytes 4 to 11, or, when it is longer than 12, the
// XXH3_64 of all of it. Everything else that fits takes one word, sign extended; a decimal takes two. The
// words of a null are 0. Long texts lie elsewhere; the record has a pointer to each behind its words.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <weir/abi.h>
#include <weir/status.hpp>

#include "state/key_bytes.hpp"

namespace weir {

inline constexpr uint32_t kInlineText = 12;     ///< [bytes] Longer texts are kept outside the words.
inline constexpr uint32_t kMaxKeyColumns = 64;  ///< One bit each in the word of nulls.

struct KeyColumn {
  uint8_t type = 0;
  uint8_t precision = 0;
  int8_t scale = 0;
  uint32_t word = 0;  ///< Where its words begin.
  uint32_t text = 0;  ///< Which of the text pointers is its own, when is_text().
  bool is_text() const { return type == WEIR_STRING || type == WEIR_BINARY; }
};

/// The words of one text and where its bytes are.
struct TextCell {
  uint64_t words[2] = {0, 0};
  const char* bytes = nullptr;  ///< Only when it is long.
};

/// Returns the length that the first word of a text holds.
inline uint32_t text_size(uint64_t first_word) { return static_cast<uint32_t>(first_word); }

/// Borrows `text` when it is long.
TextCell text_cell(std::string_view text);

/// Returns a text from its words as they lie in a record. Borrows from `words` or `bytes`.
inline std::string_view text_in(const uint64_t* words, const char* bytes) {
  const uint32_t size = text_size(words[0]);
  return {size <= kInlineText ? reinterpret_cast<const char*>(words) + 4 : bytes, size};
}

/// The columns of a key and the words they take.
class KeyShape {
 public:
  /// Fails with kUnsupported when a column cannot be part of a key or there are more than kMaxKeyColumns.
  static Result<KeyShape> make(const weir_field* fields, uint32_t count);

  const std::vector<KeyColumn>& columns() const { return columns_; }
  uint32_t word_count() const { return word_count_; }
  uint32_t text_count() const { return text_count_; }

  /// Fails with kInvalid unless the columns have this key's types.
  Status check(const weir_keys& keys) const;

  /// Returns less than, equal to or greater than 0 as key `a` orders before, with or after `b`: column by
  /// column as values, nulls first, NaN last, texts by their bytes. Namespaces are not looked at.
  int compare(const uint64_t* a, const char* const* a_texts, const uint64_t* b,
              const char* const* b_texts) const;
  /// Returns a number for the beginning of a key: of two keys the one with the smaller number orders first.
  /// Says nothing about those whose numbers are equal.
  uint64_t order_prefix(const uint64_t* words, const char* const* texts) const;

  /// Appends the canonical bytes of a key in words.
  void append_key_bytes(const uint64_t* words, const char* const* texts, std::string& out) const;

  /// Fills the words (but the namespace) and text pointers of a key from canonical bytes, which long texts
  /// go on to point into. Fails with kCorrupt when the bytes are damaged, kInvalid when a value does not fit
  /// its column.
  Status read_key_bytes(std::string_view bytes, uint64_t* words, const char** texts) const;

 private:
  std::vector<KeyColumn> columns_;
  uint32_t word_count_ = 2;
  uint32_t text_count_ = 0;
};

}  // namespace weir
