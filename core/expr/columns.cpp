#include "expr/columns.hpp"

#include <algorithm>

#include <weir/bits.hpp>

namespace weir::expr {
namespace {

const Bits* load_bits(const void* bits, int64_t row_count, Arena& arena) {
  const size_t words = std::max<size_t>(1, bit_words(row_count));
  Bits* const out = arena.allocate_array<Bits>(static_cast<int64_t>(words));
  out[words - 1] = 0;
  if (row_count > 0) std::memcpy(out, bits, bitmap_bytes(static_cast<size_t>(row_count)));
  return out;
}

weir_view make_view(const uint8_t* heap, int32_t begin, int32_t end) {
  weir_view view{};
  view.size = end - begin;
  const char* const text = reinterpret_cast<const char*>(heap) + begin;
  if (view.size <= 12) {
    std::copy_n(text, view.size, view.u.inlined);
  } else {
    std::copy_n(text, 4, view.u.ref.prefix);
    view.u.ref.heap = 0;
    view.u.ref.offset = begin;
  }
  return view;
}

void load_views(const weir_column& column, Vector& out, Arena& arena) {
  Heap* const heaps = arena.allocate_array<Heap>(column.heap_count);
  for (uint32_t i = 0; i < column.heap_count; ++i) heaps[i] = {column.heaps[i], &column};
  out.heaps = {heaps, column.heap_count};
  if (column.layout == WEIR_LAYOUT_VIEW) {
    out.values = column.values;
    return;
  }
  const auto* const offsets = static_cast<const int32_t*>(column.values);
  auto* const views = arena.allocate_array<weir_view>(column.row_count);
  const uint8_t* const heap = column.heap_count == 0 ? nullptr : column.heaps[0];
  for (int64_t i = 0; i < column.row_count; ++i) views[i] = make_view(heap, offsets[i], offsets[i + 1]);
  out.values = views;
}

void load_dictionary(const weir_column& column, Vector& out, Arena& arena) {
  const weir_column& distinct = *column.children[0];
  auto* const views = arena.allocate_array<weir_view>(column.row_count);
  out.values = views;
  if (distinct.row_count == 0) {
    std::memset(static_cast<void*>(views), 0, sizeof(weir_view) * static_cast<size_t>(column.row_count));
    return;
  }
  const Vector texts = load_column(distinct, distinct.row_count, arena);
  const auto* const codes = static_cast<const int32_t*>(column.values);
  const auto* const from = texts.data<weir_view>();
  for (int64_t i = 0; i < column.row_count; ++i) views[i] = from[codes[i]];
  out.heaps = texts.heaps;
  if (texts.validity == nullptr) return;
  const size_t words = std::max<size_t>(1, bit_words(column.row_count));
  Bits* const validity = arena.allocate_array<Bits>(static_cast<int64_t>(words));
  std::fill_n(validity, words, Bits{0});
  for (int64_t i = 0; i < column.row_count; ++i)
    if (out.is_valid(i) && get_bit(texts.validity, codes[i])) set_bit(validity, i);
  out.validity = validity;
}

ValueType type_of_column(const weir_column& column) {
  ValueType type{column.type, column.precision, column.scale, nullptr};
  if (!type.is_nested()) return type;
  auto children = std::make_shared<std::vector<NamedType>>();
  for (uint32_t i = 0; i < column.child_count; ++i)
    children->push_back({"", type_of_column(*column.children[i])});
  type.children = std::move(children);
  return type;
}

}  // namespace

Vector load_column(const weir_column& column, int64_t row_count, Arena& arena) {
  Vector out;
  out.type = type_of_column(column);
  out.column = &column;
  out.is_whole_column = true;
  if (column.validity != nullptr && column.null_count != 0)
    out.validity = load_bits(column.validity, row_count, arena);
  switch (column.layout) {
    case WEIR_LAYOUT_BITS:
      out.values = load_bits(column.values, row_count, arena);
      break;
    case WEIR_LAYOUT_VIEW:
    case WEIR_LAYOUT_OFFSETS:
      load_views(column, out, arena);
      break;
    case WEIR_LAYOUT_DICTIONARY:
      load_dictionary(column, out, arena);
      break;
    case WEIR_LAYOUT_FIXED: {
      const size_t width = value_width(out.type);
      out.values = column.values;
      // Imported columns may lie at any address.
      if (reinterpret_cast<uintptr_t>(column.values) % width == 0) break;
      void* const copy = arena.allocate(width * static_cast<size_t>(row_count));
      std::memcpy(copy, column.values, width * static_cast<size_t>(row_count));
      out.values = copy;
      break;
    }
    default:
      break;
  }
  return out;
}

namespace {

// Collects what a new column consists of. Throws as the SDK's buffers do; store_column turns that into a
// Status.
class Store {
 public:
  Store(const Vector& vector, int64_t row_count, const Bits* faulted)
      : vector_(vector), row_count_(row_count), faulted_(faulted) {
    parts_.struct_size = sizeof(parts_);
    parts_.view = &view_;
    view_.struct_size = sizeof(view_);
    view_.type = vector.type.id;
    view_.precision = vector.type.precision;
    view_.scale = vector.type.scale;
    view_.row_count = row_count;
  }

  Column run() {
    store_validity();
    if (vector_.type.is(WEIR_BOOL)) {
      store_bools();
    } else if (vector_.type.is_views()) {
      store_views();
    } else if (vector_.type.is_nested()) {
      store_nested();
    } else {
      store_fixed();
    }
    for (const Buffer& buffer : own_) buffers_.push_back(buffer.get());
    parts_.buffers = buffers_.data();
    parts_.buffer_count = static_cast<uint32_t>(buffers_.size());
    weir_column* const column = host()->column_new(host(), &parts_);
    if (column == nullptr) throw_fault(Code::kNoSpace, "no memory for a column");
    return Column::adopt(column);
  }

 private:
  uint8_t* allocate(size_t size) {
    own_.push_back(Buffer::allocate(size));
    return own_.back().data();
  }

  void store_validity() {
    const auto rows = static_cast<size_t>(row_count_);
    if (vector_.validity == nullptr && faulted_ == nullptr) return;
    std::vector<Bits> bits(std::max<size_t>(1, bit_words(row_count_)), ~Bits{0});
    if (vector_.is_constant) {
      if (!vector_.is_valid(0)) std::fill(bits.begin(), bits.end(), Bits{0});
    } else if (vector_.validity != nullptr) {
      std::copy_n(vector_.validity, bit_words(row_count_), bits.begin());
    }
    for (size_t i = 0; faulted_ != nullptr && i < bits.size(); ++i) bits[i] &= ~faulted_[i];
    const size_t bytes = bitmap_bytes(rows);
    // Through bytes, since bits past the end must not be counted.
    const size_t valid = count_set_bits(reinterpret_cast<const uint8_t*>(bits.data()), rows);
    if (valid == rows) return;
    uint8_t* const out = allocate(bytes);
    std::memcpy(out, bits.data(), bytes);
    view_.validity = out;
    view_.null_count = static_cast<int64_t>(rows - valid);
  }

  void store_bools() {
    const size_t bytes = bitmap_bytes(static_cast<size_t>(row_count_));
    uint8_t* const out = allocate(bytes);
    if (vector_.is_constant) {
      std::memset(out, get_bit(vector_.data<Bits>(), 0) ? 0xFF : 0, bytes);
    } else if (bytes > 0) {
      std::memcpy(out, vector_.values, bytes);
    }
    view_.layout = WEIR_LAYOUT_BITS;
    view_.values = out;
  }

  void store_fixed() {
    const size_t width = value_width(vector_.type);
    const auto rows = static_cast<size_t>(row_count_);
    uint8_t* const out = allocate(width * rows);
    if (!vector_.is_constant) {
      if (rows > 0) std::memcpy(out, vector_.values, width * rows);
    } else {
      for (size_t i = 0; i < rows; ++i) std::memcpy(out + i * width, vector_.values, width);
    }
    view_.layout = WEIR_LAYOUT_FIXED;
    view_.values = out;
  }

  void store_views() {
    const auto rows = static_cast<size_t>(row_count_);
    auto* const out = reinterpret_cast<weir_view*>(allocate(sizeof(weir_view) * rows));
    for (size_t i = 0; i < rows; ++i) out[i] = vector_.data<weir_view>()[vector_.at(static_cast<int64_t>(i))];
    view_.layout = WEIR_LAYOUT_VIEW;
    view_.values = out;
    // Heaps of the arena end with the evaluation: what is used of them goes into one of the host's.
    heaps_.resize(vector_.heaps.size() + 1);
    std::vector<bool> is_ours(vector_.heaps.size());
    for (size_t i = 0; i < vector_.heaps.size(); ++i) {
      heaps_[i] = vector_.heaps[i].data;
      is_ours[i] = vector_.heaps[i].owner == nullptr;
      if (!is_ours[i]) share(*vector_.heaps[i].owner);
    }
    copy_texts(out, is_ours);
    view_.heaps = heaps_.data();
    view_.heap_count = static_cast<uint32_t>(heaps_.size());
  }

  void copy_texts(weir_view* views, const std::vector<bool>& is_ours) {
    const auto rows = static_cast<size_t>(row_count_);
    const auto needs_copy = [&](size_t i) {
      if (views[i].size <= 12) return false;
      if (!vector_.is_valid(static_cast<int64_t>(i))) {
        views[i] = {};  // A null's view must still be a valid one.
        return false;
      }
      return static_cast<bool>(is_ours[static_cast<size_t>(views[i].u.ref.heap)]);
    };
    size_t size = 0;
    for (size_t i = 0; i < rows; ++i) size += needs_copy(i) ? static_cast<size_t>(views[i].size) : 0;
    uint8_t* const heap = allocate(size);
    int32_t at = 0;
    for (size_t i = 0; i < rows; ++i) {
      if (!needs_copy(i)) continue;
      const std::string_view text = vector_.view_text(views[i]);
      std::copy(text.begin(), text.end(), heap + at);
      views[i].u.ref.heap = static_cast<int32_t>(heaps_.size() - 1);
      views[i].u.ref.offset = at;
      at += views[i].size;
    }
    heaps_.back() = heap;
    // Dropped where nothing lies in it, so that results of inputs' texts name only their buffers.
    if (size == 0) heaps_.pop_back();
  }

  void store_nested() {
    const weir_column& from = *vector_.column;
    view_.layout = from.layout;
    view_.values = from.values;
    view_.children = from.children;
    view_.child_count = from.child_count;
    share(from);
  }

  void share(const weir_column& column) {
    for (uint32_t i = 0; i < column.buffer_count; ++i)
      if (std::find(buffers_.begin(), buffers_.end(), column.buffers[i]) == buffers_.end())
        buffers_.push_back(column.buffers[i]);
  }

  const Vector& vector_;
  const int64_t row_count_;
  const Bits* const faulted_;
  weir_column view_{};
  weir_column_parts parts_{};
  std::vector<Buffer> own_;
  std::vector<weir_buffer*> buffers_;
  std::vector<const uint8_t*> heaps_;
};

}  // namespace

Result<Column> store_column(const Vector& vector, int64_t row_count, const Bits* faulted) {
  if (vector.is_whole_column && faulted == nullptr && vector.column->row_count == row_count)
    return Column::retain(vector.column);
  try {
    return Store(vector, row_count, faulted).run();
  } catch (const FaultException& fault) {
    return fault.status();
  }
}

}  // namespace weir::expr
