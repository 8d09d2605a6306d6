#pragma once
// Making columns.
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "weir/column.hpp"

namespace weir {

/// The type whose columns are built from T when nobody says another.
template <class T>
constexpr Type default_type() {
  for (int i = WEIR_INT8; i <= WEIR_DECIMAL128; ++i)
    if (holds<T>(static_cast<Type>(i))) return static_cast<Type>(i);
  return Type::kNull;
}

/// Which rows are null while a column grows: no memory before the first null.
class ValidityBuilder {
 public:
  void append(bool is_valid) {
    if (bits_.size() == 0 && is_valid) {
      ++size_;
      return;
    }
    if (bits_.size() == 0) start();
    if (bitmap_bytes(size_ + 1) > bits_.size()) bits_.push(uint8_t{0});
    assign_bit(bits_.data(), size_++, is_valid);
    if (!is_valid) ++null_count_;
  }
  void append_valid(size_t count) {
    if (bits_.size() == 0) {
      size_ += count;
    } else {
      for (size_t i = 0; i < count; ++i) append(true);
    }
  }
  void append(const Validity& rows, size_t from, size_t count) {
    if (!rows.has_nulls()) return append_valid(count);
    for (size_t i = 0; i < count; ++i) append(!rows.is_null(from + i));
  }
  /// Needs: row < size().
  void set_null(size_t row) {
    if (bits_.size() == 0) start();
    if (get_bit(bits_.data(), row)) ++null_count_;
    clear_bit(bits_.data(), row);
  }
  size_t size() const { return size_; }
  bool has_nulls() const { return null_count_ > 0; }
  /// Hands the mask to `parts` and is empty afterwards.
  void finish_into(ColumnParts& parts) {
    if (null_count_ > 0) {
      Buffer bits = bits_.finish();
      parts.validity(bits.data(), null_count_);
      parts.keep(std::move(bits));
    }
    bits_ = {};
    size_ = 0;
    null_count_ = 0;
  }

 private:
  void start() {
    const size_t bytes = bitmap_bytes(size_ == 0 ? 1 : size_);
    std::memset(bits_.extend(bytes), 0xFF, bytes);
  }
  GrowingBuffer bits_;
  size_t size_ = 0;
  int64_t null_count_ = 0;
};

/// Builds a fixed-width column: either of a known size through values(), or row by row with append().
template <class T>
class ColumnBuilder {
 public:
  /// Grows.
  explicit ColumnBuilder(DataType type = default_type<T>()) : type_(std::move(type)) {}
  /// `size` rows whose values are the caller's to write; shares the null mask that it is given.
  explicit ColumnBuilder(size_t size, const Validity& validity = {}, DataType type = default_type<T>())
      : type_(std::move(type)), shared_(validity) {
    if (validity.buffer() != nullptr) shared_buffer_ = Buffer::retain(validity.buffer());
    values_.extend(size * sizeof(T));
    own_.append_valid(size);
  }
  /// Borrows: valid until the next append() or finish().
  std::span<T> values() { return {reinterpret_cast<T*>(values_.data()), size()}; }
  size_t size() const { return own_.size(); }
  void reserve(size_t rows) { values_.reserve(rows * sizeof(T)); }
  /// Needs: no null mask was given.
  void append(T value) {
    values_.push(value);
    own_.append(true);
  }
  void append_null() {
    values_.push(T{});
    own_.append(false);
  }
  void append_optional(std::optional<T> value) { value ? append(*value) : append_null(); }
  /// Needs: row < size(), and no null mask was given.
  void set_null(size_t row) { own_.set_null(row); }
  Column finish() && {
    ColumnParts parts(type_, WEIR_LAYOUT_FIXED, size());
    if (shared_.has_nulls()) {
      parts.validity(shared_.bits(), shared_.null_count()).keep(std::move(shared_buffer_));
    } else {
      own_.finish_into(parts);
    }
    Buffer values = values_.finish();
    return parts.values(values.data()).keep(values).make();
  }

 private:
  DataType type_;
  Validity shared_;
  Buffer shared_buffer_;
  ValidityBuilder own_;
  GrowingBuffer values_;
};

/// Builds a bool column.
class BoolBuilder {
 public:
  BoolBuilder() = default;
  void append(bool value) {
    if (bitmap_bytes(validity_.size() + 1) > bits_.size()) bits_.push(uint8_t{0});
    assign_bit(bits_.data(), validity_.size(), value);
    validity_.append(true);
  }
  void append_null() {
    if (bitmap_bytes(validity_.size() + 1) > bits_.size()) bits_.push(uint8_t{0});
    validity_.append(false);
  }
  size_t size() const { return validity_.size(); }
  Column finish() && {
    ColumnParts parts(Type::kBool, WEIR_LAYOUT_BITS, size());
    validity_.finish_into(parts);
    Buffer bits = bits_.finish();
    return parts.values(bits.data()).keep(bits).make();
  }

 private:
  GrowingBuffer bits_;
  ValidityBuilder validity_;
};

/// Builds a string or binary column of views: texts are copied, or refer to bytes of a buffer that is shared.
class StringBuilder {
 public:
  explicit StringBuilder(Type type = Type::kString) : type_(type) {}
  size_t size() const { return validity_.size(); }
  void reserve(size_t rows) { views_.reserve(rows * sizeof(weir_view)); }
  /// Copies the text.
  void append(std::string_view text) {
    if (text.size() <= 12) return push_inlined(text);
    if (room_ < text.size()) new_heap(text.size());
    std::memcpy(end_, text.data(), text.size());
    push_reference(std::string_view(reinterpret_cast<const char*>(end_), text.size()), own_heap_,
                   reinterpret_cast<const uint8_t*>(end_) - heap_bytes_[static_cast<size_t>(own_heap_)]);
    end_ += text.size();
    room_ -= text.size();
  }
  void append_null() {
    views_.push(weir_view{});
    validity_.append(false);
  }
  void append_optional(std::optional<std::string_view> text) { text ? append(*text) : append_null(); }
  /// Refers to the text without a copy. Needs: it lies inside `buffer`, which the column will share.
  void append_view(weir_buffer* buffer, std::string_view text) {
    if (text.size() <= 12) return push_inlined(text);
    const int32_t heap = heap_of(buffer, reinterpret_cast<const uint8_t*>(text.data()), text.size());
    push_reference(text, heap,
                   reinterpret_cast<const uint8_t*>(text.data()) - heap_bytes_[static_cast<size_t>(heap)]);
  }
  /// Appends rows of another column, sharing what it shares. `rows` null: rows 0 .. count-1.
  void append_rows(const weir_column& column, const uint32_t* rows, size_t count);
  Column finish() && {
    ColumnParts parts(type_, WEIR_LAYOUT_VIEW, size());
    for (size_t i = 0; i < heap_bytes_.size(); ++i) parts.add_heap(heap_bytes_[i]);
    for (Buffer& buffer : kept_) parts.keep(std::move(buffer));
    validity_.finish_into(parts);
    Buffer views = views_.finish();
    return parts.values(views.data()).keep(views).make();
  }

 private:
  static constexpr size_t kFirstHeapBytes = 4096;
  static constexpr size_t kHeapBytes = 1 << 20;
  static constexpr ptrdiff_t kHeapReach = INT32_MAX;

  void push_inlined(std::string_view text) {
    weir_view view{};
    view.size = static_cast<int32_t>(text.size());
    if (!text.empty()) std::memcpy(view.u.inlined, text.data(), text.size());
    views_.push(view);
    validity_.append(true);
  }
  void push_reference(std::string_view text, int32_t heap, ptrdiff_t offset) {
    weir_view view{};
    view.size = static_cast<int32_t>(text.size());
    std::memcpy(view.u.ref.prefix, text.data(), 4);
    view.u.ref.heap = heap;
    view.u.ref.offset = static_cast<int32_t>(offset);
    views_.push(view);
    validity_.append(true);
  }
  int32_t add_heap(const uint8_t* data) {
    heap_bytes_.push_back(data);
    return static_cast<int32_t>(heap_bytes_.size() - 1);
  }
  void new_heap(size_t needed) {
    const size_t doubled = next_heap_bytes_;
    next_heap_bytes_ = std::min(kHeapBytes, next_heap_bytes_ * 4);
    Buffer heap = Buffer::allocate(std::max(needed, doubled));
    end_ = heap.data();
    room_ = heap.size();
    own_heap_ = add_heap(heap.data());
    kept_.push_back(std::move(heap));
  }
  // Texts of one buffer come one after another, so the last heap is nearly always the right one.
  int32_t heap_of(weir_buffer* buffer, const uint8_t* text, size_t size) {
    if (buffer != last_buffer_) {
      last_buffer_ = buffer;
      last_heap_ = -1;
      for (const auto& [seen, heap] : shared_)
        if (seen == buffer) last_heap_ = heap;
      if (last_heap_ < 0) {
        kept_.push_back(Buffer::retain(buffer));
        last_heap_ = add_heap(buffer->data);
        shared_.emplace_back(buffer, last_heap_);
      }
    }
    const ptrdiff_t end = text + size - heap_bytes_[static_cast<size_t>(last_heap_)];
    if (end < 0 || end > kHeapReach) {  // Beyond what 31 bits reach: a further heap inside the same buffer.
      last_heap_ = add_heap(text);
      shared_.emplace_back(buffer, last_heap_);
    }
    return last_heap_;
  }

  Type type_;
  GrowingBuffer views_;
  ValidityBuilder validity_;
  std::vector<const uint8_t*> heap_bytes_;
  std::vector<Buffer> kept_;
  std::vector<std::pair<weir_buffer*, int32_t>> shared_;
  weir_buffer* last_buffer_ = nullptr;
  int32_t last_heap_ = -1;
  int32_t own_heap_ = -1;
  uint8_t* end_ = nullptr;
  size_t room_ = 0;
  size_t next_heap_bytes_ = kFirstHeapBytes;
};

/// Builds a string column of codes into its distinct texts.
class DictionaryBuilder {
 public:
  DictionaryBuilder() = default;
  size_t size() const { return codes_.size(); }
  size_t distinct_count() const { return known_.size(); }
  void append(std::string_view text) { codes_.append(code_of(text)); }
  void append_null() { codes_.append_null(); }
  /// Needs: `code` came from code_of().
  void append_code(int32_t code) { codes_.append(code); }
  /// Returns the code of a text, made at its first use.
  int32_t code_of(std::string_view text) {
    if (const auto found = known_.find(text); found != known_.end()) return found->second;
    const auto code = static_cast<int32_t>(known_.size());
    known_.emplace(*owned_.emplace_back(std::make_unique<const std::string>(text)), code);
    return code;
  }
  Column finish() && {
    StringBuilder texts;
    for (const auto& text : owned_) texts.append(std::string_view(*text));
    const Column codes = std::move(codes_).finish();
    ColumnParts parts(Type::kString, WEIR_LAYOUT_DICTIONARY, codes.size());
    parts.values(codes->values).validity(codes->validity, codes->null_count).keep_all(*codes);
    return parts.child(std::move(texts).finish()).make();
  }

 private:
  ColumnBuilder<int32_t> codes_;
  std::vector<std::unique_ptr<const std::string>> owned_;
  std::unordered_map<std::string_view, int32_t> known_;
};

/// Builds a list column: append to items(), then end the row with append().
template <class ItemBuilder>
class ListBuilder {
 public:
  explicit ListBuilder(ItemBuilder items = ItemBuilder()) : items_(std::move(items)) {
    offsets_.push(int32_t{0});
  }
  ItemBuilder& items() { return items_; }
  size_t size() const { return validity_.size(); }
  /// The row holds the items that were appended since the last row.
  void append() { end_row(true); }
  /// Needs: no items were appended since the last row.
  void append_null() { end_row(false); }
  Column finish() && {
    ColumnParts parts(Type::kList, WEIR_LAYOUT_LIST, size());
    validity_.finish_into(parts);
    Buffer offsets = offsets_.finish();
    parts.values(offsets.data()).keep(offsets);
    return parts.child(std::move(items_).finish()).make();
  }

 private:
  void end_row(bool is_valid) {
    offsets_.push(static_cast<int32_t>(items_.size()));
    validity_.append(is_valid);
  }
  ItemBuilder items_;
  GrowingBuffer offsets_;
  ValidityBuilder validity_;
};

/// Builds a struct column from the columns of its members.
class StructBuilder {
 public:
  /// Needs: every member has `row_count` rows.
  explicit StructBuilder(size_t row_count) { validity_.append_valid(row_count); }
  StructBuilder& add(Column member) {
    members_.push_back(std::move(member));
    return *this;
  }
  void set_null(size_t row) { validity_.set_null(row); }
  Column finish() && {
    ColumnParts parts(Type::kStruct, WEIR_LAYOUT_STRUCT, validity_.size());
    validity_.finish_into(parts);
    for (Column& member : members_) parts.child(std::move(member));
    return parts.make();
  }

 private:
  ValidityBuilder validity_;
  std::vector<Column> members_;
};

inline void StringBuilder::append_rows(const weir_column& column, const uint32_t* rows, size_t count) {
  const StringColumn texts(column);
  const weir_column& holder = column.layout == WEIR_LAYOUT_DICTIONARY ? *column.children[0] : column;
  // The buffer behind each heap is looked for once, then views are copied with the heap's new number.
  std::vector<int32_t> renumbered(holder.heap_count);
  for (uint32_t i = 0; i < holder.heap_count; ++i) renumbered[i] = add_heap(holder.heaps[i]);
  for (uint32_t i = 0; i < holder.buffer_count; ++i) kept_.push_back(Buffer::retain(holder.buffers[i]));
  const auto* views =
      holder.layout == WEIR_LAYOUT_VIEW ? static_cast<const weir_view*>(holder.values) : nullptr;
  const auto* codes =
      column.layout == WEIR_LAYOUT_DICTIONARY ? static_cast<const int32_t*>(column.values) : nullptr;
  for (size_t i = 0; i < count; ++i) {
    const size_t row = rows == nullptr ? i : rows[i];
    if (texts.is_null(row)) {
      append_null();
      continue;
    }
    const std::string_view text = texts.view_at(row);
    if (text.size() <= 12) {
      push_inlined(text);
    } else if (views != nullptr) {
      weir_view view = views[codes == nullptr ? row : static_cast<size_t>(codes[row])];
      view.u.ref.heap = renumbered[static_cast<size_t>(view.u.ref.heap)];
      views_.push(view);
      validity_.append(true);
    } else {
      push_reference(text, renumbered[0], reinterpret_cast<const uint8_t*>(text.data()) - holder.heaps[0]);
    }
  }
}

}  // namespace weir
