#include "runtime/program_operator.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <weir/expression.hpp>
#include <weir/gather.hpp>

#include "expr/compile.hpp"
#include "runtime/reject_writer.hpp"

namespace weir {
namespace {

/// Rows that an expression could not answer for, kept with their reasons.
class FaultRows final : public weir_row_faults {
 public:
  FaultRows() : weir_row_faults{sizeof(weir_row_faults), 0, &FaultRows::add_row} {}
  std::vector<HeldRejection>& rows() { return rows_; }

 private:
  static void add_row(weir_row_faults* self, const weir_row_fault* fault) {
    HeldRejection row;
    row.row = fault->row;
    row.code = as_view(fault->code);
    row.message = as_view(fault->message);
    static_cast<FaultRows*>(self)->rows_.push_back(std::move(row));
  }
  std::vector<HeldRejection> rows_;
};

}  // namespace

ProgramOperator::ProgramOperator(OperatorSetup setup, const weir_program& program)
    : Operator(std::move(setup)), program_(program) {
  for (const weir_program_column& column : std::span(program_.columns, program_.column_count)) {
    if (column.expression == nullptr) read_.push_back(column.source);
    // A row that cannot be computed is shown whole to whoever looks at the rejected ones.
    reads_all_ = reads_all_ || column.expression != nullptr;
  }
  std::ranges::sort(read_);
  read_.erase(std::ranges::unique(read_).begin(), read_.end());
}

weir_answer ProgramOperator::process(uint32_t, Batch batch, weir_wake&, weir_fault& fault) {
  bool failed = false;
  if (program_.where != nullptr) batch = filtered(std::move(batch), fault, failed);
  if (failed) return WEIR_FAILED;
  if (!batch || batch.row_count() == 0) return WEIR_DONE;
  batch = computed(std::move(batch), fault, failed);
  if (failed) return WEIR_FAILED;
  if (batch) emit(0, std::move(batch));
  return WEIR_DONE;
}

Batch ProgramOperator::filtered(Batch batch, weir_fault& fault, bool& failed) {
  FaultRows faults;
  weir_column* made = nullptr;
  if (host()->evaluate(program_.where, batch.get(), &made, &faults, &fault) != 0) {
    failed = true;
    return {};
  }
  const Column is_kept = Column::adopt(made);
  // Rows that failed are null in the result, so they are not kept.
  if (!faults.rows().empty()) rejects().reject_rows(*this, batch, std::move(faults.rows()));
  kept_.resize(batch.row_count());
  kept_.resize(expr::to_selection(*is_kept, kept_.data()));
  if (kept_.size() == batch.row_count()) return batch;
  if (kept_.empty()) return {};
  std::vector<Column> columns;
  columns.reserve(batch.column_count());
  for (uint32_t i = 0; i < batch.column_count(); ++i) {
    // A column that nothing reads from here on stays as it is: nobody looks at its length.
    const bool is_read = reads_all_ || std::ranges::binary_search(read_, i);
    columns.push_back(is_read ? gather(batch.raw_column(i), kept_) : batch.column(i));
  }
  weir_batch view = *batch;
  view.row_count = static_cast<int64_t>(kept_.size());
  Column watermark;
  Column origin;
  if (view.row_watermark != nullptr)
    view.row_watermark = (watermark = gather(*view.row_watermark, kept_)).get();
  if (view.row_origin != nullptr) view.row_origin = (origin = gather(*view.row_origin, kept_)).get();
  return Batch::make(view, columns);
}

Batch ProgramOperator::computed(Batch batch, weir_fault& fault, bool& failed) {
  FaultRows faults;
  std::vector<Column> columns;
  columns.reserve(program_.column_count);
  for (uint32_t i = 0; i < program_.column_count; ++i) {
    const weir_program_column& column = program_.columns[i];
    if (column.expression == nullptr) {
      columns.push_back(batch.column(column.source));
      continue;
    }
    weir_column* made = nullptr;
    if (host()->evaluate(column.expression, batch.get(), &made, &faults, &fault) != 0) {
      failed = true;
      return {};
    }
    columns.push_back(Column::adopt(made));
  }
  Batch result = Batch::make(*batch, columns);
  if (faults.rows().empty()) return result;
  std::vector<bool> is_bad(batch.row_count());
  for (const HeldRejection& row : faults.rows()) is_bad[static_cast<size_t>(row.row)] = true;
  rejects().reject_rows(*this, batch, std::move(faults.rows()));
  kept_.clear();
  for (uint32_t row = 0; row < is_bad.size(); ++row) {
    if (!is_bad[row]) kept_.push_back(row);
  }
  return result.select(kept_);
}

}  // namespace weir
