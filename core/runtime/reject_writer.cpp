#include "runtime/reject_writer.hpp"

#include <utility>
#include <weir/builder.hpp>

#include "data/row_json.hpp"
#include "runtime/operator.hpp"
#include "runtime/run_shared.hpp"

namespace weir {
namespace {

constexpr uint64_t kWindowRows = 10'000;

Batch errors_batch(const std::string& run_id, const BoundNode& node, const std::string& partition,
                   int64_t now_us, const std::vector<HeldRejection>& rows) {
  ColumnBuilder<int64_t> time(DataType(Type::kTimestamp));
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
  for (HeldRejection& row : rows) {
    if (row.raw.empty()) row.raw = json_of_row(batch, row.row);
    if (row.offset < 0 && batch->origin.partition != 0) row.offset = batch->origin.first;
  }
  const std::string partition =
      batch->origin.partition == 0 ? std::string() : op.run().partition_name(batch->origin.partition);
  write(op, partition, std::move(rows));
}

void RejectWriter::reject_bytes(Operator& op, const std::string& partition, std::vector<HeldRejection> rows) {
  write(op, partition, std::move(rows));
}

void RejectWriter::write(Operator& op, const std::string& partition, std::vector<HeldRejection> rows) {
  if (rows.empty()) return;
  op.metrics().rows_rejected.add_alone(rows.size());
  Batch batch = errors_batch(run_id_, node_, partition, op.run().world().clock.now_us(), rows);
  if (op.out(kErrorsPort).is_read()) {
    op.emit_errors(std::move(batch));
    return;
  }
  if (const Status status = over_limit(op, rows); !status.is_ok()) {
    op.run().fail(node_.name, status);
    return;
  }
  if (node_.errors.kind != ErrorPolicy::Kind::kDeadLetter) return;
  if (const Status status = dead_letters_.append(batch); !status.is_ok()) op.run().fail(node_.name, status);
}

Status RejectWriter::over_limit(Operator&, const std::vector<HeldRejection>& rows) {
  const std::lock_guard lock(mutex_);
  for (const HeldRejection& row : rows) {
    if (latest_.size() == 3) latest_.pop_front();
    latest_.push_back(row.message);
  }
  const uint64_t bad = bad_rows_.fetch_add(rows.size()) + rows.size();
  const uint64_t good = good_rows_.load();
  const auto reasons = [&] {
    std::string text;
    for (const std::string& reason : latest_) text += "\n  " + reason;
    return text;
  };
  if (node_.errors.kind == ErrorPolicy::Kind::kFail) {
    return Status::invalid("a row was rejected, and on_error is fail:" + reasons());
  }
  if (node_.errors.max_count && bad > static_cast<uint64_t>(*node_.errors.max_count)) {
    return Status::invalid(std::to_string(bad) + " rows were rejected, more than max_errors: " +
                           std::to_string(*node_.errors.max_count) + "; the last:" + reasons());
  }
  const uint64_t seen = good + bad - window_good_ - window_bad_;
  if (node_.errors.max_share && seen >= kWindowRows) {
    const double share = static_cast<double>(bad - window_bad_) / static_cast<double>(seen);
    window_good_ = good;
    window_bad_ = bad;
    if (share > *node_.errors.max_share) {
      return Status::invalid("more than max_errors of the last " + std::to_string(seen) +
                             " rows were rejected; the last:" + reasons());
    }
  }
  return {};
}

}  // namespace weir
