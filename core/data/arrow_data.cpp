#include "data/arrow_data.hpp"
#include "data/floor_divide.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>

#include <simdjson.h>

#include <weir/builder.hpp>
#include <weir/fault.hpp>

namespace weir {
namespace {

using Layout = ArrowField::Layout;
constexpr int64_t kMaxRows = std::numeric_limits<int32_t>::max() - 1;
// Rows without a byte in any buffer could claim any number of them.
constexpr int64_t kMaxEmptyRows = 1 << 24;

size_t as_size(int64_t value) { return static_cast<size_t>(value); }

// Rows [offset, offset + length) of a foreign column on their way to Weir's layout. Throws FaultException;
// column_of_arrow() catches.
class Conversion {
 public:
  Conversion(const ArrowField& field, const ArrowData& data, int64_t offset, int64_t length)
      : field_(field), data_(data), type_(field.field.type), offset_(offset), length_(length) {
    if (length < 0 || offset < 0 || length > kMaxRows || offset > std::numeric_limits<int64_t>::max() / 32)
      fail("it has " + std::to_string(length) + " rows from row " + std::to_string(offset) + " on");
    count_nulls();
  }

  Column run() {
    if (field_.index_type != Type::kNull) return dictionary();
    switch (field_.layout) {
      case Layout::kNull:
        return all_null();
      case Layout::kBits:
        return bits();
      case Layout::kFixed:
        return fixed();
      case Layout::kDate64:
        return computed<int64_t, int32_t>([this](int64_t ms) { return days_of(ms); });
      case Layout::kTimestamp:
        return timestamp();
      case Layout::kNarrowDecimal:
        return narrow_decimal();
      case Layout::kText:
        return text(items<int32_t>(1, length_ + 1));
      case Layout::kLargeText:
        return large_text();
      case Layout::kTextView:
        return text_view();
      case Layout::kFixedBinary:
        return fixed_binary();
      case Layout::kList:
        return list(items<int32_t>(1, length_ + 1));
      case Layout::kLargeList:
        return large_list();
      case Layout::kFixedList:
        return fixed_list();
      case Layout::kStruct:
        return structure();
    }
    fail("its layout is not known");
  }

 private:
  [[noreturn]] void fail(const std::string& what, Code code = Code::kCorrupt) const {
    throw_fault(code, "column '" + field_.field.name + "': " + what);
  }

  // Values of one buffer, where they lie or in an aligned copy.
  template <class T>
  struct Items {
    const T* data = nullptr;
    Buffer keeper;
    const T& operator[](int64_t row) const { return data[row]; }
  };

  const ArrowBuffer& buffer(size_t index) const {
    if (index >= data_.buffers.size()) fail("buffer " + std::to_string(index) + " is missing");
    return data_.buffers[index];
  }

  const uint8_t* bytes(size_t index, int64_t first, int64_t count, size_t width) const {
    const ArrowBuffer& from = buffer(index);
    const auto end = static_cast<uint64_t>(first + count);
    if (end > from.size / width)
      fail("buffer " + std::to_string(index) + " has " + std::to_string(from.size) + " bytes, " +
           std::to_string(end) + " items of " + std::to_string(width) + " were expected");
    return from.data + as_size(first) * width;
  }

  template <class T>
  Items<T> items(size_t index, int64_t count) const {
    if (length_ == 0 && count == 1)
      return zero_offsets<T>();  // Arrow allows an empty column no offsets at all.
    if (count == 0) return {nullptr, {}};
    const uint8_t* from = bytes(index, offset_, count, sizeof(T));
    if (reinterpret_cast<uintptr_t>(from) % alignof(T) == 0)
      return {reinterpret_cast<const T*>(from), buffer(index).keeper};
    Buffer copy = Buffer::allocate(as_size(count) * sizeof(T));
    std::memcpy(copy.data(), from, as_size(count) * sizeof(T));
    return {reinterpret_cast<const T*>(copy.data()), copy};
  }

  template <class T>
  static Items<T> zero_offsets() {
    Buffer zero = Buffer::allocate(sizeof(T));
    std::memset(zero.data(), 0, sizeof(T));
    return {reinterpret_cast<const T*>(zero.data()), zero};
  }

  void count_nulls() {
    if (field_.layout == Layout::kNull || data_.null_count == 0) return;
    if (data_.buffers.empty() || data_.buffers[0].data == nullptr || length_ == 0) return;
    const auto end = static_cast<uint64_t>(offset_ + length_);
    if ((end + 7) / 8 > data_.buffers[0].size) fail("its null mask is shorter than its rows");
    const Items<uint8_t> mask = shifted_bits(0);
    null_count_ = length_ - static_cast<int64_t>(count_set_bits(mask.data, as_size(length_)));
    if (null_count_ > 0) mask_ = mask;
  }

  // The bits of a buffer so that row 0 is the first bit of the first byte.
  Items<uint8_t> shifted_bits(size_t index) const {
    const uint8_t* from = data_.buffers[index].data + offset_ / 8;
    if (offset_ % 8 == 0) return {from, data_.buffers[index].keeper};
    Buffer copy = Buffer::allocate(bitmap_bytes(as_size(length_)));
    copy_bits(from, as_size(offset_ % 8), copy.data(), 0, as_size(length_));
    return {copy.data(), copy};
  }

  bool is_null(int64_t row) const { return mask_.data != nullptr && !get_bit(mask_.data, as_size(row)); }

  ColumnParts parts(weir_layout layout) const {
    ColumnParts made(type_, layout, as_size(length_));
    if (mask_.data != nullptr) made.validity(mask_.data, null_count_).keep(mask_.keeper);
    return made;
  }
  template <class T>
  Column finish(weir_layout layout, const Items<T>& values) const {
    ColumnParts made = parts(layout);
    made.values(values.data);
    if (values.keeper) made.keep(values.keeper);
    return made.make();
  }

  Column all_null() const {
    bound_empty_rows();
    StringBuilder builder(type_.type);
    for (int64_t row = 0; row < length_; ++row) builder.append_null();
    return std::move(builder).finish();
  }

  void bound_empty_rows() const {
    if (length_ > kMaxEmptyRows) fail("more than 16777216 rows without a byte", Code::kUnsupported);
  }

  Column bits() const {
    if (length_ == 0) return finish(WEIR_LAYOUT_BITS, Items<uint8_t>{});
    const auto end = static_cast<uint64_t>(offset_ + length_);
    if ((end + 7) / 8 > buffer(1).size) fail("its bits are fewer than its rows");
    return finish(WEIR_LAYOUT_BITS, shifted_bits(1));
  }

  Column fixed() const {
    switch (type_width(type_.type)) {
      case 1:
        return finish(WEIR_LAYOUT_FIXED, items<uint8_t>(1, length_));
      case 2:
        return finish(WEIR_LAYOUT_FIXED, items<uint16_t>(1, length_));
      case 4:
        return finish(WEIR_LAYOUT_FIXED, items<uint32_t>(1, length_));
      case 8:
        return finish(WEIR_LAYOUT_FIXED, items<uint64_t>(1, length_));
      default:
        return finish(WEIR_LAYOUT_FIXED, items<Decimal128>(1, length_));
    }
  }

  // A column whose values are computed from others; nulls get 0.
  template <class From, class To, class Compute>
  Column computed(Compute compute) const {
    const Items<From> from = items<From>(1, length_);
    Buffer made = Buffer::allocate(as_size(length_) * sizeof(To));
    auto* to = reinterpret_cast<To*>(made.data());
    for (int64_t row = 0; row < length_; ++row) to[row] = is_null(row) ? To{} : To{compute(from[row])};
    return finish(WEIR_LAYOUT_FIXED, Items<To>{to, made});
  }

  int32_t days_of(int64_t ms) const {
    const int64_t days = floor_divide(ms, 86'400'000);
    if (days < INT32_MIN || days > INT32_MAX) fail("a date lies outside the range of date32");
    return static_cast<int32_t>(days);
  }

  Column timestamp() const {
    if (field_.unit == 'u') return finish(WEIR_LAYOUT_FIXED, items<int64_t>(1, length_));
    if (field_.unit == 'n')
      return computed<int64_t, int64_t>([](int64_t ns) { return floor_divide(ns, 1000); });
    const int64_t factor = field_.unit == 's' ? 1'000'000 : 1'000;
    return computed<int64_t, int64_t>([this, factor](int64_t value) {
      int64_t us = 0;
      if (__builtin_mul_overflow(value, factor, &us)) fail("a time lies outside the range of microseconds");
      return us;
    });
  }

  Column narrow_decimal() const {
    if (field_.item_size == 4)
      return computed<int32_t, Decimal128>([](int32_t value) { return Decimal128{value}; });
    return computed<int64_t, Decimal128>([](int64_t value) { return Decimal128{value}; });
  }

  template <class T>
  void check_offsets(const Items<T>& offsets, size_t limit) const {
    T before = 0;
    for (int64_t row = 0; row <= length_; ++row) {
      if (offsets[row] < before) fail("offset " + std::to_string(row) + " goes back");
      before = offsets[row];
    }
    if (static_cast<uint64_t>(before) > limit)
      fail("its offsets reach " + std::to_string(before) + " of " + std::to_string(limit));
  }

  void check_utf8(std::string_view text, int64_t row) const {
    if (type_.type == Type::kString && !simdjson::validate_utf8(text.data(), text.size()))
      fail("row " + std::to_string(row) + " is not UTF-8");
  }

  // One run over all texts, which is much faster than one by one; a character may not lie across two rows.
  void check_texts(const uint8_t* heap, const Items<int32_t>& offsets) const {
    if (type_.type != Type::kString) return;
    const int32_t first = offsets[0];
    const int32_t last = offsets[length_];
    const auto* chars = reinterpret_cast<const char*>(heap);
    bool is_good = simdjson::validate_utf8(chars + first, as_size(last - first));
    for (int64_t row = 0; row < length_ && is_good; ++row)
      is_good = offsets[row] == last || (heap[offsets[row]] & 0xC0) != 0x80;
    if (is_good) return;
    for (int64_t row = 0; row < length_; ++row)
      check_utf8({chars + offsets[row], as_size(offsets[row + 1] - offsets[row])}, row);
    fail("its text is not UTF-8");
  }

  Column text(const Items<int32_t>& offsets, int64_t heap_from = 0) const {
    static const ArrowBuffer none;
    const ArrowBuffer& heap = length_ == 0 && data_.buffers.size() < 3 ? none : buffer(2);
    check_offsets(offsets, heap.size - as_size(heap_from));
    const uint8_t* at = heap.data == nullptr ? nullptr : heap.data + heap_from;
    // Views of empty texts still want a place to point to.
    if (at == nullptr) at = reinterpret_cast<const uint8_t*>(offsets.data);
    check_texts(at, offsets);
    ColumnParts made = parts(WEIR_LAYOUT_OFFSETS);
    made.values(offsets.data).keep(offsets.keeper);
    if (heap.keeper) made.keep(heap.keeper);
    made.add_heap(at);
    return made.make();
  }

  // 64-bit offsets as 32-bit ones that begin at 0.
  Items<int32_t> narrowed(const Items<int64_t>& wide) const {
    if (wide[length_] - wide[0] > std::numeric_limits<int32_t>::max())
      fail("one batch holds more than 2 GiB of it; split it into smaller batches", Code::kUnsupported);
    Buffer made = Buffer::allocate(as_size(length_ + 1) * sizeof(int32_t));
    auto* to = reinterpret_cast<int32_t*>(made.data());
    for (int64_t row = 0; row <= length_; ++row) to[row] = static_cast<int32_t>(wide[row] - wide[0]);
    return {to, made};
  }

  Column large_text() const {
    const Items<int64_t> wide = items<int64_t>(1, length_ + 1);
    check_offsets(wide, length_ == 0 && data_.buffers.size() < 3 ? 0 : buffer(2).size);
    return text(narrowed(wide), wide[0]);
  }

  // Arrow leaves anything under a null; Weir wants a view there that may be read.
  template <class T, class IsGood>
  Items<T> with_readable_nulls(const Items<T>& from, IsGood is_good) const {
    bool must_copy = false;
    for (int64_t row = 0; row < length_; ++row) {
      if (is_good(row)) continue;
      if (!is_null(row))
        fail("row " + std::to_string(row) +
             " refers to bytes that are not there, or is not padded with zeros");
      must_copy = true;
    }
    if (!must_copy) return from;
    Buffer copy = Buffer::allocate(as_size(length_) * sizeof(T));
    auto* to = reinterpret_cast<T*>(copy.data());
    for (int64_t row = 0; row < length_; ++row) to[row] = is_null(row) ? T{} : from[row];
    return {to, copy};
  }

  bool is_good_view(const weir_view& view) const {
    if (view.size < 0) return false;
    if (view.size <= 12) {
      const auto* const end = view.u.inlined + sizeof(view.u.inlined);
      return std::all_of(view.u.inlined + view.size, end, [](char c) { return c == 0; });
    }
    const int64_t heap_count = static_cast<int64_t>(data_.buffers.size()) - 2;
    if (view.u.ref.heap < 0 || view.u.ref.heap >= heap_count || view.u.ref.offset < 0) return false;
    const ArrowBuffer& heap = data_.buffers[as_size(view.u.ref.heap) + 2];
    const auto from = as_size(view.u.ref.offset);
    return from + as_size(view.size) <= heap.size && std::memcmp(heap.data + from, view.u.ref.prefix, 4) == 0;
  }

  Column text_view() const {
    const Items<weir_view> views = items<weir_view>(1, length_);
    const Items<weir_view> good =
        with_readable_nulls(views, [&](int64_t row) { return is_good_view(views[row]); });
    ColumnParts made = parts(WEIR_LAYOUT_VIEW);
    made.values(good.data);
    if (good.keeper) made.keep(good.keeper);
    for (size_t i = 2; i < data_.buffers.size(); ++i) {
      made.add_heap(data_.buffers[i].data);
      if (data_.buffers[i].keeper) made.keep(data_.buffers[i].keeper);
    }
    Column column = made.make();
    const StringColumn texts(*column);
    for (int64_t row = 0; row < length_; ++row)
      if (!is_null(row)) check_utf8(texts[as_size(row)], row);
    return column;
  }

  Column fixed_binary() const {
    if (field_.item_size < 0 || length_ * field_.item_size > std::numeric_limits<int32_t>::max())
      fail("one batch holds more than 2 GiB of it; split it into smaller batches", Code::kUnsupported);
    const bool is_empty = length_ == 0 || field_.item_size == 0;
    if (is_empty) bound_empty_rows();
    const uint8_t* heap = is_empty ? nullptr : bytes(1, offset_, length_, as_size(field_.item_size));
    const Items<int32_t> offsets = multiples();
    ColumnParts made = parts(WEIR_LAYOUT_OFFSETS);
    made.values(offsets.data).keep(offsets.keeper);
    made.add_heap(is_empty ? offsets.keeper.data() : heap);
    if (!is_empty) made.keep(buffer(1).keeper);
    return made.make();
  }

  Items<int32_t> multiples() const {
    Buffer made = Buffer::allocate(as_size(length_ + 1) * sizeof(int32_t));
    auto* to = reinterpret_cast<int32_t*>(made.data());
    for (int64_t row = 0; row <= length_; ++row) to[row] = static_cast<int32_t>(row * field_.item_size);
    return {to, made};
  }

  const ArrowData& child(size_t index) const {
    if (index >= data_.children.size() || index >= field_.children.size()) fail("a child is missing");
    return data_.children[index];
  }

  Column list_of(const Items<int32_t>& offsets, Column rows) const {
    ColumnParts made = parts(WEIR_LAYOUT_LIST);
    made.values(offsets.data).keep(offsets.keeper);
    return made.child(std::move(rows)).make();
  }

  Column list(const Items<int32_t>& offsets) const {
    const ArrowData& rows = child(0);
    check_offsets(offsets, as_size(std::max<int64_t>(rows.length, 0)));
    return list_of(offsets, Conversion(field_.children[0], rows, rows.offset, rows.length).run());
  }

  Column large_list() const {
    const ArrowData& rows = child(0);
    const Items<int64_t> wide = items<int64_t>(1, length_ + 1);
    check_offsets(wide, as_size(std::max<int64_t>(rows.length, 0)));
    return list_of(
        narrowed(wide),
        Conversion(field_.children[0], rows, rows.offset + wide[0], wide[length_] - wide[0]).run());
  }

  Column fixed_list() const {
    const ArrowData& rows = child(0);
    const int64_t size = field_.item_size;
    int64_t end = 0;
    if (size < 0 || __builtin_mul_overflow(offset_ + length_, size, &end) || end > rows.length)
      fail("its items are fewer than its rows");
    if (size == 0) bound_empty_rows();
    // The items first: they show whether there are as many as is claimed, before memory is taken for them.
    Column items_column =
        Conversion(field_.children[0], rows, rows.offset + offset_ * size, length_ * size).run();
    return list_of(multiples(), std::move(items_column));
  }

  Column structure() const {
    if (field_.children.empty()) bound_empty_rows();
    ColumnParts made = parts(WEIR_LAYOUT_STRUCT);
    for (size_t i = 0; i < field_.children.size(); ++i) {
      const ArrowData& member = child(i);
      if (member.length < offset_ + length_) fail("a member has fewer rows");
      made.child(Conversion(field_.children[i], member, member.offset + offset_, length_).run());
    }
    return made.make();
  }

  template <class T>
  Items<int32_t> codes_as() const {
    const Items<T> from = items<T>(1, length_);
    Buffer made = Buffer::allocate(as_size(length_) * sizeof(int32_t));
    auto* to = reinterpret_cast<int32_t*>(made.data());
    // What does not fit becomes -1, which no dictionary has.
    for (int64_t row = 0; row < length_; ++row)
      to[row] = std::in_range<int32_t>(from[row]) ? static_cast<int32_t>(from[row]) : -1;
    return {to, made};
  }

  Items<int32_t> codes() const {
    switch (field_.index_type) {
      case Type::kInt8:
        return codes_as<int8_t>();
      case Type::kInt16:
        return codes_as<int16_t>();
      case Type::kInt32:
        return items<int32_t>(1, length_);
      case Type::kInt64:
        return codes_as<int64_t>();
      case Type::kUint8:
        return codes_as<uint8_t>();
      case Type::kUint16:
        return codes_as<uint16_t>();
      case Type::kUint32:
        return codes_as<uint32_t>();
      case Type::kUint64:
        return codes_as<uint64_t>();
      default:
        fail("its dictionary codes are no integers");
    }
  }

  Column dictionary() const {
    if (!data_.dictionary) fail("its dictionary is missing");
    const weir_column& distinct = *data_.dictionary;
    if (distinct.type != WEIR_STRING && distinct.type != WEIR_BINARY)
      fail("only dictionaries of texts are read; decode it first", Code::kUnsupported);
    const Items<int32_t> raw = codes();
    const Items<int32_t> good =
        with_readable_nulls(raw, [&](int64_t row) { return raw[row] >= 0 && raw[row] < distinct.row_count; });
    if (distinct.type == WEIR_STRING && distinct.validity == nullptr) {
      ColumnParts made = parts(WEIR_LAYOUT_DICTIONARY);
      made.values(good.data);
      if (good.keeper) made.keep(good.keeper);
      return made.child(data_.dictionary).make();
    }
    return decoded(good, distinct);
  }

  // Weir has no dictionaries of binary values and none with nulls in them.
  Column decoded(const Items<int32_t>& good_codes, const weir_column& distinct) const {
    const StringColumn texts(distinct);
    StringBuilder builder(static_cast<Type>(distinct.type));
    for (int64_t row = 0; row < length_; ++row) {
      const auto code = as_size(good_codes[row]);
      if (is_null(row) || texts.is_null(code)) {
        builder.append_null();
      } else {
        builder.append(texts[code]);
      }
    }
    return std::move(builder).finish();
  }

  const ArrowField& field_;
  const ArrowData& data_;
  const DataType& type_;
  const int64_t offset_;
  const int64_t length_;
  int64_t null_count_ = 0;
  Items<uint8_t> mask_;
};

}  // namespace

Result<Column> column_of_arrow(const ArrowField& field, const ArrowData& data) {
  try {
    return Conversion(field, data, data.offset, data.length).run();
  } catch (...) {
    return current_exception_status();
  }
}

}  // namespace weir
