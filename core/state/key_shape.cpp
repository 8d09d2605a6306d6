#include "state/key_shape.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <string>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <weir/schema.hpp>

#include "state/byte_codec.hpp"
#include "state/float_key.hpp"
#include "state/text_words.hpp"
#include "state/wide_integer.hpp"

namespace weir {
namespace {

std::string type_text(uint8_t type, int8_t scale) {
  std::string text(type_name(static_cast<Type>(type)));
  if (type == WEIR_DECIMAL128) text += " of scale " + std::to_string(scale);
  return text;
}

bool is_null(const uint64_t* words, size_t column) { return ((words[1] >> column) & 1) != 0; }

bool is_unsigned(uint8_t type) { return type >= WEIR_UINT8 && type <= WEIR_UINT64; }

template <class T>
int order(T a, T b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

int order_floats(uint64_t a, uint64_t b) {
  const bool a_is_nan = a == kKeyNaN;
  const bool b_is_nan = b == kKeyNaN;
  if (a_is_nan || b_is_nan) return order(a_is_nan, b_is_nan);
  return order(std::bit_cast<double>(a), std::bit_cast<double>(b));
}

int128 wide(uint64_t low, uint64_t high) {
  return static_cast<int128>((static_cast<uint128>(high) << 64) | low);
}

int order_cells(const KeyColumn& column, const uint64_t* a, const char* const* a_texts, const uint64_t* b,
                const char* const* b_texts) {
  if (column.is_text()) {
    return text_in(a, a_texts[column.text]).compare(text_in(b, b_texts[column.text]));
  }
  if (column.type == WEIR_DECIMAL128) return order(wide(a[0], a[1]), wide(b[0], b[1]));
  if (column.type == WEIR_FLOAT32 || column.type == WEIR_FLOAT64) return order_floats(*a, *b);
  if (is_unsigned(column.type)) return order(*a, *b);
  return order(static_cast<int64_t>(*a), static_cast<int64_t>(*b));
}

constexpr uint64_t kSignBit = uint64_t{1} << 63;

/// A number for the first 8 bytes of a text, the missing ones being 0.
uint64_t text_prefix(std::string_view text) {
  uint64_t bytes = 0;
  std::memcpy(&bytes, text.data(), std::min(text.size(), sizeof(bytes)));
  return __builtin_bswap64(bytes);
}

uint64_t cell_prefix(const KeyColumn& column, const uint64_t* words, const char* const* texts) {
  if (column.is_text()) return text_prefix(text_in(words, texts[column.text]));
  if (column.type == WEIR_DECIMAL128) return words[1] ^ kSignBit;
  if (column.type == WEIR_FLOAT32 || column.type == WEIR_FLOAT64) {
    if (*words == kKeyNaN) return UINT64_MAX;
    return (*words & kSignBit) != 0 ? ~*words : *words | kSignBit;
  }
  return is_unsigned(column.type) ? *words : *words ^ kSignBit;
}

void append_decimal(int128 value, int scale, std::string& out) {
  while (value != 0 && value % 10 == 0) {
    value /= 10;
    --scale;
  }
  put_number(out, static_cast<int8_t>(value == 0 ? 0 : scale));
  put_number(out, static_cast<uint64_t>(value));
  put_number(out, static_cast<uint64_t>(static_cast<uint128>(value) >> 64));
}

KeyTag tag_of(uint8_t type) {
  switch (type) {
    case WEIR_BOOL:
      return KeyTag::kBool;
    case WEIR_FLOAT32:
    case WEIR_FLOAT64:
      return KeyTag::kFloat;
    case WEIR_TIMESTAMP:
      return KeyTag::kTimestamp;
    case WEIR_DATE32:
      return KeyTag::kDate;
    case WEIR_STRING:
      return KeyTag::kString;
    case WEIR_BINARY:
      return KeyTag::kBinary;
    case WEIR_DECIMAL128:
      return KeyTag::kDecimal;
    default:
      return KeyTag::kInteger;
  }
}

/// Returns whether an integer fits a type's width and sign.
bool fits(uint8_t type, int128 value) {
  const auto within = [value](auto low, auto high) { return value >= low && value <= high; };
  switch (type) {
    case WEIR_INT8:
      return within(INT8_MIN, INT8_MAX);
    case WEIR_INT16:
      return within(INT16_MIN, INT16_MAX);
    case WEIR_INT32:
      return within(INT32_MIN, INT32_MAX);
    case WEIR_INT64:
      return within(INT64_MIN, INT64_MAX);
    case WEIR_UINT8:
      return within(0, UINT8_MAX);
    case WEIR_UINT16:
      return within(0, UINT16_MAX);
    case WEIR_UINT32:
      return within(0, UINT32_MAX);
    default:
      return value >= 0 && value <= static_cast<int128>(UINT64_MAX);
  }
}

Status does_not_fit() {
  return Status::invalid("a stored key does not fit the key's columns as they are declared now");
}

/// Brings a stored decimal to the column's scale.
Result<int128> rescaled(const KeyValue& value, int8_t scale) {
  int128 number = wide(value.low, value.high);
  const int128 limit = static_cast<int128>(~static_cast<uint128>(0) >> 1) / 10;
  for (int at = value.scale; at < scale; ++at) {
    if (number > limit || number < -limit) return does_not_fit();
    number *= 10;
  }
  for (int at = value.scale; at > scale; --at) {
    if (number % 10 != 0) return does_not_fit();
    number /= 10;
  }
  return number;
}

Status read_cell(const KeyColumn& column, const KeyValue& value, uint64_t* words, const char** texts) {
  if (value.tag != tag_of(column.type)) return does_not_fit();
  if (column.is_text()) {
    const TextCell cell = text_cell(value.text);
    words[0] = cell.words[0];
    words[1] = cell.words[1];
    texts[column.text] = cell.bytes;
    return Status::ok();
  }
  if (column.type == WEIR_DECIMAL128) {
    WEIR_ASSIGN_OR_RETURN(const int128 number, rescaled(value, column.scale));
    words[0] = static_cast<uint64_t>(number);
    words[1] = static_cast<uint64_t>(static_cast<uint128>(number) >> 64);
    return Status::ok();
  }
  if (value.tag == KeyTag::kInteger && !fits(column.type, wide(value.low, value.high))) return does_not_fit();
  words[0] = value.low;
  return Status::ok();
}

}  // namespace

TextCell text_cell(std::string_view text) {
  TextCell cell;
  const size_t size = text.size();
  if (size <= kInlineText) {
    cell.words[0] = size | (load_short(text.data(), std::min<size_t>(size, 4)) << 32);
    if (size > 4) cell.words[1] = load_short(text.data() + 4, size - 4);
    return cell;
  }
  WEIR_CHECK(size <= std::numeric_limits<int32_t>::max());
  cell.words[0] = size | (load_short(text.data(), 4) << 32);
  cell.words[1] = XXH3_64bits(text.data(), size);
  cell.bytes = text.data();
  return cell;
}

Result<KeyShape> KeyShape::make(const weir_field* fields, uint32_t count) {
  if (count > kMaxKeyColumns) {
    return Status::unsupported("a key of " + std::to_string(count) + " columns; at most " +
                               std::to_string(kMaxKeyColumns) + " are possible");
  }
  KeyShape shape;
  for (uint32_t i = 0; i < count; ++i) {
    WEIR_RETURN_IF_ERROR(check_key_field(fields[i]));
    KeyColumn column{fields[i].type, fields[i].precision, fields[i].scale, shape.word_count_,
                     shape.text_count_};
    shape.word_count_ += column.is_text() || column.type == WEIR_DECIMAL128 ? 2 : 1;
    if (column.is_text()) ++shape.text_count_;
    shape.columns_.push_back(column);
  }
  return shape;
}

Status KeyShape::check(const weir_keys& keys) const {
  if (keys.column_count != columns_.size()) {
    return Status::invalid("the key has " + std::to_string(columns_.size()) + " columns, the call gave " +
                           std::to_string(keys.column_count));
  }
  for (size_t i = 0; i < columns_.size(); ++i) {
    const weir_column& given = *keys.columns[i];
    const KeyColumn& wanted = columns_[i];
    const bool is_same =
        given.type == wanted.type && (given.type != WEIR_DECIMAL128 || given.scale == wanted.scale);
    if (!is_same) {
      return Status::invalid("key column " + std::to_string(i) + " is " +
                             type_text(wanted.type, wanted.scale) + ", the call gave " +
                             type_text(given.type, given.scale));
    }
  }
  return Status::ok();
}

int KeyShape::compare(const uint64_t* a, const char* const* a_texts, const uint64_t* b,
                      const char* const* b_texts) const {
  for (size_t i = 0; i < columns_.size(); ++i) {
    const KeyColumn& column = columns_[i];
    const bool a_is_null = is_null(a, i);
    const bool b_is_null = is_null(b, i);
    if (a_is_null || b_is_null) {
      if (a_is_null == b_is_null) continue;
      return a_is_null ? -1 : 1;
    }
    const int found = order_cells(column, a + column.word, a_texts, b + column.word, b_texts);
    if (found != 0) return found;
  }
  return 0;
}

uint64_t KeyShape::order_prefix(const uint64_t* words, const char* const* texts) const {
  // A null is before all others; what it shares its number with is compared.
  if (columns_.empty() || is_null(words, 0)) return 0;
  return cell_prefix(columns_[0], words + columns_[0].word, texts);
}

void KeyShape::append_key_bytes(const uint64_t* words, const char* const* texts, std::string& out) const {
  for (size_t i = 0; i < columns_.size(); ++i) {
    const KeyColumn& column = columns_[i];
    const uint64_t* const cell = words + column.word;
    if (is_null(words, i)) {
      put_number(out, static_cast<uint8_t>(KeyTag::kNull));
      continue;
    }
    const KeyTag tag = tag_of(column.type);
    const auto tag_byte = static_cast<uint8_t>(tag);
    switch (tag) {
      case KeyTag::kString:
      case KeyTag::kBinary:
        put_number(out, tag_byte);
        put_text(out, text_in(cell, texts[column.text]));
        break;
      case KeyTag::kDecimal:
        put_number(out, tag_byte);
        append_decimal(wide(cell[0], cell[1]), column.scale, out);
        break;
      case KeyTag::kBool:
        put_numbers(out, tag_byte, static_cast<uint8_t>(cell[0]));
        break;
      case KeyTag::kDate:
        put_numbers(out, tag_byte, static_cast<int32_t>(cell[0]));
        break;
      case KeyTag::kInteger: {
        const bool is_negative = !is_unsigned(column.type) && static_cast<int64_t>(cell[0]) < 0;
        put_numbers(out, tag_byte, cell[0], is_negative ? UINT64_MAX : uint64_t{0});
        break;
      }
      default:  // Float, timestamp.
        put_numbers(out, tag_byte, cell[0]);
    }
  }
}

Status KeyShape::read_key_bytes(std::string_view bytes, uint64_t* words, const char** texts) const {
  std::fill(words + 1, words + word_count_, 0);
  std::fill(texts, texts + text_count_, nullptr);
  KeyBytesReader reader(bytes);
  for (size_t i = 0; i < columns_.size(); ++i) {
    WEIR_ASSIGN_OR_RETURN(const KeyValue value, reader.next());
    if (value.tag == KeyTag::kNull) {
      words[1] |= uint64_t{1} << i;
      continue;
    }
    WEIR_RETURN_IF_ERROR(read_cell(columns_[i], value, words + columns_[i].word, texts));
  }
  return reader.is_at_end() ? Status::ok() : does_not_fit();
}

}  // namespace weir
