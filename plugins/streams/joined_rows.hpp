#pragma once
// The way out of a join: pairs of rows become batches.
#include <string>
#include <string_view>
#include <vector>

#include <weir/emitter.hpp>
#include <weir/schema.hpp>

namespace weir::streams {

/// Collects pairs and emits them a batch at a time, in the order in which they were added.
///
/// Threads: one instance's.
class JoinedRows {
 public:
  /// Of an output row: the columns of the left, then those of the right without its keys. Where there is no
  /// left row, the left's keys are the right's. Needs: keys agree in number and type.
  JoinedRows(const Schema& left, const Schema& right, std::vector<size_t> left_keys,
             std::vector<size_t> right_keys);

  /// Adds a pair of rows as append_row() writes them.
  /// Borrows: until the next flush. Emits when a batch is full.
  void add(std::string_view left, std::string_view right, Emitter& emitter);
  void add_left_alone(std::string_view left, Emitter& emitter) { add(left, no_right_, emitter); }
  void add_right_alone(std::string_view right, Emitter& emitter);
  void flush(Emitter& emitter);

 private:
  static constexpr size_t kOutputRows = 8192;
  Batch made();

  const Schema left_;
  const Schema right_;
  const std::vector<size_t> left_keys_;
  const std::vector<size_t> right_keys_;
  const std::string no_left_;  // A row of nulls.
  const std::string no_right_;
  std::vector<std::string_view> lefts_;
  std::vector<std::string_view> rights_;
  std::vector<uint32_t> without_left_;  // Rows of what is collected.
};

}  // namespace weir::streams
