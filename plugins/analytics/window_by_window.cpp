#include "window_by_window.hpp"

#include <algorithm>

#include <weir/builder.hpp>

namespace weir::behaviour {

Status WindowByWindow::prepare(const Input& input, const std::optional<WindowOption>& window,
                               RowMarker marker, const std::string& advice) {
  WEIR_ASSIGN_OR_RETURN(windows_, Windows::make(window));
  if (!has_windows() && !input.is_bounded)
    return Status::invalid("window: its input never ends, so " + advice);
  marker_.emplace(std::move(marker));
  return {};
}

Result<Binding> WindowByWindow::begin_binding(const Schema& input,
                                              const std::vector<ColumnRef>& segment) const {
  WEIR_RETURN_IF_ERROR(check_keys(segment, input, "segment"));
  Binding binding = Binding::unknown({});
  if (has_windows()) {
    add_column(binding, "window_start", Type::kTimestamp);
    add_column(binding, "window_end", Type::kTimestamp);
  }
  for (const ColumnRef& ref : segment)
    binding.output(0).columns.push_back({input[ref.index], Derivation::kSame, {ColumnId(ref)}});
  return binding;
}

void WindowByWindow::add_column(Binding& binding, const char* name, Type type, bool is_nullable) const {
  binding.output(0).columns.push_back(
      {{name, type, is_nullable}, Derivation::kAggregated, marker_->columns_read()});
}

Status WindowByWindow::end_binding(Binding& binding, const Schema& input) const {
  WEIR_RETURN_IF_ERROR(check_names(binding.output(0), "segment"));
  binding.add_kept_output(input).reads(marker_->columns_read()).partial(marker_->partial_schema(input));
  binding.single_copy().needs_row_watermark();
  return {};
}

std::vector<Column> WindowByWindow::window_columns(size_t count) const {
  std::vector<Column> made;
  if (!has_windows()) return made;
  for (const int64_t time : {window_.start, window_.end}) {
    ColumnBuilder<int64_t> times(count, {}, Type::kTimestamp);
    std::ranges::fill(times.values(), time);
    made.push_back(std::move(times).finish());
  }
  return made;
}

void WindowByWindow::find_ends(const MarkedRows& marked, std::vector<int64_t>& ends) {
  ends.resize(marked.rows.size());
  Period window;
  for (size_t i = 0; i < ends.size(); ++i) {
    if (!window.holds(marked.times[i])) window = windows_.at(marked.times[i]);
    ends[i] = window.end;
  }
}

Result<Progress> WindowByWindow::process(Batch batch, size_t, Emitter& emitter) {
  if (mode() == Mode::kFinal) {
    WEIR_RETURN_IF_ERROR(keep(marker_->from_partial(std::move(batch))));
    return Progress::done();
  }
  WEIR_ASSIGN_OR_RETURN(MarkedRows marked, marker_->mark(std::move(batch), watermark_, emitter));
  leave_out(marked);
  if (mode() == Mode::kPartial) {
    emitter.emit(marker_->to_partial(marked));
  } else {
    WEIR_RETURN_IF_ERROR(keep(marked));
  }
  return Progress::done();
}

Result<Progress> WindowByWindow::on_watermark(int64_t time, size_t, Emitter& emitter) {
  watermark_ = std::max(watermark_, time);
  if (mode() == Mode::kPartial || !has_windows()) return Progress::done();
  due_upto_ = due_upto(watermark_);
  return more(emitter);
}

Result<Progress> WindowByWindow::on_end(size_t, Emitter& emitter) {
  if (mode() == Mode::kPartial) return Progress::done();
  has_ended_ = true;
  due_upto_ = kNever;
  return more(emitter);
}

Result<Progress> WindowByWindow::more(Emitter& emitter) {
  size_t portions = 0;
  for (;;) {
    if (phase_ == Phase::kWaiting) {
      WEIR_ASSIGN_OR_RETURN(const bool is_due, begin_window());
      if (!is_due) {
        WEIR_RETURN_IF_ERROR(forget(due_upto_));
        return Progress::done();
      }
    }
    if (phase_ == Phase::kCounting) {
      if (++portions > kPortionsAtOnce) return Progress::more();
      WEIR_ASSIGN_OR_RETURN(const bool is_more, count_portion(cursor_));
      if (is_more) continue;
      cursor_ = 0;
      phase_ = Phase::kGiving;
    } else {
      if (!emitter.has_room()) return Progress::more();
      WEIR_ASSIGN_OR_RETURN(const bool is_more, give_portion(cursor_, emitter));
      if (is_more) continue;
      phase_ = Phase::kWaiting;
      WEIR_RETURN_IF_ERROR(end());
    }
  }
}

Result<bool> WindowByWindow::begin_window() {
  if (!has_windows()) {
    if (!has_ended_ || is_given_) return false;
    is_given_ = true;
    window_ = windows_.at(0);
  } else {
    if (earliest_end_ > due_upto_) return false;
    WEIR_ASSIGN_OR_RETURN(earliest_end_, earliest_end());
    if (earliest_end_ > due_upto_ || earliest_end_ == kNever) return false;
    window_ = windows_.at(earliest_end_ - 1);
  }
  cursor_ = 0;
  phase_ = Phase::kCounting;
  WEIR_RETURN_IF_ERROR(begin());
  return true;
}

}  // namespace weir::behaviour
