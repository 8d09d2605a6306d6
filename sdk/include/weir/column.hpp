#pragma once
// One column: a counted reference to it, and typed views for reading it.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "weir/bits.hpp"
#include "weir/buffer.hpp"
#include "weir/schema.hpp"

namespace weir {

/// A decimal's digits as an integer; its scale is in the DataType.
__extension__ typedef __int128 Decimal128;

/// Which rows hold a value. Borrows: the column that it comes from.
class Validity {
 public:
  Validity() = default;
  explicit Validity(const weir_column& column)
      : bits_(column.validity), null_count_(column.validity == nullptr ? 0 : column.null_count) {
    for (uint32_t i = 0; bits_ != nullptr && i < column.buffer_count; ++i) {
      weir_buffer* candidate = column.buffers[i];
      // Foreign buffers may lie side by side: the end of one is not inside it.
      if (bits_ == candidate->data || (bits_ > candidate->data && bits_ < candidate->data + candidate->size))
        buffer_ = candidate;
    }
  }
  /// A mask of the module's own: `null_count` zeroes among the rows, -1 when nobody counted them.
  Validity(weir_buffer* buffer, int64_t null_count)
      : bits_(buffer->data), buffer_(buffer), null_count_(null_count) {}
  bool has_nulls() const { return bits_ != nullptr; }
  bool is_null(size_t row) const { return bits_ != nullptr && !get_bit(bits_, row); }
  /// Null: every row has a value.
  const uint8_t* bits() const { return bits_; }
  weir_buffer* buffer() const { return buffer_; }
  int64_t null_count() const { return null_count_; }

 private:
  const uint8_t* bits_ = nullptr;
  weir_buffer* buffer_ = nullptr;
  int64_t null_count_ = 0;
};

namespace detail {
[[noreturn, gnu::cold, gnu::noinline]] inline void wrong_view(const weir_column& column,
                                                              std::string_view wanted) {
  throw_fault(Code::kInternal, "a column of " + std::string(type_name(static_cast<Type>(column.type))) +
                                   " was read as " + std::string(wanted));
}
[[noreturn, gnu::cold, gnu::noinline]] inline void wrong_layout(const weir_column& column) {
  throw_fault(Code::kInternal, "a column of " + std::string(type_name(static_cast<Type>(column.type))) +
                                   " lies in memory in layout " + std::to_string(column.layout) +
                                   ", in which this component cannot read it");
}
// Hosts give no layout that this SDK does not know; memory is not read as something else on that word alone.
inline void need_layout(const weir_column& column, weir_layout layout) {
  if (column.layout != layout) wrong_layout(column);
}
template <class T>
constexpr std::string_view native_name() {
  if constexpr (std::is_same_v<T, Decimal128>)
    return "decimal";
  else if constexpr (std::is_floating_point_v<T>)
    return sizeof(T) == 8 ? "float64" : "float32";
  else if constexpr (std::is_signed_v<T>)
    return sizeof(T) == 8 ? "int64" : sizeof(T) == 4 ? "int32" : sizeof(T) == 2 ? "int16" : "int8";
  else
    return sizeof(T) == 8 ? "uint64" : sizeof(T) == 4 ? "uint32" : sizeof(T) == 2 ? "uint16" : "uint8";
}
}  // namespace detail

/// Whether columns of `type` may be read and built as T: each number as itself, timestamps as int64_t [us],
/// dates as int32_t [days], decimals as Decimal128.
template <class T>
constexpr bool holds(Type type) {
  if constexpr (std::is_same_v<T, int8_t>) return type == Type::kInt8;
  if constexpr (std::is_same_v<T, int16_t>) return type == Type::kInt16;
  if constexpr (std::is_same_v<T, int32_t>) return type == Type::kInt32 || type == Type::kDate32;
  if constexpr (std::is_same_v<T, int64_t>) return type == Type::kInt64 || type == Type::kTimestamp;
  if constexpr (std::is_same_v<T, uint8_t>) return type == Type::kUint8;
  if constexpr (std::is_same_v<T, uint16_t>) return type == Type::kUint16;
  if constexpr (std::is_same_v<T, uint32_t>) return type == Type::kUint32;
  if constexpr (std::is_same_v<T, uint64_t>) return type == Type::kUint64;
  if constexpr (std::is_same_v<T, float>) return type == Type::kFloat32;
  if constexpr (std::is_same_v<T, double>) return type == Type::kFloat64;
  if constexpr (std::is_same_v<T, Decimal128>) return type == Type::kDecimal128;
  return false;
}

/// The rows of a fixed-width column. Borrows: the column.
template <class T>
class ColumnView {
 public:
  /// Fails: throws FaultException when the column does not hold T.
  explicit ColumnView(const weir_column& column)
      : values_(static_cast<const T*>(column.values), static_cast<size_t>(column.row_count)),
        validity_(column) {
    if (!holds<T>(static_cast<Type>(column.type))) detail::wrong_view(column, detail::native_name<T>());
    detail::need_layout(column, WEIR_LAYOUT_FIXED);
  }
  size_t size() const { return values_.size(); }
  /// Slots under a null hold any value.
  std::span<const T> values() const { return values_; }
  T operator[](size_t row) const { return values_[row]; }
  bool is_null(size_t row) const { return validity_.is_null(row); }
  bool has_nulls() const { return validity_.has_nulls(); }
  const Validity& validity() const { return validity_; }

 private:
  std::span<const T> values_;
  Validity validity_;
};

/// The rows of a bool column. Borrows: the column.
class BoolColumn {
 public:
  explicit BoolColumn(const weir_column& column)
      : bits_(static_cast<const uint8_t*>(column.values)),
        size_(static_cast<size_t>(column.row_count)),
        validity_(column) {
    if (column.type != WEIR_BOOL) detail::wrong_view(column, "bool");
    detail::need_layout(column, WEIR_LAYOUT_BITS);
  }
  size_t size() const { return size_; }
  bool operator[](size_t row) const { return get_bit(bits_, row); }
  const uint8_t* bits() const { return bits_; }
  bool is_null(size_t row) const { return validity_.is_null(row); }
  bool has_nulls() const { return validity_.has_nulls(); }
  const Validity& validity() const { return validity_; }

 private:
  const uint8_t* bits_;
  size_t size_;
  Validity validity_;
};

/// The rows of a string or binary column, whichever of its three layouts the batch has. Borrows: the column.
/// Fails: throws FaultException, as the other views do, when the column lies in another layout.
class StringColumn {
 public:
  explicit StringColumn(const weir_column& column)
      : size_(static_cast<size_t>(column.row_count)), validity_(column) {
    if (column.type != WEIR_STRING && column.type != WEIR_BINARY) detail::wrong_view(column, "string");
    if (column.layout != WEIR_LAYOUT_DICTIONARY) {
      set_texts(column);
      return;
    }
    codes_ = static_cast<const int32_t*>(column.values);
    dictionary_ = column.children[0];
    if (dictionary_->row_count == 0) {
      views_ = &kEmptyView;  // All rows are null with code 0: their text is empty.
    } else {
      set_texts(*dictionary_);
    }
  }
  size_t size() const { return size_; }
  /// Returns the text of a row; anything valid for a null. The two branches go the same way for every row.
  std::string_view view_at(size_t row) const {
    const size_t at = codes_ == nullptr ? row : static_cast<size_t>(codes_[row]);
    if (views_ == nullptr)
      return {text_ + offsets_[at],
              static_cast<size_t>(offsets_[at + 1]) - static_cast<size_t>(offsets_[at])};
    const weir_view& view = views_[at];
    const char* data = view.size <= 12 ? view.u.inlined : heap(view.u.ref.heap) + view.u.ref.offset;
    return {data, static_cast<size_t>(view.size)};
  }
  std::string_view operator[](size_t row) const { return view_at(row); }
  bool is_null(size_t row) const { return validity_.is_null(row); }
  bool has_nulls() const { return validity_.has_nulls(); }
  const Validity& validity() const { return validity_; }

  /// For those who work once for each distinct text. Codes differ from batch to batch.
  bool is_dictionary() const { return codes_ != nullptr; }
  std::span<const int32_t> codes() const { return {codes_, codes_ == nullptr ? 0 : size_}; }
  /// Needs: is_dictionary().
  StringColumn dictionary() const { return StringColumn(*dictionary_); }
  /// Null unless the texts lie as views.
  const weir_view* views() const { return codes_ == nullptr ? views_ : nullptr; }

 private:
  static constexpr weir_view kEmptyView{};
  void set_texts(const weir_column& column) {
    heaps_ = column.heaps;
    if (column.layout == WEIR_LAYOUT_VIEW) {
      views_ = static_cast<const weir_view*>(column.values);
    } else {
      detail::need_layout(column, WEIR_LAYOUT_OFFSETS);
      offsets_ = static_cast<const int32_t*>(column.values);
      text_ = column.heap_count == 0 ? nullptr : heap(0);
    }
  }
  const char* heap(int32_t index) const { return reinterpret_cast<const char*>(heaps_[index]); }

  size_t size_;
  Validity validity_;
  const int32_t* codes_ = nullptr;
  const weir_view* views_ = nullptr;  // Else offsets_ and text_.
  const int32_t* offsets_ = nullptr;
  const char* text_ = nullptr;
  const uint8_t* const* heaps_ = nullptr;
  const weir_column* dictionary_ = nullptr;
};

/// The rows of a list column: row i holds the items [first(i), first(i + 1)) of items(). Borrows: the column.
class ListColumn {
 public:
  explicit ListColumn(const weir_column& column)
      : offsets_(static_cast<const int32_t*>(column.values)),
        items_(column.type == WEIR_LIST ? column.children[0] : nullptr),
        size_(static_cast<size_t>(column.row_count)),
        validity_(column) {
    if (items_ == nullptr) detail::wrong_view(column, "list");
    detail::need_layout(column, WEIR_LAYOUT_LIST);
  }
  size_t size() const { return size_; }
  size_t first(size_t row) const { return static_cast<size_t>(offsets_[row]); }
  size_t length(size_t row) const { return first(row + 1) - first(row); }
  const weir_column& items() const { return *items_; }
  bool is_null(size_t row) const { return validity_.is_null(row); }
  const Validity& validity() const { return validity_; }

 private:
  const int32_t* offsets_;
  const weir_column* items_;
  size_t size_;
  Validity validity_;
};

/// The rows of a struct column. Borrows: the column.
class StructColumn {
 public:
  explicit StructColumn(const weir_column& column) : column_(&column), validity_(column) {
    if (column.type != WEIR_STRUCT) detail::wrong_view(column, "struct");
    detail::need_layout(column, WEIR_LAYOUT_STRUCT);
  }
  size_t size() const { return static_cast<size_t>(column_->row_count); }
  size_t member_count() const { return column_->child_count; }
  const weir_column& member(size_t index) const { return *column_->children[index]; }
  bool is_null(size_t row) const { return validity_.is_null(row); }
  const Validity& validity() const { return validity_; }

 private:
  const weir_column* column_;
  Validity validity_;
};

namespace detail {
template <class T>
struct ViewOf {
  using type = ColumnView<T>;
};
template <>
struct ViewOf<bool> {
  using type = BoolColumn;
};
template <>
struct ViewOf<std::string_view> {
  using type = StringColumn;
};
template <>
struct ViewOf<std::string> {
  using type = StringColumn;
};
}  // namespace detail
/// The view class for values of T: ColumnView<T>, BoolColumn for bool, StringColumn for std::string_view.
template <class T>
using ViewOf = typename detail::ViewOf<T>::type;

/// A reference to one column. Copying shares it.
///
/// Threads: a value; what it refers to is immutable while shared.
class Column {
 public:
  Column() = default;
  /// Takes the caller's reference.
  static Column adopt(const weir_column* column) { return Column(column); }
  /// Shares: adds a reference of its own.
  static Column retain(const weir_column* column) {
    if (column != nullptr) host()->column_retain(column);
    return Column(column);
  }
  Column(const Column& other) : Column(retain(other.column_)) {}
  Column(Column&& other) noexcept : column_(std::exchange(other.column_, nullptr)) {}
  Column& operator=(Column other) noexcept {
    std::swap(column_, other.column_);
    return *this;
  }
  ~Column() {
    if (column_ != nullptr) host()->column_release(column_);
  }

  explicit operator bool() const { return column_ != nullptr; }
  const weir_column* get() const { return column_; }
  const weir_column& operator*() const { return *column_; }
  const weir_column* operator->() const { return column_; }
  /// Returns the reference, which the caller must release.
  weir_column* release() { return const_cast<weir_column*>(std::exchange(column_, nullptr)); }

  size_t size() const { return static_cast<size_t>(column_->row_count); }
  Type type() const { return static_cast<Type>(column_->type); }
  bool is_null(size_t row) const { return column_->validity != nullptr && !get_bit(column_->validity, row); }
  Validity validity() const { return Validity(*column_); }
  /// Borrows: the view is valid while a reference to the column lives.
  template <class T>
  ViewOf<T> view() const {
    return ViewOf<T>(*column_);
  }

 private:
  explicit Column(const weir_column* column) : column_(column) {}
  const weir_column* column_ = nullptr;
};

/// Makes a column of `parts` and of the buffers and children that it shares. Used by builders and by whoever
/// lays out values himself.
///
/// Needs: every pointer in the view lies inside one of the buffers.
class ColumnParts {
 public:
  ColumnParts(const DataType& type, weir_layout layout, size_t row_count) {
    view_.struct_size = sizeof(weir_column);
    view_.type = static_cast<uint8_t>(type.type);
    view_.layout = static_cast<uint8_t>(layout);
    view_.precision = type.precision;
    view_.scale = type.scale;
    view_.row_count = static_cast<int64_t>(row_count);
  }
  /// The type, layout and null mask of `like`; its values and buffers are the caller's to add.
  ColumnParts(const weir_column& like, size_t row_count) : view_(like) {
    view_.struct_size = sizeof(view_);  // The host's may be longer than what was copied.
    view_.row_count = static_cast<int64_t>(row_count);
    view_.validity = nullptr;
    view_.null_count = 0;
    view_.values = nullptr;
    view_.heaps = nullptr;
    view_.children = nullptr;
    view_.heap_count = view_.child_count = 0;
  }
  ColumnParts& values(const void* at) {
    view_.values = at;
    return *this;
  }
  ColumnParts& validity(const uint8_t* bits, int64_t null_count) {
    view_.validity = bits;
    view_.null_count = bits == nullptr ? 0 : null_count;
    return *this;
  }
  ColumnParts& keep(Buffer buffer) {
    buffers_.push_back(std::move(buffer));
    return *this;
  }
  /// Shares every buffer of `column`, so that pointers into it may be used.
  ColumnParts& keep_all(const weir_column& column) {
    for (uint32_t i = 0; i < column.buffer_count; ++i) buffers_.push_back(Buffer::retain(column.buffers[i]));
    return *this;
  }
  /// Returns the number of the heap, as views name it.
  int32_t add_heap(const uint8_t* data) {
    heaps_.push_back(data);
    return static_cast<int32_t>(heaps_.size() - 1);
  }
  ColumnParts& child(Column column) {
    children_.push_back(std::move(column));
    return *this;
  }
  /// Fails: throws FaultException(kNoSpace) when the host has no memory.
  Column make() const {
    std::vector<weir_buffer*> buffers;
    for (const Buffer& buffer : buffers_) buffers.push_back(buffer.get());
    std::vector<const weir_column*> children;
    for (const Column& column : children_) children.push_back(column.get());
    weir_column_parts parts{};
    parts.struct_size = sizeof(parts);
    parts.buffer_count = static_cast<uint32_t>(buffers.size());
    parts.buffers = buffers.data();
    weir_column view = view_;
    view.heaps = heaps_.data();
    view.heap_count = static_cast<uint32_t>(heaps_.size());
    view.children = children.data();
    view.child_count = static_cast<uint32_t>(children.size());
    parts.view = &view;
    weir_column* made = host()->column_new(host(), &parts);
    if (made == nullptr) throw_fault(Code::kNoSpace, "no memory for a column");
    return Column::adopt(made);
  }

 private:
  weir_column view_{};
  std::vector<Buffer> buffers_;
  std::vector<const uint8_t*> heaps_;
  std::vector<Column> children_;
};

}  // namespace weir
