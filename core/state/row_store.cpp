#include "state/row_store.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <weir/emitter.hpp>
#include <weir/fault.hpp>
#include <weir/gather.hpp>

#include "state/raw_column.hpp"

namespace weir {
namespace {

bool has_type(const weir_column& column, const DataType& type) {
  if (column.type != static_cast<uint8_t>(type.type)) return false;
  if (type.type == Type::kDecimal128) return column.precision == type.precision && column.scale == type.scale;
  if (column.child_count != type.children.size() && column.layout != WEIR_LAYOUT_DICTIONARY) return false;
  for (size_t i = 0; i < type.children.size(); ++i) {
    if (!has_type(*column.children[i], type.children[i].type)) return false;
  }
  return true;
}

uint64_t buffer_bytes_of(const weir_column& column) {
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < column.buffer_count; ++i) bytes += column.buffers[i]->size;
  for (uint32_t i = 0; i < column.child_count; ++i) bytes += buffer_bytes_of(*column.children[i]);
  return bytes;
}

}  // namespace

int64_t rows_needed(const uint32_t* rows, size_t count) {
  if (rows == nullptr || count == 0) return static_cast<int64_t>(count);
  return int64_t{*std::max_element(rows, rows + count)} + 1;
}

uint32_t RowStore::Piece::place_of(uint64_t row) const {
  if (numbers.empty()) return static_cast<uint32_t>(row - first);
  return static_cast<uint32_t>(std::ranges::lower_bound(numbers, row) - numbers.begin());
}

bool RowStore::Piece::is_removed(uint32_t place) const {
  return !removed.empty() && bit_at(removed.data(), place);
}

RowStore::RowStore(std::string name, Schema schema, bool keeps_times, MemoryAccount& account)
    : name_(std::move(name)), schema_(std::move(schema)), keeps_times_(keeps_times), account_(account) {}

RowStore::~RowStore() {
  for (Piece& piece : pieces_) forget(piece);
}

Status RowStore::check(const weir_column* const* columns, const uint32_t* rows, size_t count) const {
  const int64_t needed = rows_needed(rows, count);
  for (size_t i = 0; i < schema_.size(); ++i) {
    if (!has_type(*columns[i], schema_[i].type)) {
      return Status::invalid("state '" + name_ + "': value column " + std::to_string(i) + " is not the " +
                             schema_[i].type.to_string() + " that was declared as '" + schema_[i].name + "'");
    }
    if (columns[i]->row_count < needed) {
      return Status::invalid("state '" + name_ + "': value column '" + schema_[i].name + "' has " +
                             std::to_string(columns[i]->row_count) + " rows, the keys name row " +
                             std::to_string(needed - 1));
    }
  }
  return Status::ok();
}

Result<uint64_t> RowStore::append(const weir_column* const* columns, const uint32_t* rows, size_t count,
                                  const int64_t* times) {
  WEIR_RETURN_IF_ERROR(check(columns, rows, count));
  const AccountScope pays(account_);
  const uint64_t first = next_;
  try {
    std::vector<uint32_t> picked(std::min<size_t>(count, kPieceRows));
    for (size_t done = 0; done < count; done += picked.size()) {
      picked.resize(std::min<size_t>(count - done, kPieceRows));
      if (rows == nullptr) {
        std::iota(picked.begin(), picked.end(), static_cast<uint32_t>(done));
      } else {
        std::copy_n(rows + done, picked.size(), picked.begin());
      }
      Piece piece = make_piece(columns, picked, next_);
      if (keeps_times_) piece.times.assign(times + done, times + done + picked.size());
      next_ = piece.end;
      live_count_ += piece.live_count;
      weigh(piece);
      pieces_.push_back(std::move(piece));
      merge_last();
    }
  } catch (const FaultException& fault) {
    for (uint64_t row = first; row < next_; ++row) remove(row);
    return fault.status().with_context("state '" + name_ + "'");
  }
  return first;
}

RowStore::Piece RowStore::make_piece(const weir_column* const* columns, std::span<const uint32_t> rows,
                                     uint64_t first) const {
  Piece piece;
  piece.first = first;
  piece.end = first + rows.size();
  piece.live_count = static_cast<uint32_t>(rows.size());
  for (size_t i = 0; i < schema_.size(); ++i) piece.columns.push_back(compact(*gather(*columns[i], rows)));
  return piece;
}

size_t RowStore::piece_of(uint64_t row) const {
  const auto behind = std::ranges::upper_bound(pieces_, row, {}, &Piece::first);
  return static_cast<size_t>(behind - pieces_.begin()) - 1;
}

void RowStore::weigh(Piece& piece) {
  forget(piece);
  for (const Column& column : piece.columns) piece.buffer_bytes += buffer_bytes_of(*column);
  piece.charged_bytes = sizeof(Piece) + piece.columns.size() * sizeof(weir_column) +
                        (piece.numbers.capacity() + piece.times.capacity()) * sizeof(uint64_t) +
                        piece.removed.capacity();
  if (!account_.try_charge(piece.charged_bytes)) piece.charged_bytes = 0;  // The next buffer says so.
  held_bytes_ += piece.charged_bytes + piece.buffer_bytes;
}

void RowStore::forget(Piece& piece) {
  account_.uncharge(piece.charged_bytes);
  held_bytes_ -= piece.charged_bytes + piece.buffer_bytes;
  piece.charged_bytes = 0;
  piece.buffer_bytes = 0;
}

/// Puts the newest piece together with the ones before it while they are no more than twice its size.
void RowStore::merge_last() {
  while (pieces_.size() >= 2) {
    const Piece& before = pieces_[pieces_.size() - 2];
    const Piece& last = pieces_.back();
    const bool is_enough = before.row_count() > 2 * last.row_count();
    if (is_enough || before.row_count() + last.row_count() > kPieceRows) return;
    merge(pieces_.size() - 2);
  }
}

/// Makes one of a piece and the one behind it.
void RowStore::merge(size_t index) {
  Piece both = merged(pieces_[index], pieces_[index + 1]);
  forget(pieces_[index]);
  forget(pieces_[index + 1]);
  pieces_.erase(pieces_.begin() + static_cast<ptrdiff_t>(index) + 1);
  pieces_[index] = std::move(both);
  weigh(pieces_[index]);
}

RowStore::Piece RowStore::merged(const Piece& before, const Piece& after) const {
  Piece both;
  both.first = before.first;
  both.end = after.end;
  std::vector<uint32_t> rows;
  const uint32_t all = before.row_count() + after.row_count();
  const bool has_gaps = before.live_count + after.live_count < both.end - both.first;
  for (const Piece* piece : {&before, &after}) {
    for (uint32_t place = 0; place < piece->row_count(); ++place) {
      if (piece->is_removed(place)) continue;
      rows.push_back(place + (piece == &after ? before.row_count() : 0));
      if (has_gaps)
        both.numbers.push_back(piece->numbers.empty() ? piece->first + place : piece->numbers[place]);
      if (keeps_times_) both.times.push_back(piece->times[place]);
    }
  }
  both.live_count = static_cast<uint32_t>(rows.size());
  for (size_t i = 0; i < schema_.size(); ++i) {
    const Column pair[] = {before.columns[i], after.columns[i]};
    const Column joined = concat(pair);
    both.columns.push_back(rows.size() == all ? joined : compact(*gather(*joined, rows)));
  }
  return both;
}

void RowStore::remove(uint64_t row) {
  const size_t index = piece_of(row);
  Piece& piece = pieces_[index];
  --live_count_;
  if (--piece.live_count == 0) {
    forget(piece);
    pieces_.erase(pieces_.begin() + static_cast<ptrdiff_t>(index));
    return;
  }
  if (piece.removed.empty()) piece.removed.assign((piece.row_count() + 7) / 8, 0);
  const uint32_t place = piece.place_of(row);
  piece.removed[place / 8] |= static_cast<uint8_t>(1U << (place % 8));
  if (piece.live_count < piece.row_count() / 2) drop_removed(index);
}

/// Copies a piece without what was removed, and with a neighbour when both are small by now. Without memory
/// for the copy it stays as it is.
void RowStore::drop_removed(size_t index) {
  const AccountScope pays(account_);
  try {
    Piece& piece = pieces_[index];
    Piece none;
    none.first = none.end = piece.end;
    for (const Column& column : piece.columns) none.columns.push_back(slice(*column.get(), 0, 0));
    Piece smaller = merged(piece, none);
    forget(piece);
    piece = std::move(smaller);
    weigh(piece);
    const auto are_small = [this](size_t at) {
      return at + 1 < pieces_.size() &&
             pieces_[at].row_count() + pieces_[at + 1].row_count() <= kPieceRows / 2;
    };
    if (are_small(index)) merge(index);
    if (index > 0 && are_small(index - 1)) merge(index - 1);
  } catch (const FaultException&) {
    return;
  }
}

int64_t RowStore::time_of(uint64_t row) const {
  const Piece& piece = pieces_[piece_of(row)];
  return piece.times[piece.place_of(row)];
}

Result<std::vector<Column>> RowStore::read(std::span<const uint64_t> rows) const {
  const AccountScope pays(account_);
  try {
    // The rows of each piece are taken out together, and then put into the order that was asked for.
    std::vector<std::pair<size_t, std::vector<uint32_t>>> from;  // Piece, places.
    std::vector<size_t> slot_of(pieces_.size(), SIZE_MAX);
    std::vector<std::pair<uint32_t, uint32_t>> where(rows.size());  // Slot of `from`, index in its places.
    for (size_t i = 0; i < rows.size(); ++i) {
      const size_t piece = piece_of(rows[i]);
      if (slot_of[piece] == SIZE_MAX) {
        slot_of[piece] = from.size();
        from.emplace_back(piece, std::vector<uint32_t>());
      }
      std::vector<uint32_t>& places = from[slot_of[piece]].second;
      where[i] = {static_cast<uint32_t>(slot_of[piece]), static_cast<uint32_t>(places.size())};
      places.push_back(pieces_[piece].place_of(rows[i]));
    }
    std::vector<uint32_t> begins(from.size() + 1, 0);
    for (size_t i = 0; i < from.size(); ++i)
      begins[i + 1] = begins[i] + static_cast<uint32_t>(from[i].second.size());
    std::vector<uint32_t> order(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) order[i] = begins[where[i].first] + where[i].second;
    std::vector<Column> made;
    for (size_t column = 0; column < schema_.size(); ++column) {
      if (from.empty()) {
        made.push_back(null_column(schema_[column].type, 0));
        continue;
      }
      std::vector<Column> parts;
      for (const auto& [piece, places] : from)
        parts.push_back(gather(*pieces_[piece].columns[column], places));
      made.push_back(parts.size() == 1 ? parts.front() : gather(*concat(parts), order));
    }
    return made;
  } catch (const FaultException& fault) {
    return fault.status().with_context("state '" + name_ + "'");
  }
}

}  // namespace weir
