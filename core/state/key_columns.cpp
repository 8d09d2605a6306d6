#include "state/key_columns.hpp"

#include <bit>
#include <cstring>
#include <limits>
#include <string>
#include <weir/bits.hpp>

#include "data/buffer.hpp"
#include "data/column.hpp"

namespace weir {
namespace {

/// The records of a portion and one column of their key.
struct Picked {
  const KeyShape& key;
  const RecordShape& shape;
  std::span<Record* const> records;
  size_t index;

  const KeyColumn& column() const { return key.columns()[index]; }
  const uint64_t* words(const Record* record) const { return shape.words(record) + column().word; }
  bool is_null(const Record* record) const { return ((shape.words(record)[1] >> index) & 1) != 0; }
};

/// Buffers of a column in the making; what it still holds at its end is released.
class Parts {
 public:
  explicit Parts(MemoryAccount& account) : account_(account) {}
  ~Parts() {
    for (size_t i = 0; i < count_; ++i) buffer_release(buffers_[i]);
  }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
  /// Returns null when there is no memory.
  uint8_t* add(size_t size) {
    weir_buffer* const buffer = buffer_new(account_, size);
    if (buffer == nullptr) return nullptr;
    buffers_[count_++] = buffer;
    return buffer->data;
  }
  weir_buffer* const* buffers() const { return buffers_; }
  uint32_t count() const { return static_cast<uint32_t>(count_); }

 private:
  MemoryAccount& account_;
  weir_buffer* buffers_[3] = {};
  size_t count_ = 0;
};

uint32_t width_of(uint8_t type) {
  switch (type) {
    case WEIR_INT8:
    case WEIR_UINT8:
      return 1;
    case WEIR_INT16:
    case WEIR_UINT16:
      return 2;
    case WEIR_INT32:
    case WEIR_UINT32:
    case WEIR_FLOAT32:
    case WEIR_DATE32:
      return 4;
    case WEIR_DECIMAL128:
      return 16;
    default:
      return 8;
  }
}

void fill_bools(const Picked& picked, uint8_t* values) {
  std::memset(values, 0, bitmap_bytes(picked.records.size()));
  for (size_t i = 0; i < picked.records.size(); ++i) {
    values[i / 8] |= static_cast<uint8_t>(*picked.words(picked.records[i]) << (i % 8));
  }
}

void fill_fixed(const Picked& picked, uint8_t* values) {
  const uint32_t width = width_of(picked.column().type);
  for (const Record* record : picked.records) {
    const uint64_t* const words = picked.words(record);
    if (picked.column().type == WEIR_FLOAT32) {
      const auto narrow = static_cast<float>(std::bit_cast<double>(*words));
      std::memcpy(values, &narrow, sizeof(narrow));
    } else {
      std::memcpy(values, words, width);  // The low bytes come first.
    }
    values += width;
  }
}

size_t long_text_bytes(const Picked& picked) {
  size_t total = 0;
  for (const Record* record : picked.records) {
    const uint32_t size = text_size(*picked.words(record));
    if (size > kInlineText) total += size;
  }
  return total;
}

void fill_views(const Picked& picked, uint8_t* values, uint8_t* heap) {
  int32_t offset = 0;
  for (const Record* record : picked.records) {
    const uint64_t* const words = picked.words(record);
    weir_view view;
    std::memcpy(&view, words, sizeof(view));
    if (view.size > static_cast<int32_t>(kInlineText)) {
      view.u.ref.heap = 0;
      view.u.ref.offset = offset;
      std::memcpy(heap + offset, picked.shape.texts(record)[picked.column().text],
                  static_cast<size_t>(view.size));
      offset += view.size;
    }
    std::memcpy(values, &view, sizeof(view));
    values += sizeof(view);
  }
}

int64_t count_nulls(const Picked& picked) {
  int64_t nulls = 0;
  for (const Record* record : picked.records) nulls += picked.is_null(record) ? 1 : 0;
  return nulls;
}

/// Fills the view's values; returns whether there was memory.
bool fill_values(const Picked& picked, Parts& parts, weir_column& view, const uint8_t*& heap) {
  const size_t rows = picked.records.size();
  if (picked.column().is_text()) {
    view.layout = WEIR_LAYOUT_VIEW;
    uint8_t* const values = parts.add(rows * sizeof(weir_view));
    const size_t heap_bytes = long_text_bytes(picked);
    uint8_t* const texts = heap_bytes == 0 ? nullptr : parts.add(heap_bytes);
    if (values == nullptr || (heap_bytes != 0 && texts == nullptr)) return false;
    fill_views(picked, values, texts);
    view.values = values;
    heap = texts;
    view.heaps = &heap;
    view.heap_count = heap_bytes == 0 ? 0 : 1;
    return true;
  }
  const bool is_bool = picked.column().type == WEIR_BOOL;
  view.layout = is_bool ? WEIR_LAYOUT_BITS : WEIR_LAYOUT_FIXED;
  uint8_t* const values = parts.add(is_bool ? bitmap_bytes(rows) : rows * width_of(picked.column().type));
  if (values == nullptr) return false;
  if (is_bool) {
    fill_bools(picked, values);
  } else {
    fill_fixed(picked, values);
  }
  view.values = values;
  return true;
}

bool fill_validity(const Picked& picked, Parts& parts, weir_column& view) {
  view.null_count = count_nulls(picked);
  if (view.null_count == 0) return true;
  const size_t rows = picked.records.size();
  uint8_t* const bits = parts.add(bitmap_bytes(rows));
  if (bits == nullptr) return false;
  std::memset(bits, 0, bitmap_bytes(rows));
  for (size_t i = 0; i < rows; ++i) {
    if (!picked.is_null(picked.records[i])) bits[i / 8] |= static_cast<uint8_t>(1U << (i % 8));
  }
  view.validity = bits;
  return true;
}

/// Returns a reference, or null when there is no memory.
const weir_column* make_column(const Picked& picked, MemoryAccount& account) {
  Parts parts(account);
  weir_column view{};
  view.struct_size = sizeof(view);
  view.type = picked.column().type;
  view.precision = picked.column().precision;
  view.scale = picked.column().scale;
  view.row_count = static_cast<int64_t>(picked.records.size());
  const uint8_t* heap = nullptr;
  if (!fill_values(picked, parts, view, heap) || !fill_validity(picked, parts, view)) return nullptr;
  weir_column_parts made{};
  made.struct_size = sizeof(made);
  made.view = &view;
  made.buffers = parts.buffers();
  made.buffer_count = parts.count();
  return column_new(made);
}

}  // namespace

void KeyColumns::clear() {
  for (const weir_column* column : columns_) column_release(column);
  columns_.clear();
}

Status KeyColumns::fill(const KeyShape& key, const RecordShape& shape, std::span<Record* const> records,
                        MemoryAccount& account) {
  clear();
  for (size_t i = 0; i < key.columns().size(); ++i) {
    const Picked picked{key, shape, records, i};
    if (key.columns()[i].is_text() && long_text_bytes(picked) > std::numeric_limits<int32_t>::max()) {
      clear();
      return {Code::kNoSpace,
              "the keys of one portion of a scan take more than 2 GiB of text; scan fewer rows"};
    }
    const weir_column* const column = make_column(picked, account);
    if (column == nullptr) {
      clear();
      return {Code::kNoSpace, "there is no memory for the keys of " + std::to_string(records.size()) +
                                  " scanned rows in '" + account.name() + "'"};
    }
    columns_.push_back(column);
  }
  return Status::ok();
}

}  // namespace weir
