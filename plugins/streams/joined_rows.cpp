#include "joined_rows.hpp"

#include <algorithm>
#include <numeric>

#include "row_bytes.hpp"

namespace weir::streams {
namespace {

std::string row_of_nulls(const Schema& schema) {
  std::vector<Column> columns;
  for (const Field& field : schema.fields) columns.push_back(null_column(field.type, 1));
  std::string row;
  append_row(Batch::make(1, columns), 0, row);
  return row;
}

}  // namespace

JoinedRows::JoinedRows(const Schema& left, const Schema& right, std::vector<size_t> left_keys,
                       std::vector<size_t> right_keys)
    : left_(left),
      right_(right),
      left_keys_(std::move(left_keys)),
      right_keys_(std::move(right_keys)),
      no_left_(row_of_nulls(left)),
      no_right_(row_of_nulls(right)) {}

void JoinedRows::add(std::string_view left, std::string_view right, Emitter& emitter) {
  lefts_.push_back(left);
  rights_.push_back(right);
  if (lefts_.size() >= kOutputRows) flush(emitter);
}

void JoinedRows::add_right_alone(std::string_view right, Emitter& emitter) {
  without_left_.push_back(static_cast<uint32_t>(lefts_.size()));
  add(no_left_, right, emitter);
}

void JoinedRows::flush(Emitter& emitter) {
  if (lefts_.empty()) return;
  emitter.emit(made());
  lefts_.clear();
  rights_.clear();
  without_left_.clear();
}

Batch JoinedRows::made() {
  std::vector<Column> columns = columns_of(left_.fields, lefts_);
  std::vector<Column> rights = columns_of(right_.fields, rights_);
  for (size_t i = 0; !without_left_.empty() && i < left_keys_.size(); ++i) {
    Column& key = columns[left_keys_[i]];
    std::vector<uint32_t> picks(lefts_.size());
    std::iota(picks.begin(), picks.end(), 0U);
    for (const uint32_t row : without_left_) picks[row] += static_cast<uint32_t>(lefts_.size());
    const Column both[] = {key, rights[right_keys_[i]]};
    key = gather(*concat(both), picks);
  }
  for (size_t i = 0; i < rights.size(); ++i)
    if (std::ranges::find(right_keys_, i) == right_keys_.end()) columns.push_back(std::move(rights[i]));
  weir_batch like{};
  like.row_count = static_cast<int64_t>(lefts_.size());
  like.entered_ns = host()->monotonic_ns(host());
  return Batch::make(like, columns);
}

}  // namespace weir::streams
