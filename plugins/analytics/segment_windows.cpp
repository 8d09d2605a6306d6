#include "segment_windows.hpp"

#include <numeric>

namespace weir::behaviour {
namespace {

std::optional<size_t> find_time(const Schema& schema, const char* name) {
  const auto found = schema.find(name);
  if (!found || schema[*found].type.type != Type::kTimestamp) return {};
  return static_cast<size_t>(*found);
}

}  // namespace

Result<SegmentWindows> SegmentWindows::make(const KMeansOption& option, const Input& input) {
  const Schema& schema = input.schema;
  SegmentWindows made;
  if (!option.window) {
    if (input.is_bounded) return made;
    return Status::invalid(
        "kmeans.window: its input never ends, so without windows no cluster is ever complete; say for "
        "example "
        "window: {calendar: day}");
  }
  if (const auto* const window = std::get_if<WindowOption>(&*option.window)) {
    if (schema.event_time < 0)
      return Status::invalid(
          "kmeans.window: its input carries no event time; declare event_time at a node before it, for "
          "example "
          "event_time: {column: ts}");
    for (const char* name : {"window_start", "window_end"})
      if (schema.find(name))
        return Status::invalid(
            "kmeans.window: its input has a column '" + std::string(name) +
            "' already; say window: input for the windows that its rows have, or rename it "
            "before");
    made.kind_ = Kind::kOfTime;
    auto windows = Windows::make(*window);
    if (!windows.is_ok()) return windows.status().with_context("kmeans");
    made.windows_ = std::move(*windows);
    made.when_.time = static_cast<size_t>(schema.event_time);
    made.when_.time_name = schema[made.when_.time].name;
    return made;
  }
  const auto start = find_time(schema, "window_start");
  const auto end = find_time(schema, "window_end");
  if (!start || !end)
    return Status::invalid(
        "kmeans.window: its input has no columns window_start and window_end of type timestamp; put an "
        "aggregate with a window before it, or say for example window: {calendar: day}");
  made.kind_ = Kind::kOfInput;
  made.start_ = *start;
  made.end_ = *end;
  made.lateness_us_ = option.allowed_lateness.count();
  return made;
}

std::vector<ColumnId> SegmentWindows::columns_read() const {
  if (kind_ == Kind::kOfTime) return when_.columns();
  if (kind_ == Kind::kWhole) return {};
  return {ColumnId(0, static_cast<uint32_t>(start_)), ColumnId(0, static_cast<uint32_t>(end_))};
}

void SegmentWindows::sort_out(const Batch& batch, int64_t watermark_us, uint32_t late_port, Emitter& emitter,
                              WindowedRows& found) {
  found.rows.clear();
  found.starts.clear();
  found.ends.clear();
  RowErrors errors;
  std::vector<uint32_t> late;
  if (kind_ == Kind::kOfTime) {
    sort_out_by_time(batch, watermark_us, errors, late, found);
  } else if (kind_ == Kind::kOfInput) {
    sort_out_by_end(batch, watermark_us, errors, late, found);
  } else {
    found.rows.resize(batch.row_count());
    std::iota(found.rows.begin(), found.rows.end(), 0U);
    found.starts.resize(batch.row_count(), kBeforeAll);
    found.ends.resize(batch.row_count(), kNever);
  }
  emitter.reject(batch, errors);
  if (late.empty()) return;
  host()->metric_add(emitter.context(), as_str("late_rows"), static_cast<int64_t>(late.size()));
  emitter.emit(batch.select(late), late_port);
}

void SegmentWindows::sort_out_by_time(const Batch& batch, int64_t watermark_us, RowErrors& errors,
                                      std::vector<uint32_t>& late, WindowedRows& found) {
  const RowTimes times(batch, when_.time, watermark_us);
  Period window;
  for (uint32_t row = 0; row < batch.row_count(); ++row) {
    if (!when_.check(times, row, errors)) continue;
    if (!window.holds(times[row])) window = windows_.at(times[row]);
    if (window.end <= times.reached(row)) {
      late.push_back(row);
      continue;
    }
    found.rows.push_back(row);
    found.starts.push_back(window.start);
    found.ends.push_back(window.end);
  }
}

void SegmentWindows::sort_out_by_end(const Batch& batch, int64_t watermark_us, RowErrors& errors,
                                     std::vector<uint32_t>& late, WindowedRows& found) const {
  const auto starts = batch.column<int64_t>(start_);
  const auto ends = batch.column<int64_t>(end_);
  for (uint32_t row = 0; row < batch.row_count(); ++row) {
    if (starts.is_null(row) || ends.is_null(row)) {
      errors.add(row, "missing-event-time", "the row has no window", "window_end");
    } else if (ends[row] >= kLatest || ends[row] < kEarliest) {
      errors.add(row, "bad-event-time", "the window lies before the year 1 or behind the year 9998",
                 "window_end");
    } else if (ends[row] <= due_upto(watermark_us)) {
      late.push_back(row);
    } else {
      found.rows.push_back(row);
      found.starts.push_back(starts[row]);
      found.ends.push_back(ends[row]);
    }
  }
}

}  // namespace weir::behaviour
