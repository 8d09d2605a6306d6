#include "state/key_block.hpp"

#include <algorithm>
#include <cstring>
#include <span>

#include "state/float_key.hpp"
#include "state/key_hash.hpp"
#include "state/raw_column.hpp"
#include "state/text_words.hpp"

namespace weir {
namespace {

/// A view of at most 12 bytes is already laid out as the words of a text; bytes past its size may be
/// anything.
void load_inline_view(const weir_view& view, uint64_t* words) {
  constexpr uint64_t kAll = ~uint64_t{0};
  constexpr uint64_t kFirst[13] = {
      0xffffffff, 0xffffffffff, 0xffffffffffff, 0xffffffffffffff, kAll, kAll, kAll, kAll, kAll, kAll, kAll,
      kAll,       kAll};
  constexpr uint64_t kSecond[13] = {
      0,   0, 0, 0, 0, 0xff, 0xffff, 0xffffff, 0xffffffff, 0xffffffffff, 0xffffffffffff, 0xffffffffffffff,
      kAll};
  uint64_t raw[2];
  static_assert(sizeof(raw) == sizeof(view));
  std::memcpy(raw, &view, sizeof(raw));
  words[0] = raw[0] & kFirst[view.size];
  words[1] = raw[1] & kSecond[view.size];
}

}  // namespace

KeyBlock::KeyBlock(const KeyShape& shape)
    : shape_(shape),
      entries_(shape.columns().size()),
      words_(size_t{kRows} * shape.word_count()),
      texts_(size_t{kRows} * shape.text_count() + 1),
      hashes_(kRows),
      rows_(kRows) {}

void KeyBlock::begin(const weir_keys& keys) {
  keys_ = &keys;
  for (size_t i = 0; i < entries_.size(); ++i) {
    const weir_column& column = *keys.columns[i];
    Entries& entries = entries_[i];
    // A dictionary that is larger than the call is not worth hashing whole.
    entries.is_used =
        column.layout == WEIR_LAYOUT_DICTIONARY && column.children[0]->row_count <= keys.row_count;
    if (!entries.is_used) continue;
    const weir_column& values = *column.children[0];
    entries.cells.assign(static_cast<size_t>(values.row_count), TextCell());
    for (int64_t code = 0; code < values.row_count; ++code) {
      if (!is_null_at(values, code))
        entries.cells[static_cast<size_t>(code)] = text_cell(text_at(values, code));
    }
  }
}

void KeyBlock::fill(int64_t first, uint32_t count) {
  has_long_texts_ = false;
  for (uint32_t i = 0; i < count; ++i) {
    rows_[i] = keys_->rows != nullptr ? int64_t{keys_->rows[first + i]} : first + i;
  }
  fill_namespaces(first, count);
  for (size_t i = 0; i < shape_.columns().size(); ++i) fill_column(i, count);
  hash_rows(words_.data(), shape_.word_count(), count, hashes_.data());
}

void KeyBlock::fill_namespaces(int64_t first, uint32_t count) {
  const size_t stride = shape_.word_count();
  uint64_t* at = words_.data();
  for (uint32_t i = 0; i < count; ++i, at += stride) {
    at[0] = keys_->namespaces != nullptr ? static_cast<uint64_t>(keys_->namespaces[first + i]) : 0;
    at[1] = 0;
  }
}

template <class Read>
void KeyBlock::fill_words(size_t index, uint32_t count, Read&& read) {
  const size_t stride = shape_.word_count();
  uint64_t* at = words_.data() + shape_.columns()[index].word;
  for (uint32_t i = 0; i < count; ++i, at += stride) *at = read(rows_[i]);
}

void KeyBlock::fill_column(size_t index, uint32_t count) {
  const weir_column& column = *keys_->columns[index];
  // Sign extends what is signed, whatever the width.
  const auto fill_as = [&]<class T>(T) {
    const T* const values = fixed_values<T>(column);
    fill_words(index, count,
               [values](int64_t row) { return static_cast<uint64_t>(static_cast<int64_t>(values[row])); });
  };
  switch (column.type) {
    case WEIR_BOOL:
      fill_words(index, count, [bits = fixed_values<uint8_t>(column)](int64_t row) {
        return static_cast<uint64_t>(bit_at(bits, row));
      });
      break;
    case WEIR_INT8:
      fill_as(int8_t{});
      break;
    case WEIR_INT16:
      fill_as(int16_t{});
      break;
    case WEIR_INT32:
    case WEIR_DATE32:
      fill_as(int32_t{});
      break;
    case WEIR_UINT8:
      fill_as(uint8_t{});
      break;
    case WEIR_UINT16:
      fill_as(uint16_t{});
      break;
    case WEIR_UINT32:
      fill_as(uint32_t{});
      break;
    case WEIR_INT64:
    case WEIR_UINT64:
    case WEIR_TIMESTAMP:
      fill_as(int64_t{});
      break;
    case WEIR_FLOAT32:
      fill_words(index, count, [values = fixed_values<float>(column)](int64_t row) {
        return float_key_bits(static_cast<double>(values[row]));
      });
      break;
    case WEIR_FLOAT64:
      fill_words(index, count, [values = fixed_values<double>(column)](int64_t row) {
        return float_key_bits(values[row]);
      });
      break;
    case WEIR_DECIMAL128:
      fill_decimals(index, count);
      break;
    default:
      fill_texts(index, count);
  }
  if (may_have_nulls(column)) fill_nulls(index, count);
}

void KeyBlock::fill_nulls(size_t index, uint32_t count) {
  const weir_column& column = *keys_->columns[index];
  const KeyColumn& shape = shape_.columns()[index];
  const size_t stride = shape_.word_count();
  const bool has_two_words = shape.is_text() || shape.type == WEIR_DECIMAL128;
  uint64_t* at = words_.data();
  for (uint32_t i = 0; i < count; ++i, at += stride) {
    if (!is_null_at(column, rows_[i])) continue;
    at[1] |= uint64_t{1} << index;
    at[shape.word] = 0;
    if (has_two_words) at[shape.word + 1] = 0;
  }
}

void KeyBlock::put_text_cell(uint32_t row, const KeyColumn& column, const TextCell& cell) {
  uint64_t* const at = words_.data() + size_t{row} * shape_.word_count() + column.word;
  at[0] = cell.words[0];
  at[1] = cell.words[1];
  if (text_size(cell.words[0]) <= kInlineText) return;
  texts_[size_t{row} * shape_.text_count() + column.text] = cell.bytes;
  has_long_texts_ = true;
}

void KeyBlock::fill_texts(size_t index, uint32_t count) {
  const weir_column& column = *keys_->columns[index];
  const KeyColumn& shape = shape_.columns()[index];
  const size_t stride = shape_.word_count();
  uint64_t* at = words_.data() + shape.word;
  const auto read_null_as_empty = [&](int64_t row) {
    return is_null_at(column, row) ? TextCell() : text_cell(text_at(column, row));
  };
  if (entries_[index].is_used) {
    const int32_t* const codes = fixed_values<int32_t>(column);
    const std::span<const TextCell> cells = entries_[index].cells;
    if (cells.empty()) {  // Every row is null.
      for (uint32_t i = 0; i < count; ++i) put_text_cell(i, shape, TextCell());
      return;
    }
    for (uint32_t i = 0; i < count; ++i) put_text_cell(i, shape, cells[static_cast<size_t>(codes[rows_[i]])]);
  } else if (column.layout == WEIR_LAYOUT_VIEW) {
    const weir_view* const views = fixed_values<weir_view>(column);
    for (uint32_t i = 0; i < count; ++i, at += stride) {
      const weir_view& view = views[rows_[i]];
      if (view.size <= static_cast<int32_t>(kInlineText)) {
        load_inline_view(view, at);
      } else {
        put_text_cell(i, shape, text_cell(text_of(column, view)));
      }
    }
  } else {
    for (uint32_t i = 0; i < count; ++i) put_text_cell(i, shape, read_null_as_empty(rows_[i]));
  }
}

void KeyBlock::fill_decimals(size_t index, uint32_t count) {
  const char* const values = static_cast<const char*>(keys_->columns[index]->values);
  uint64_t* at = words_.data() + shape_.columns()[index].word;
  for (uint32_t i = 0; i < count; ++i, at += shape_.word_count()) std::memcpy(at, values + rows_[i] * 16, 16);
}

}  // namespace weir
