#include "run_log.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <weir/builder.hpp>
#include <weir/gather.hpp>

#include "sort_memory.hpp"

namespace weir::basic {

void RunLog::declare(Binding& binding, const Schema& input) {
  log_.spec().values = input.fields;
  log_.spec().values.push_back({"run", Type::kInt64, false});
  log_.declare(binding);
}

Status RunLog::append(weir_context* context, Batch batch, uint64_t run) {
  ColumnBuilder<int64_t> runs(batch.row_count());
  std::ranges::fill(runs.values(), static_cast<int64_t>(run));
  const size_t at = batch.column_count();
  return log_.append(context, std::move(batch).with_column(at, std::move(runs).finish()).compact());
}

Result<Batch> RunLog::read(weir_context* context, uint64_t index) const {
  WEIR_ASSIGN_OR_RETURN(const Batch stored, log_.read(context, index));
  std::vector<Column> columns = stored.columns();
  columns.pop_back();
  return Batch::make(*stored, columns);
}

Result<RunLog::Found> RunLog::find(weir_context* context, const std::vector<SortColumn>& by) const {
  WEIR_ASSIGN_OR_RETURN(const uint64_t count, log_.count(context));
  std::map<int64_t, SortedRun> by_number;
  Found found;
  for (uint64_t i = 0; i < count; ++i) {
    WEIR_ASSIGN_OR_RETURN(const Batch stored, log_.read(context, i));
    if (stored.row_count() == 0) continue;
    SortedRun& run = by_number[stored.column<int64_t>(stored.column_count() - 1)[0]];
    run.batches.push_back(i);
    run.batch_bytes = std::max(run.batch_bytes, merge_bytes(stored, by));
    found.row_bytes = std::max(found.row_bytes, held_bytes(stored) / stored.row_count());
  }
  for (auto& [number, run] : by_number) found.runs.push_back(std::move(run));
  return found;
}

}  // namespace weir::basic
