#include "batch_writer.hpp"

#include <algorithm>

namespace weir::formats {
namespace {

constexpr size_t kCopyBytes = 1 << 16;
constexpr size_t kHeapReach = INT32_MAX;

size_t value_width(Type type) {
  if (type == Type::kString || type == Type::kBinary) return sizeof(weir_view);
  return type_width(type);
}

size_t value_bytes(size_t width, size_t rows) { return width == 0 ? bitmap_bytes(rows) : width * rows; }

// Masks begin at a multiple of 64, as the values before them do.
size_t aligned(size_t bytes) { return (bytes + 63) / 64 * 64; }

weir_layout layout_of(Type type) {
  if (type == Type::kBool) return WEIR_LAYOUT_BITS;
  return type == Type::kString || type == Type::kBinary ? WEIR_LAYOUT_VIEW : WEIR_LAYOUT_FIXED;
}

}  // namespace

BatchWriter::BatchWriter(const ColumnPlan& plan, const DecodeInput& input, DecodeOutput& output)
    : plan_(plan),
      input_(input),
      output_(output),
      data_(reinterpret_cast<const uint8_t*>(input.text().data())),
      slots_(plan.columns.size()) {
  for (size_t i = 0; i < slots_.size(); ++i) {
    slots_[i].type = plan.columns[i].type.type;
    slots_[i].width = value_width(slots_[i].type);
    slots_[i].is_wanted = plan.columns[i].is_wanted;
  }
  entered_ns_ = host()->monotonic_ns == nullptr ? 0 : host()->monotonic_ns(host());
  if (input.buffer() != nullptr && input.buffer()->size >= 16) {
    readable_from_ = reinterpret_cast<uintptr_t>(input.buffer()->data);
    readable_size_ = input.buffer()->size - 15;
  }
  begin_batch(data_);
}

void BatchWriter::begin_batch(const uint8_t* at) {
  row_ = 0;
  batch_begin_ = at;
  base_ = at;
  const auto left = static_cast<size_t>(data_end() - at);
  reach_ = std::min(left, kHeapReach);
  capacity_ = std::min(kMaxRows, left + 1);
  copies_.clear();
  for (Slot& slot : slots_) {
    if (!slot.is_wanted) continue;
    const size_t values = aligned(value_bytes(slot.width, capacity_));
    slot.memory = Buffer::allocate(values + bitmap_bytes(capacity_));
    slot.values = slot.memory.data();
    slot.validity = slot.values + values;
    std::memset(slot.validity, 0xFF, bitmap_bytes(capacity_));
    slot.has_nulls = false;
    slot.refers = false;
  }
}

void BatchWriter::set_all_null() {
  for (size_t i = 0; i < slots_.size(); ++i)
    if (slots_[i].is_wanted) put_null(i);
}

void BatchWriter::put_copy(size_t column, std::string_view text) {
  if (text.size() <= 12 || text.size() > kHeapReach) return put_text(column, text.substr(0, kHeapReach));
  if (copies_.empty() || copies_.back().size() - copy_used_ < text.size()) {
    copies_.push_back(Buffer::allocate(std::max(kCopyBytes, text.size())));
    copy_used_ = 0;
  }
  std::memcpy(copies_.back().data() + copy_used_, text.data(), text.size());
  weir_view view{};
  view.size = static_cast<int32_t>(text.size());
  std::memcpy(view.u.ref.prefix, text.data(), 4);
  view.u.ref.heap = static_cast<int32_t>(copies_.size());
  view.u.ref.offset = static_cast<int32_t>(copy_used_);
  copy_used_ += text.size();
  put(column, view);
}

void BatchWriter::undo_row() {
  for (Slot& slot : slots_)
    if (slot.has_nulls) set_bit(slot.validity, row_);
}

void BatchWriter::reject(const uint8_t* begin, const uint8_t* end, std::string_view code,
                         std::string_view message, std::string_view column) {
  undo_row();
  const std::string_view raw(reinterpret_cast<const char*>(begin), static_cast<size_t>(end - begin));
  output_.reject(static_cast<size_t>(begin - data_), raw, code, message, column);
}

Column BatchWriter::null_column(size_t index) {
  if (!zeros_) {
    zeros_ = Buffer::allocate(kMaxRows * sizeof(weir_view));
    std::memset(zeros_.data(), 0, kMaxRows * sizeof(weir_view));
  }
  const Slot& slot = slots_[index];
  ColumnParts parts(plan_.columns[index].type, layout_of(slot.type), row_);
  parts.values(zeros_.data()).validity(zeros_.data(), static_cast<int64_t>(row_)).keep(zeros_);
  return parts.make();
}

Column BatchWriter::finish_column(size_t index) {
  Slot& slot = slots_[index];
  if (!slot.is_wanted) return null_column(index);
  const size_t set = slot.has_nulls ? count_set_bits(slot.validity, row_) : row_;
  const bool has_nulls = set < row_;
  if (row_ < capacity_ / 2) {  // Do not pin memory that holds nothing.
    const size_t values = value_bytes(slot.width, row_);
    Buffer fitting = Buffer::allocate(aligned(values) + bitmap_bytes(row_));
    std::memcpy(fitting.data(), slot.values, values);
    std::memcpy(fitting.data() + aligned(values), slot.validity, bitmap_bytes(row_));
    slot.memory = std::move(fitting);
    slot.values = slot.memory.data();
    slot.validity = slot.values + aligned(values);
  }
  ColumnParts parts(plan_.columns[index].type, layout_of(slot.type), row_);
  parts.values(slot.values);
  if (has_nulls) parts.validity(slot.validity, static_cast<int64_t>(row_ - set));
  parts.keep(std::move(slot.memory));
  if (slot.refers || (slot.width == sizeof(weir_view) && !copies_.empty())) {
    // Heap 0 is the bytes themselves; it is pinned only by columns that refer to it.
    if (slot.refers) parts.keep(Buffer::retain(input_.buffer()));
    parts.add_heap(slot.refers ? base_ : copies_.front().data());
    for (const Buffer& copy : copies_) {
      parts.add_heap(copy.data());
      parts.keep(copy);
    }
  }
  return parts.make();
}

void BatchWriter::flush(const uint8_t* next) {
  std::vector<Column> columns;
  columns.reserve(slots_.size());
  for (size_t i = 0; i < slots_.size(); ++i) columns.push_back(finish_column(i));
  weir_batch like{};
  like.row_count = static_cast<int64_t>(row_);
  like.entered_ns = entered_ns_;
  output_.emit(Batch::make(like, columns), static_cast<size_t>(batch_begin_ - data_),
               static_cast<size_t>(next - data_));
  begin_batch(next);
}

}  // namespace weir::formats
