#pragma once
// Rows of columns, each reached by its number: what lists and maps keep their values in.
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <weir/abi.h>
#include <weir/batch.hpp>
#include <weir/schema.hpp>
#include <weir/status.hpp>

#include "data/memory.hpp"

namespace weir {

/// Returns how many rows a column must have for `count` picked rows (`rows` null: the first ones).
int64_t rows_needed(const uint32_t* rows, size_t count);

/// Rows lie in pieces of up to kPieceRows, in columns of their own that share nothing with what was appended.
/// Small pieces that lie side by side are put together, so that rows which come one by one end in pieces as
/// large as those which come by thousands, each copied about log(kPieceRows) times. A piece of which most
/// rows were removed is copied without them; a piece with none is freed.
///
/// Threads: one at a time.
class RowStore {
 public:
  static constexpr uint32_t kPieceRows = 8192;

  /// Borrows `account` as long as the store lives. `keeps_times`: each row's time is kept beside it.
  RowStore(std::string name, Schema schema, bool keeps_times, MemoryAccount& account);
  ~RowStore();
  RowStore(const RowStore&) = delete;
  RowStore& operator=(const RowStore&) = delete;

  /// Appends the picked rows (`rows` null: 0 .. count-1). Returns the number of the first; the others follow.
  /// `times`: one for each, or null when the store keeps none.
  /// Fails: kInvalid when the columns are not the schema's, kNoSpace; nothing is appended then.
  Result<uint64_t> append(const weir_column* const* columns, const uint32_t* rows, size_t count,
                          const int64_t* times);
  /// Needs: the row is there.
  void remove(uint64_t row);
  int64_t time_of(uint64_t row) const;
  /// Returns the columns of these rows, in this order. Needs: all are there.
  /// Fails: kNoSpace.
  Result<std::vector<Column>> read(std::span<const uint64_t> rows) const;

  const Schema& schema() const { return schema_; }
  size_t count() const { return live_count_; }
  uint64_t held_bytes() const { return held_bytes_; }

 private:
  struct Piece {
    uint64_t first = 0;  // Its rows have numbers in [first, end).
    uint64_t end = 0;
    std::vector<Column> columns;
    std::vector<uint64_t> numbers;  // Of its rows, ascending; empty: all of [first, end).
    std::vector<int64_t> times;     // Empty unless times are kept.
    std::vector<uint8_t> removed;   // A bit for each row; empty: none.
    uint32_t live_count = 0;
    uint64_t charged_bytes = 0;  // Beside the buffers of its columns, which charge themselves.
    uint64_t buffer_bytes = 0;
    uint32_t row_count() const {
      return static_cast<uint32_t>(numbers.empty() ? end - first : numbers.size());
    }
    uint32_t place_of(uint64_t row) const;
    bool is_removed(uint32_t place) const;
  };
  Status check(const weir_column* const* columns, const uint32_t* rows, size_t count) const;
  Piece make_piece(const weir_column* const* columns, std::span<const uint32_t> rows, uint64_t first) const;
  size_t piece_of(uint64_t row) const;
  /// Takes the account of a piece's memory anew.
  void weigh(Piece& piece);
  void forget(Piece& piece);
  void merge_last();
  void merge(size_t index);
  Piece merged(const Piece& before, const Piece& after) const;
  void drop_removed(size_t index);

  const std::string name_;
  const Schema schema_;
  const bool keeps_times_;
  MemoryAccount& account_;
  std::vector<Piece> pieces_;  // By number.
  uint64_t next_ = 0;
  size_t live_count_ = 0;
  uint64_t held_bytes_ = 0;
};

}  // namespace weir
