#pragma once
// Rows in columns.
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "weir/column.hpp"
#include "weir/column_ref.hpp"

namespace weir {

/// A reference to one batch, moved from hand to hand. share() makes another reference to the same rows.
///
/// What is derived from a batch keeps its origin (partition and offsets), the time its oldest row entered and
/// its hidden columns.
/// Threads: a value; what it refers to is immutable while shared.
class Batch {
 public:
  Batch() = default;
  /// Takes the caller's reference.
  static Batch adopt(const weir_batch* batch) { return Batch(batch); }
  /// Makes a batch of columns of `row_count` rows each.
  /// Fails: throws FaultException(kNoSpace) when the host has no memory.
  static Batch make(size_t row_count, std::span<const Column> columns) {
    weir_batch view{};
    view.row_count = static_cast<int64_t>(row_count);
    return make(view, columns);
  }
  Batch(Batch&& other) noexcept : batch_(std::exchange(other.batch_, nullptr)) {}
  Batch& operator=(Batch&& other) noexcept {
    std::swap(batch_, other.batch_);
    return *this;
  }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  ~Batch() {
    if (batch_ != nullptr) host()->batch_release(batch_);
  }
  Batch share() const {
    host()->batch_retain(batch_);
    return Batch(batch_);
  }

  explicit operator bool() const { return batch_ != nullptr; }
  const weir_batch* get() const { return batch_; }
  const weir_batch& operator*() const { return *batch_; }
  const weir_batch* operator->() const { return batch_; }
  /// Returns the reference, which the caller must release.
  weir_batch* release() { return const_cast<weir_batch*>(std::exchange(batch_, nullptr)); }

  size_t row_count() const { return static_cast<size_t>(batch_->row_count); }
  size_t column_count() const { return batch_->column_count; }
  /// Borrows: the view is valid while a reference to the column lives, as this batch holds one.
  /// Fails: throws FaultException when the column does not hold T.
  template <class T>
  ViewOf<T> column(size_t index) const {
    return ViewOf<T>(raw_column(index));
  }
  template <class T>
  ViewOf<T> column(const ColumnRef& ref) const {
    return column<T>(ref.index);
  }
  Column column(size_t index) const { return Column::retain(&raw_column(index)); }
  Column column(const ColumnRef& ref) const { return column(ref.index); }
  /// Borrows: as long as this batch.
  const weir_column& raw_column(size_t index) const { return *batch_->columns[index]; }
  std::vector<Column> columns() const {
    std::vector<Column> all;
    all.reserve(column_count() + 1);
    for (size_t i = 0; i < column_count(); ++i) all.push_back(column(i));
    return all;
  }

  /// Returns the batch with column `index` replaced, or added when index == column_count().
  Batch with_column(size_t index, Column made) && {
    std::vector<Column> all = columns();
    if (index == all.size()) all.emplace_back();
    all.at(index) = std::move(made);
    return make(*batch_, all);
  }
  Batch with_column(const ColumnRef& ref, Column made) && {
    return std::move(*this).with_column(ref.index, std::move(made));
  }
  /// Returns a batch of the same rows with all columns replaced.
  Batch with_columns(std::span<const Column> all) && { return make(*batch_, all); }

  /// Returns the rows of these indices, in this order. Texts are shared, not copied.
  Batch select(std::span<const uint32_t> rows) const;
  /// Returns rows [from, from + count). Shares all values except bits that do not begin at a byte.
  Batch slice(size_t from, size_t count) const;
  /// Returns the rows of all batches, one after the other.
  /// Needs: at least one; equal column types. An origin is kept where all come from one partition.
  static Batch concat(std::span<const Batch> batches);
  /// Returns the same rows, with texts copied out of buffers that hold more than these rows need.
  Batch compact() const;

  /// As make(), with origin, entry time, row count and hidden columns of `like`.
  static Batch make(const weir_batch& like, std::span<const Column> columns) {
    std::vector<const weir_column*> raw;
    raw.reserve(columns.size());
    for (const Column& column : columns) raw.push_back(column.get());
    weir_batch view = like;
    view.struct_size = sizeof(view);
    view.column_count = static_cast<uint32_t>(raw.size());
    view.columns = raw.data();
    weir_batch* made = host()->batch_new(host(), &view);
    if (made == nullptr) throw_fault(Code::kNoSpace, "no memory for a batch");
    return Batch(made);
  }

 private:
  explicit Batch(const weir_batch* batch) : batch_(batch) {}
  const weir_batch* batch_ = nullptr;
};

}  // namespace weir

#include "weir/gather.hpp"  // IWYU pragma: export
