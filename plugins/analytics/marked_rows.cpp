#include "marked_rows.hpp"

#include <numeric>
#include <optional>

#include <weir/builder.hpp>

namespace weir::behaviour {
namespace {

/// Adds `count` references to the columns from `first` on.
std::vector<ColumnRef> references(size_t first, size_t count) {
  std::vector<ColumnRef> made(count);
  for (size_t i = 0; i < count; ++i) made[i].index = first + i;
  return made;
}

void add_latest(const ColumnView<int64_t>& times, MarkedRows& rows) {
  std::optional<uint32_t> latest;
  for (uint32_t row = 0; row < times.size(); ++row)
    if (!times.is_null(row) && times[row] >= kEarliest && times[row] < kLatest &&
        (!latest || times[row] > times[*latest]))
      latest = row;
  if (!latest) return;
  rows.rows.push_back(*latest);
  rows.times.push_back(times[*latest]);
  rows.marks.push_back(0);
}

}  // namespace

void leave_out_unmarked(MarkedRows& marked) {
  leave_out_unless(marked, [&](size_t i) { return marked.marks[i] != 0; });
}

void leave_out_given(MarkedRows& marked, int64_t given_upto, weir_context* context) {
  const size_t late = leave_out_unless(marked, [&](size_t i) { return marked.times[i] >= given_upto; });
  if (late > 0) host()->metric_add(context, as_str("late_rows"), static_cast<int64_t>(late));
}

std::vector<ColumnId> RowMarker::columns_read() const {
  std::vector<ColumnId> read = who_.columns();
  for (const Mark& mark : marks_)
    if (mark.condition)
      for (const uint32_t column : mark.condition.columns()) read.emplace_back(0, column);
  read.insert(read.end(), carried_.begin(), carried_.end());
  return read;
}

Schema RowMarker::partial_schema(const Schema& input) const {
  Schema made;
  made.fields = who_.key_fields(input);
  for (const ColumnRef& ref : carried_) made.fields.push_back(input[ref.index]);
  // Names of the host's own making: a key may be called anything.
  for (size_t i = 0; i < made.size(); ++i) made.fields[i].name = "c" + std::to_string(i);
  made.fields.push_back({"time", Type::kTimestamp, false});
  made.fields.push_back({"marks", Type::kUint32, false});
  return made;
}

Result<MarkedRows> RowMarker::mark(Batch batch, int64_t watermark_us, Emitter& emitter) const {
  RowErrors errors;
  WEIR_ASSIGN_OR_RETURN(const std::vector<uint32_t> marks, marks_of(batch, errors));
  SortedOut sorted = who_.sort_out(batch, watermark_us, errors);
  if (!errors.is_empty()) emitter.reject(batch, first_of_each_row(errors));
  if (!sorted.late.empty()) {
    host()->metric_add(emitter.context(), as_str("late_rows"), static_cast<int64_t>(sorted.late.size()));
    emitter.emit(batch.select(sorted.late), 1);
  }
  if (!sorted.without_key.empty())
    host()->metric_add(emitter.context(), as_str("rows_without_key"),
                       static_cast<int64_t>(sorted.without_key.size()));
  MarkedRows made;
  const auto times = batch.column<int64_t>(who_.time);
  for (const uint32_t row : sorted.good) {
    if (marks[row] == 0 && keeps_ != Keeps::kEveryRow) continue;
    made.rows.push_back(row);
    made.times.push_back(times[row]);
    made.marks.push_back(marks[row]);
  }
  if (keeps_ == Keeps::kMarkedRowsAndLatest) add_latest(times, made);
  made.keys = who_.by;
  made.carried = carried_;
  made.batch = std::move(batch);
  return made;
}

Result<std::vector<uint32_t>> RowMarker::marks_of(const Batch& batch, RowErrors& errors) const {
  std::vector<uint32_t> marks(batch.row_count());
  for (const Mark& mark : marks_) {
    const uint32_t bit = uint32_t{1} << mark.bit;
    if (!mark.condition) {
      for (uint32_t& of_row : marks) of_row |= bit;
      continue;
    }
    WEIR_ASSIGN_OR_RETURN(const Column column, mark.condition.evaluate(batch, errors));
    const BoolColumn is_true(*column);
    for (size_t row = 0; row < marks.size(); ++row)
      if (is_true[row] && !is_true.is_null(row)) marks[row] |= bit;
  }
  return marks;
}

Batch RowMarker::to_partial(const MarkedRows& marked) const {
  std::vector<Column> columns;
  for (const ColumnRef& ref : marked.keys)
    columns.push_back(gather(marked.batch.raw_column(ref.index), marked.rows));
  for (const ColumnRef& ref : marked.carried)
    columns.push_back(gather(marked.batch.raw_column(ref.index), marked.rows));
  ColumnBuilder<int64_t> times(marked.rows.size(), {}, Type::kTimestamp);
  std::ranges::copy(marked.times, times.values().begin());
  columns.push_back(std::move(times).finish());
  ColumnBuilder<uint32_t> marks(marked.rows.size());
  std::ranges::copy(marked.marks, marks.values().begin());
  columns.push_back(std::move(marks).finish());
  return new_batch(columns, marked.rows.size());
}

MarkedRows RowMarker::from_partial(Batch partial) const {
  MarkedRows made;
  const size_t key_count = who_.by.size();
  const size_t carried_count = carried_.size();
  made.keys = references(0, key_count);
  made.carried = references(key_count, carried_count);
  made.rows.resize(partial.row_count());
  std::iota(made.rows.begin(), made.rows.end(), 0U);
  const auto times = partial.column<int64_t>(key_count + carried_count);
  made.times.assign(times.values().begin(), times.values().end());
  const auto marks = partial.column<uint32_t>(key_count + carried_count + 1);
  made.marks.assign(marks.values().begin(), marks.values().end());
  made.batch = std::move(partial);
  return made;
}

Status check_keys(const std::vector<ColumnRef>& columns, const Schema& input, const std::string& option) {
  for (const ColumnRef& ref : columns)
    if (input[ref.index].type.type >= Type::kList)
      return Status::invalid(option + ": '" + ref.name + "' is " + input[ref.index].type.to_string() +
                             ", which cannot be a key");
  return {};
}

Status check_names(const OutputPort& output, const std::string& option) {
  std::set<std::string> names;
  for (const OutputColumn& column : output.columns)
    if (!names.insert(column.field.name).second)
      return Status::invalid(option + ": two columns of its output would be called '" + column.field.name +
                             "'; rename it before");
  return {};
}

}  // namespace weir::behaviour
