#include "runtime/reject_writer.hpp"

#include <algorithm>
#include <cstdio>
#include <unordered_set>
#include <utility>
#include <weir/builder.hpp>

#include "data/row_json.hpp"
#include "runtime/operator.hpp"
#include "runtime/run_shared.hpp"
#include "runtime/stage_copy.hpp"

namespace weir {
namespace {

constexpr uint64_t kWindowRows = 10'000;
constexpr size_t kShownReasons = 3;

Batch errors_batch(const std::string& run_id, const BoundNode& node, const std::string& partition,
                   int64_t now_us, const std::vector<HeldRejection>& rows) {
  ColumnBuilder<int64_t> time{DataType(Type::kTimestamp)};
  std::vector<StringBuilder> texts(8);  // run, node, port, component, code, message, partition, column
  ColumnBuilder<int64_t> offset;
  StringBuilder raw(Type::kBinary);
  for (const HeldRejection& row : rows) {
    time.append(now_us);
    texts[0].append(run_id);
    texts[1].append(node.name);
    texts[2].append("errors");
    texts[3].append(node.component_name);
    texts[4].append(row.code);
    texts[5].append(row.message);
    partition.empty() ? texts[6].append_null() : texts[6].append(partition);
    row.offset < 0 ? offset.append_null() : offset.append(row.offset);
    row.column.empty() ? texts[7].append_null() : texts[7].append(row.column);
    raw.append(row.raw);
  }
  std::vector<Column> columns;
  columns.push_back(std::move(time).finish());
  for (size_t i = 0; i < 7; ++i) columns.push_back(std::move(texts[i]).finish());
  columns.push_back(std::move(offset).finish());
  columns.push_back(std::move(texts[7]).finish());
  columns.push_back(std::move(raw).finish());
  return Batch::make(rows.size(), columns);
}

}  // namespace

RejectWriter::RejectWriter(const BoundNode& node, std::string run_id, DeadLetterStore& dead_letters)
    : node_(node),
      run_id_(std::move(run_id)),
      dead_letters_(dead_letters),
      schema_(node.inputs.empty() ? node.outputs.front() : node.inputs.front()) {}

std::string RejectWriter::json_of_row(const Batch& batch, int64_t row) const {
  std::string json;
  append_row_json(*schema_.get(), *batch, row, json);
  return json;
}

void RejectWriter::reject_rows(Operator& op, const Batch& batch, std::vector<HeldRejection> rows) {
  std::unordered_set<int64_t> known;
  std::erase_if(rows,
                [&](const HeldRejection& row) { return row.row >= 0 && !known.insert(row.row).second; });
  for (HeldRejection& row : rows) {
    if (row.raw.empty()) row.raw = json_of_row(batch, row.row);
    if (row.offset < 0 && batch->origin.partition != 0) row.offset = batch->origin.first;
  }
  const std::string partition =
      batch->origin.partition == 0 ? std::string() : op.run().partition_name(batch->origin.partition);
  write(op, partition, rows, batch.row_count());
}

void RejectWriter::reject_bytes(Operator& op, const std::string& partition,
                                const std::vector<HeldRejection>& rows, size_t seen_rows) {
  write(op, partition, rows, seen_rows);
}

void RejectWriter::write(Operator& op, const std::string& partition, const std::vector<HeldRejection>& rows,
                         size_t seen_rows) {
  if (rows.empty()) return;
  op.metrics().rows_rejected.add_alone(rows.size());
  Batch batch = errors_batch(run_id_, node_, partition, op.run().world().clock.now_us(), rows);
  const bool is_read = op.out(kErrorsPort).is_read();
  if (const Status status = over_limit(rows, seen_rows, is_read); !status.is_ok()) {
    op.run().fail(node_.name, status);
    return;
  }
  if (is_read) return op.emit_errors(std::move(batch));
  if (node_.errors.kind != ErrorPolicy::Kind::kDeadLetter) return;
  const Status status = dead_letters_.append(batch);
  if (status.code() == Code::kNoSpace) return op.stage().wait_for_room(dead_letters_, status);
  if (!status.is_ok()) op.run().fail(node_.name, status);
}

void RejectWriter::count_by_code(std::vector<ErrorCount>& into) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [code, rows] : by_code_) into.push_back({node_.name, code, rows});
}

std::string RejectWriter::latest_reasons() const {
  std::string text;
  for (const std::string& reason : latest_) text += "\n  " + reason;
  return text;
}

// What on_error says is meant for rows that nothing reads; max_errors for all.
Status RejectWriter::over_limit(const std::vector<HeldRejection>& rows, size_t seen_rows, bool is_read) {
  const std::lock_guard lock(mutex_);
  for (const HeldRejection& row : rows) {
    if (latest_.size() == kShownReasons) latest_.pop_front();
    latest_.push_back(row.message);
    ++by_code_[row.code];
  }
  bad_rows_ += rows.size();
  if (node_.errors.kind == ErrorPolicy::Kind::kFail && !is_read) {
    return Status::invalid("a row was rejected, and on_error is fail:" + latest_reasons());
  }
  WEIR_RETURN_IF_ERROR(over_count());
  return over_share(rows.size(), seen_rows);
}

Status RejectWriter::over_count() const {
  const auto& limit = node_.errors.max_count;
  if (!limit || bad_rows_ <= static_cast<uint64_t>(*limit)) return {};
  return Status::invalid(std::to_string(bad_rows_) + " rows were rejected, more than max_errors: " +
                         std::to_string(*limit) + "; the last:" + latest_reasons());
}

Status RejectWriter::over_share(size_t bad_rows, size_t seen_rows) {
  const auto& limit = node_.errors.max_share;
  if (!limit) return {};
  const uint64_t end_row = rows_so_far();
  window_.push_back({end_row, seen_rows, bad_rows});
  window_seen_rows_ += seen_rows;
  window_bad_rows_ += bad_rows;
  while (window_.front().end_row + kWindowRows <= end_row) {
    window_seen_rows_ -= window_.front().seen_rows;
    window_bad_rows_ -= window_.front().bad_rows;
    window_.pop_front();
  }
  // Which rows of a call were bad is not known: a large one counts as a whole.
  const uint64_t rows = std::max(kWindowRows, window_seen_rows_);
  if (static_cast<double>(window_bad_rows_) <= *limit * static_cast<double>(rows)) return {};
  char share[32];
  std::snprintf(share, sizeof(share), "%g%%", *limit * 100);
  return Status::invalid(
      std::to_string(window_bad_rows_) + " of the last " + std::to_string(std::min(rows, end_row)) +
      " rows were rejected, more than max_errors: " + share + "; the last:" + latest_reasons());
}

/// How many rows the node has read or taken in, on all its copies.
uint64_t RejectWriter::rows_so_far() const {
  uint64_t rows = 0;
  for (const NodeMetrics* const one : metrics_) {
    rows += node_.kind() == WEIR_KIND_SOURCE ? one->rows_out.get() + one->rows_rejected.get()
                                             : one->rows_in.get();
  }
  return rows;
}

}  // namespace weir
