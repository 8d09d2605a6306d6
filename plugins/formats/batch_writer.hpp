#pragma once
// Rows on their way into batches.
#include <immintrin.h>

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include <weir/decoder.hpp>

#include "column_plan.hpp"

namespace weir::formats {

/// Returns where the memory behind the input ends that may be read.
inline const uint8_t* readable_end(const DecodeInput& input) {
  if (input.buffer() != nullptr) return input.buffer()->data + input.buffer()->size;
  return reinterpret_cast<const uint8_t*>(input.text().data()) + input.size();
}

/// Fills batches of up to 8,192 rows or 1 MiB of input and sends each to the host when it is full. A row
/// becomes part of the batch at end_row(); before that it may be given up at any point. Texts inside the
/// bytes that are decoded are referred to, all others copied. No call allocates but those that begin or end a
/// batch, or copy a text.
///
/// Needs: between two end_row() each wanted column is put at most once, the others never; what is not put is
/// null when set_all_null() came first.
/// Threads: one call of decode.
class BatchWriter {
 public:
  static constexpr size_t kMaxRows = 8192;
  static constexpr size_t kMaxBytes = 1 << 20;

  /// Borrows all three as long as it lives.
  BatchWriter(const ColumnPlan& plan, const DecodeInput& input, DecodeOutput& output);
  BatchWriter(const BatchWriter&) = delete;
  BatchWriter& operator=(const BatchWriter&) = delete;

  template <class T>
  void put(size_t column, T value) {
    std::memcpy(slots_[column].values + row_ * sizeof(T), &value, sizeof(T));
  }
  void put_bool(size_t column, bool value) { assign_bit(slots_[column].values, row_, value); }
  void put_null(size_t column) {
    Slot& slot = slots_[column];
    clear_bit(slot.validity, row_);
    slot.has_nulls = true;
    if (slot.width == sizeof(weir_view)) put(column, weir_view{});
  }
  /// A null that was put before a value of the same row is forgotten.
  void forget_null(size_t column) { set_bit(slots_[column].validity, row_); }
  void set_all_null();
  void put_text(size_t column, std::string_view text) {
    weir_view view{};
    view.size = static_cast<int32_t>(text.size());
    if (text.size() <= sizeof(view.u.inlined)) {
      if (reinterpret_cast<uintptr_t>(text.data()) - readable_from_ < readable_size_)
        return put_short(column, text);
      if (!text.empty()) std::memcpy(view.u.inlined, text.data(), text.size());
    } else {
      const auto from = static_cast<size_t>(reinterpret_cast<const uint8_t*>(text.data()) - base_);
      if (from >= reach_) return put_copy(column, text);
      std::memcpy(view.u.ref.prefix, text.data(), 4);
      view.u.ref.heap = 0;
      view.u.ref.offset = static_cast<int32_t>(from);
      slots_[column].refers = true;
    }
    put(column, view);
  }
  /// As put_text(). Needs: it lies in the input after the batch's first row, and 16 bytes can be read.
  void put_input_text(size_t column, std::string_view text) {
    if (text.size() <= 12) return put_short(column, text);
    const auto from = static_cast<size_t>(reinterpret_cast<const uint8_t*>(text.data()) - base_);
    if (from >= reach_) return put_copy(column, text);
    weir_view view;
    view.size = static_cast<int32_t>(text.size());
    std::memcpy(view.u.ref.prefix, text.data(), 4);
    view.u.ref.heap = 0;
    view.u.ref.offset = static_cast<int32_t>(from);
    slots_[column].refers = true;
    put(column, view);
  }
  /// As put_text(). Needs: at most 12 bytes, and 16 can be read.
  void put_short(size_t column, std::string_view text) {
    const auto bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data()));
    const auto mask = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kKeepFirst + 16 - text.size()));
    const auto view = _mm_or_si128(_mm_slli_si128(_mm_and_si128(bytes, mask), 4),
                                   _mm_cvtsi32_si128(static_cast<int>(text.size())));
    std::memcpy(slots_[column].values + row_ * sizeof(weir_view), &view, sizeof(view));
  }
  /// As put_text(), for a text that lies anywhere.
  void put_copy(size_t column, std::string_view text);

  /// The row is whole; the next one begins at `next`, which points into the bytes.
  void end_row(const uint8_t* next) {
    if (++row_ == capacity_ || static_cast<size_t>(next - batch_begin_) >= kMaxBytes) flush(next);
  }
  /// Gives up what was put since the last end_row(), and sends these bytes to the errors port.
  void reject(const uint8_t* begin, const uint8_t* end, std::string_view code, std::string_view message,
              std::string_view column = {});
  /// Gives up what was put since the last end_row().
  void undo_row();
  /// Sends what is left. `next`: where the bytes are used up to.
  void finish(const uint8_t* next) {
    if (row_ > 0) flush(next);
  }
  const ColumnPlan& plan() const { return plan_; }
  bool is_wanted(size_t column) const { return plan_.columns[column].is_wanted; }
  const uint8_t* data_end() const { return data_ + input_.size(); }

 private:
  // Sixteen bytes from place 16 - n on keep n bytes and clear the others.
  alignas(16) static constexpr uint8_t kKeepFirst[32] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                         255, 255, 255, 255, 255, 255, 255, 255};
  struct Slot {
    uint8_t* values = nullptr;
    uint8_t* validity = nullptr;
    size_t width = 0;  // 0: bits
    Type type = Type::kNull;
    bool is_wanted = false;
    bool has_nulls = false;
    bool refers = false;  // To the bytes themselves.
    Buffer memory;        // Values, then the null mask.
  };
  void begin_batch(const uint8_t* at);
  void flush(const uint8_t* next);
  Column finish_column(size_t index);
  Column null_column(size_t index);

  const ColumnPlan& plan_;
  const DecodeInput& input_;
  DecodeOutput& output_;
  const uint8_t* const data_;
  std::vector<Slot> slots_;
  size_t row_ = 0;
  size_t capacity_ = 0;
  const uint8_t* batch_begin_ = nullptr;
  const uint8_t* base_ = nullptr;  // Of heap 0.
  size_t reach_ = 0;               // Texts below base_ + reach_ can be referred to.
  uintptr_t readable_from_ = 0;    // Addresses from which 16 bytes of the input's buffer can be read.
  size_t readable_size_ = 0;
  int64_t entered_ns_ = 0;
  std::vector<Buffer> copies_;  // Heaps 1.. of this batch.
  size_t copy_used_ = 0;
  Buffer zeros_;
};

}  // namespace weir::formats
