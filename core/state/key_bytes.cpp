#include "state/key_bytes.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "state/float_key.hpp"
#include "state/raw_column.hpp"
#include "state/wide_integer.hpp"

namespace weir {
namespace {

constexpr size_t kBlockRows = 256;

char* put_tag(char* at, KeyTag tag) {
  *at = static_cast<char>(tag);
  return at + 1;
}

template <class T>
char* put(char* at, T value) {
  std::memcpy(at, &value, sizeof(T));
  return at + sizeof(T);
}

template <class T>
char* put_integer(char* at, T value) {
  return put(put_tag(at, KeyTag::kInteger), static_cast<int128>(value));
}

char* put_decimal(char* at, int128 value, int scale) {
  while (value != 0 && value % 10 == 0) {
    value /= 10;
    --scale;
  }
  if (value == 0) scale = 0;
  return put(put(put_tag(at, KeyTag::kDecimal), static_cast<int8_t>(scale)), value);
}

int128 load_decimal(const weir_column& column, int64_t row) {
  int128 value = 0;
  std::memcpy(&value, static_cast<const char*>(column.values) + row * 16, sizeof(value));
  return value;
}

char* put_text_value(char* at, KeyTag tag, std::string_view text) {
  at = put(put_tag(at, tag), static_cast<uint32_t>(text.size()));
  if (!text.empty()) std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

bool is_text(uint8_t type) { return type == WEIR_STRING || type == WEIR_BINARY; }

/// Returns the bytes that a value of this type takes; texts add their length.
size_t value_size(uint8_t type) {
  switch (type) {
    case WEIR_BOOL:
      return 2;
    case WEIR_FLOAT32:
    case WEIR_FLOAT64:
    case WEIR_TIMESTAMP:
      return 9;
    case WEIR_DATE32:
    case WEIR_STRING:
    case WEIR_BINARY:
      return 5;
    case WEIR_DECIMAL128:
      return 18;
    default:
      return 17;  // Integers.
  }
}

/// Writes one value that is not null; returns where it ends.
char* put_value(char* at, const weir_column& column, int64_t row) {
  switch (column.type) {
    case WEIR_BOOL:
      return put(put_tag(at, KeyTag::kBool), bit_at(fixed_values<uint8_t>(column), row));
    case WEIR_INT8:
      return put_integer(at, fixed_values<int8_t>(column)[row]);
    case WEIR_INT16:
      return put_integer(at, fixed_values<int16_t>(column)[row]);
    case WEIR_INT32:
      return put_integer(at, fixed_values<int32_t>(column)[row]);
    case WEIR_INT64:
      return put_integer(at, fixed_values<int64_t>(column)[row]);
    case WEIR_UINT8:
      return put_integer(at, fixed_values<uint8_t>(column)[row]);
    case WEIR_UINT16:
      return put_integer(at, fixed_values<uint16_t>(column)[row]);
    case WEIR_UINT32:
      return put_integer(at, fixed_values<uint32_t>(column)[row]);
    case WEIR_UINT64:
      return put_integer(at, fixed_values<uint64_t>(column)[row]);
    case WEIR_FLOAT32:
      return put(put_tag(at, KeyTag::kFloat),
                 float_key_bits(static_cast<double>(fixed_values<float>(column)[row])));
    case WEIR_FLOAT64:
      return put(put_tag(at, KeyTag::kFloat), float_key_bits(fixed_values<double>(column)[row]));
    case WEIR_TIMESTAMP:
      return put(put_tag(at, KeyTag::kTimestamp), fixed_values<int64_t>(column)[row]);
    case WEIR_DATE32:
      return put(put_tag(at, KeyTag::kDate), fixed_values<int32_t>(column)[row]);
    case WEIR_DECIMAL128:
      return put_decimal(at, load_decimal(column, row), column.scale);
    case WEIR_STRING:
      return put_text_value(at, KeyTag::kString, text_at(column, row));
    default:
      WEIR_CHECK(column.type == WEIR_BINARY);
      return put_text_value(at, KeyTag::kBinary, text_at(column, row));
  }
}

size_t size_at(const weir_column& column, int64_t row) {
  if (is_null_at(column, row)) return 1;
  return value_size(column.type) + (is_text(column.type) ? text_at(column, row).size() : 0);
}

char* put_cell(char* at, const weir_column& column, int64_t row) {
  return is_null_at(column, row) ? put_tag(at, KeyTag::kNull) : put_value(at, column, row);
}

/// The rows of one block: index of each, where its bytes begin and how far they are written.
struct Block {
  std::array<int64_t, kBlockRows> rows;
  std::array<size_t, kBlockRows + 1> starts;
  std::array<char*, kBlockRows> cursors;
};

/// Fills block.starts; returns the bytes of all rows.
size_t lay_out(std::span<const weir_column* const> columns, size_t count, Block& block) {
  std::array<size_t, kBlockRows> sizes;
  std::fill_n(sizes.begin(), count, 0);
  for (const weir_column* column : columns) {
    if (!is_text(column->type) && !may_have_nulls(*column)) {
      const size_t size = value_size(column->type);
      for (size_t i = 0; i < count; ++i) sizes[i] += size;
    } else {
      for (size_t i = 0; i < count; ++i) sizes[i] += size_at(*column, block.rows[i]);
    }
  }
  size_t total = 0;
  for (size_t i = 0; i < count; ++i) {
    block.starts[i] = total;
    total += sizes[i];
  }
  block.starts[count] = total;
  return total;
}

void groups_of_block(std::span<const weir_column* const> columns, size_t count, Block& block,
                     std::vector<char>& bytes, uint8_t* groups) {
  const size_t total = lay_out(columns, count, block);
  if (bytes.size() < total + 1) bytes.resize(total + 1);
  for (size_t i = 0; i < count; ++i) block.cursors[i] = bytes.data() + block.starts[i];
  for (const weir_column* column : columns) {
    for (size_t i = 0; i < count; ++i) {
      block.cursors[i] = put_cell(block.cursors[i], *column, block.rows[i]);
    }
  }
  for (size_t i = 0; i < count; ++i) {
    const char* const start = bytes.data() + block.starts[i];
    groups[i] = key_group({start, block.starts[i + 1] - block.starts[i]});
  }
}

/// One dictionary column: each distinct value is hashed once, rows look their group up by code.
void groups_by_dictionary(const weir_column& column, const uint32_t* rows, int64_t row_count,
                          uint8_t* groups) {
  const weir_column* const entries = column.children[0];
  std::vector<uint8_t> by_code(static_cast<size_t>(entries->row_count));
  key_groups({&entries, 1}, nullptr, entries->row_count, by_code.data());
  const char null_tag = static_cast<char>(KeyTag::kNull);
  const uint8_t of_null = key_group({&null_tag, 1});
  for (int64_t i = 0; i < row_count; ++i) {
    const int64_t row = rows != nullptr ? rows[i] : i;
    groups[i] =
        is_null_at(column, row) ? of_null : by_code[static_cast<size_t>(fixed_values<int32_t>(column)[row])];
  }
}

}  // namespace

Status check_key_field(const weir_field& field) {
  if (field.type >= WEIR_BOOL && field.type <= WEIR_DECIMAL128) return Status::ok();
  const std::string name(field.name.data, field.name.size);
  const char* const what = field.type == WEIR_LIST     ? "a list"
                           : field.type == WEIR_STRUCT ? "a struct"
                                                       : "of no known type";
  return Status::unsupported("key column '" + name + "' is " + what +
                             "; a key is made of numbers, texts, booleans, times and dates");
}

void append_key_bytes(std::span<const weir_column* const> columns, int64_t row, std::string& out) {
  size_t size = out.size();
  for (const weir_column* column : columns) size += size_at(*column, row);
  char* at = nullptr;
  const size_t before = out.size();
  out.resize(size);
  at = out.data() + before;
  for (const weir_column* column : columns) at = put_cell(at, *column, row);
}

uint8_t key_group(std::string_view key_bytes) {
  return static_cast<uint8_t>(XXH3_64bits(key_bytes.data(), key_bytes.size()));
}

void key_groups(std::span<const weir_column* const> columns, const uint32_t* rows, int64_t row_count,
                uint8_t* groups) {
  if (columns.size() == 1 && columns[0]->layout == WEIR_LAYOUT_DICTIONARY &&
      columns[0]->children[0]->row_count <= row_count) {
    groups_by_dictionary(*columns[0], rows, row_count, groups);
    return;
  }
  Block block;
  std::vector<char> bytes(std::min(kBlockRows, static_cast<size_t>(row_count)) * 64);
  for (int64_t first = 0; first < row_count; first += static_cast<int64_t>(kBlockRows)) {
    const size_t count = std::min(kBlockRows, static_cast<size_t>(row_count - first));
    for (size_t i = 0; i < count; ++i) {
      const int64_t at = first + static_cast<int64_t>(i);
      block.rows[i] = rows != nullptr ? int64_t{rows[at]} : at;
    }
    groups_of_block(columns, count, block, bytes, groups + first);
  }
}

Result<KeyValue> KeyBytesReader::next() {
  const auto broken = [] { return Status::corrupt("a stored key ends in the middle of a value"); };
  if (rest_.empty()) return broken();
  KeyValue value;
  const auto tag = static_cast<uint8_t>(rest_[0]);
  if (tag > static_cast<uint8_t>(KeyTag::kDate)) {
    return Status::corrupt("a stored key has a value of unknown kind " + std::to_string(tag));
  }
  value.tag = static_cast<KeyTag>(tag);
  rest_.remove_prefix(1);
  const auto take = [this](void* into, size_t size) {
    if (rest_.size() < size) return false;
    std::memcpy(into, rest_.data(), size);
    rest_.remove_prefix(size);
    return true;
  };
  bool is_whole = true;
  switch (value.tag) {
    case KeyTag::kNull:
      break;
    case KeyTag::kBool:
      is_whole = take(&value.low, 1);
      break;
    case KeyTag::kFloat:
    case KeyTag::kTimestamp:
      is_whole = take(&value.low, 8);
      break;
    case KeyTag::kDate: {
      int32_t days = 0;
      is_whole = take(&days, sizeof(days));
      value.low = static_cast<uint64_t>(int64_t{days});
      break;
    }
    case KeyTag::kDecimal:
      is_whole = take(&value.scale, 1) && take(&value.low, 8) && take(&value.high, 8);
      break;
    case KeyTag::kInteger:
      is_whole = take(&value.low, 8) && take(&value.high, 8);
      break;
    case KeyTag::kString:
    case KeyTag::kBinary: {
      uint32_t size = 0;
      is_whole = take(&size, sizeof(size)) && rest_.size() >= size;
      if (!is_whole) break;
      value.text = rest_.substr(0, size);
      rest_.remove_prefix(size);
      break;
    }
  }
  if (!is_whole) return broken();
  return value;
}

}  // namespace weir
