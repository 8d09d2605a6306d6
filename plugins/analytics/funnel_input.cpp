#include "funnel_input.hpp"

#include <numeric>

#include <weir/builder.hpp>

namespace weir::behaviour {
namespace {

/// Adds `count` references to the columns from `first` on.
std::vector<ColumnRef> references(size_t first, size_t count) {
  std::vector<ColumnRef> made(count);
  for (size_t i = 0; i < count; ++i) made[i].index = first + i;
  return made;
}

}  // namespace

Schema FunnelInput::partial_schema(const Schema& input) const {
  Schema made;
  made.fields = who_.key_fields(input);
  for (const ColumnRef& ref : options_.segment) made.fields.push_back(input[ref.index]);
  // Names of the host's own making: a key may be called anything.
  for (size_t i = 0; i < made.size(); ++i) made.fields[i].name = "c" + std::to_string(i);
  made.fields.push_back({"time", Type::kTimestamp, false});
  made.fields.push_back({"marks", Type::kUint32, false});
  return made;
}

Result<MarkedRows> FunnelInput::mark(Batch batch, int64_t watermark_us, Emitter& emitter) const {
  RowErrors errors;
  WEIR_ASSIGN_OR_RETURN(const std::vector<uint32_t> marks, marks_of(batch, errors));
  SortedOut sorted = who_.sort_out(batch, watermark_us, errors);
  if (!errors.is_empty()) emitter.reject(batch, first_of_each_row(errors));
  if (!sorted.late.empty()) {
    host()->metric_add(emitter.context(), as_str("late_rows"), static_cast<int64_t>(sorted.late.size()));
    emitter.emit(batch.select(sorted.late), 1);
  }
  if (sorted.without_key_count > 0)
    host()->metric_add(emitter.context(), as_str("rows_without_key"),
                       static_cast<int64_t>(sorted.without_key_count));
  MarkedRows made;
  const auto times = batch.column<int64_t>(who_.time);
  const bool keeps_every_row = options_.keeps_every_row();
  for (const uint32_t row : sorted.good) {
    if (marks[row] == 0 && !keeps_every_row) continue;
    made.rows.push_back(row);
    made.times.push_back(times[row]);
    made.marks.push_back(marks[row]);
  }
  made.keys = who_.by;
  made.segments = options_.segment;
  made.batch = std::move(batch);
  return made;
}

Result<std::vector<uint32_t>> FunnelInput::marks_of(const Batch& batch, RowErrors& errors) const {
  std::vector<uint32_t> marks(batch.row_count());
  for (size_t i = 0; i < marks_.size(); ++i) {
    const size_t bit = i < options_.steps.size() ? i : kMaxSteps + i - options_.steps.size();
    WEIR_ASSIGN_OR_RETURN(const Column column, marks_[i].evaluate(batch, errors));
    const BoolColumn is_true(*column);
    for (size_t row = 0; row < marks.size(); ++row)
      if (is_true[row] && !is_true.is_null(row)) marks[row] |= uint32_t{1} << bit;
  }
  return marks;
}

Batch FunnelInput::to_partial(const MarkedRows& marked) const {
  std::vector<Column> columns;
  for (const ColumnRef& ref : marked.keys)
    columns.push_back(gather(marked.batch.raw_column(ref.index), marked.rows));
  for (const ColumnRef& ref : marked.segments)
    columns.push_back(gather(marked.batch.raw_column(ref.index), marked.rows));
  ColumnBuilder<int64_t> times(marked.rows.size(), {}, Type::kTimestamp);
  std::ranges::copy(marked.times, times.values().begin());
  columns.push_back(std::move(times).finish());
  ColumnBuilder<uint32_t> marks(marked.rows.size());
  std::ranges::copy(marked.marks, marks.values().begin());
  columns.push_back(std::move(marks).finish());
  return new_batch(columns, marked.rows.size());
}

MarkedRows FunnelInput::from_partial(Batch partial) const {
  MarkedRows made;
  const size_t key_count = who_.by.size();
  const size_t segment_count = options_.segment.size();
  made.keys = references(0, key_count);
  made.segments = references(key_count, segment_count);
  made.rows.resize(partial.row_count());
  std::iota(made.rows.begin(), made.rows.end(), 0U);
  const auto times = partial.column<int64_t>(key_count + segment_count);
  made.times.assign(times.values().begin(), times.values().end());
  const auto marks = partial.column<uint32_t>(key_count + segment_count + 1);
  made.marks.assign(marks.values().begin(), marks.values().end());
  made.batch = std::move(partial);
  return made;
}

}  // namespace weir::behaviour
