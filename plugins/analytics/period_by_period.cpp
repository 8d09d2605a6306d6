#include "period_by_period.hpp"

#include <algorithm>

#include <weir/builder.hpp>

namespace weir::behaviour {

Status PeriodByPeriod::prepare(const Schema& input) {
  WEIR_ASSIGN_OR_RETURN(const WhoAndWhen who, WhoAndWhen::make(choice_.by, input));
  if (choice_.unit) {
    auto calendar = CivilPeriods::make(*choice_.unit, choice_.timezone);
    if (!calendar.is_ok()) return calendar.status().with_context("timezone");
    calendar_ = std::move(*calendar);
  }
  marker_.emplace(who, std::vector<Mark>{Mark{}}, choice_.carried, RowMarker::Keeps::kMarkedRowsAndLatest);
  return {};
}

Binding PeriodByPeriod::begin_binding() const {
  Binding binding = Binding::unknown({});
  if (!has_periods()) return binding;
  add_column(binding, "window_start", Type::kTimestamp);
  add_column(binding, "window_end", Type::kTimestamp);
  return binding;
}

void PeriodByPeriod::add_column(Binding& binding, const char* name, const DataType& type,
                                bool is_nullable) const {
  binding.output(0).columns.push_back(
      {{name, type, is_nullable}, Derivation::kAggregated, marker_->columns_read()});
}

void PeriodByPeriod::keep_columns(Binding& binding, const Schema& input,
                                  const std::vector<ColumnRef>& columns) {
  for (const ColumnRef& ref : columns)
    binding.output(0).columns.push_back({input[ref.index], Derivation::kSame, {ColumnId(ref)}});
}

void PeriodByPeriod::end_binding(Binding& binding, const Schema& input) {
  binding.add_kept_output(input).reads(marker_->columns_read()).partial(marker_->partial_schema(input));
  binding.single_copy().needs_row_watermark();
  age_.declare(binding);
  periods_.declare(binding);
}

std::vector<Column> PeriodByPeriod::window_columns(const OverPeriod& over, size_t count) const {
  std::vector<Column> made;
  if (!has_periods()) return made;
  for (const int64_t time : {over.period.start, over.period.end}) {
    ColumnBuilder<int64_t> times(count, {}, Type::kTimestamp);
    std::ranges::fill(times.values(), time);
    made.push_back(std::move(times).finish());
  }
  return made;
}

Result<Progress> PeriodByPeriod::process(Batch batch, size_t, Emitter& emitter) {
  if (mode() == Mode::kFinal) {
    WEIR_RETURN_IF_ERROR(take(marker_->from_partial(std::move(batch))));
    return Progress::done();
  }
  WEIR_ASSIGN_OR_RETURN(MarkedRows marked, marker_->mark(std::move(batch), watermark_, emitter));
  if (mode() == Mode::kPartial) {
    emitter.emit(marker_->to_partial(marked));
  } else {
    WEIR_RETURN_IF_ERROR(take(std::move(marked)));
  }
  return Progress::done();
}

Result<Progress> PeriodByPeriod::on_watermark(int64_t time, size_t, Emitter& emitter) {
  watermark_ = std::max(watermark_, time);
  if (mode() == Mode::kPartial || watermark_ >= kLatest) return Progress::done();
  due_upto_ = watermark_;
  return more(emitter);
}

Result<Progress> PeriodByPeriod::on_end(size_t, Emitter& emitter) {
  if (mode() == Mode::kPartial) return Progress::done();
  has_ended_ = true;
  due_upto_ = kNever;
  return more(emitter);
}

Result<Progress> PeriodByPeriod::more(Emitter& emitter) {
  size_t portions = 0;
  for (;;) {
    if (phase_ == Phase::kWaiting) {
      WEIR_ASSIGN_OR_RETURN(const bool is_due, begin_period());
      if (!is_due) return Progress::done();
    }
    if (phase_ == Phase::kCounting) {
      if (++portions > kPortionsAtOnce) return Progress::more();
      WEIR_ASSIGN_OR_RETURN(const bool is_more, count_portion(over_, cursor_));
      if (is_more) continue;
      cursor_ = 0;
      phase_ = Phase::kGiving;
    }
    if (!emitter.has_room()) return Progress::more();
    WEIR_ASSIGN_OR_RETURN(const bool is_more, give_portion(over_, cursor_, emitter));
    if (!is_more) WEIR_RETURN_IF_ERROR(end_period());
  }
}

Status PeriodByPeriod::take(MarkedRows marked) {
  if (marked.rows.empty()) return {};
  WEIR_ASSIGN_OR_RETURN(Age* const age, the_age());
  age->latest_time = std::max(age->latest_time, *std::ranges::max_element(marked.times));
  leave_out_unmarked(marked);
  leave_out_given(marked, age->given_upto, context());
  if (marked.rows.empty()) return {};
  age->first_time = std::min(age->first_time, *std::ranges::min_element(marked.times));
  ends_.resize(marked.rows.size());
  Period period;
  for (size_t i = 0; i < ends_.size(); ++i) {
    if (!period.holds(marked.times[i])) period = period_at(marked.times[i]);
    ends_[i] = period.end;
  }
  WEIR_RETURN_IF_ERROR(note_periods());
  return keep(marked, ends_);
}

Status PeriodByPeriod::note_periods() {
  different_ends_.clear();
  for (const int64_t end : ends_)
    if (different_ends_.empty() || different_ends_.back() != end) different_ends_.push_back(end);
  std::ranges::sort(different_ends_);
  different_ends_.erase(std::ranges::unique(different_ends_).begin(), different_ends_.end());
  earliest_end_ = std::min(earliest_end_, different_ends_.front());
  Keys keys(std::span<const weir_column* const>(), different_ends_.size());
  return periods_.find_or_insert(context(), keys.namespaces(different_ends_)).status();
}

Result<PeriodByPeriod::Age*> PeriodByPeriod::the_age() {
  WEIR_ASSIGN_OR_RETURN(const auto slots,
                        age_.find_or_insert(context(), Keys(std::span<const weir_column* const>(), 1)));
  if (slots[0]->is_set == 0) *slots[0] = {kNever, kBeforeAll, kBeforeAll, kNever, 1};
  return slots[0];
}

Period PeriodByPeriod::period_at(int64_t time) {
  return calendar_ ? calendar_->at(time) : Period{0, kBeforeAll, kNever};
}

Result<bool> PeriodByPeriod::begin_period() {
  if (earliest_end_ > due_upto_) return false;
  WEIR_ASSIGN_OR_RETURN(const Age* const age, the_age());
  uint64_t cursor = 0;
  WEIR_ASSIGN_OR_RETURN(const auto first, periods_.scan(context(), kNever, 1, &cursor));
  const bool has_rows = first.slots.size() > 0;
  earliest_end_ = std::min(has_rows ? first.namespaces[0] : kNever, age->next_end);
  const bool has_any = has_rows || age->next_end != kNever;
  if (!has_any || earliest_end_ > due_upto_) return false;
  const Period period = period_at(earliest_end_ - 1);
  // At the end of the input nothing is known of a period that had not begun.
  if (has_ended_ && period.start > age->latest_time) return false;
  const int64_t latest = has_ended_ ? age->latest_time : std::max(age->latest_time, watermark_);
  over_ = {period, period.end <= latest, age->first_time, latest};
  begin(over_);
  cursor_ = 0;
  phase_ = Phase::kCounting;
  return true;
}

Status PeriodByPeriod::end_period() {
  WEIR_ASSIGN_OR_RETURN(const bool is_next_wanted, was_given(over_));
  WEIR_ASSIGN_OR_RETURN(Age* const age, the_age());
  age->given_upto = over_.period.end;
  age->next_end = is_next_wanted ? period_at(over_.period.end).end : kNever;
  phase_ = Phase::kWaiting;
  return periods_.remove_upto(context(), over_.period.end);
}

}  // namespace weir::behaviour
