#include "in_time_order.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace weir::prediction {
namespace {

constexpr size_t kOutputRows = 4096;
constexpr size_t kOwnColumns = 2;  // Of what a list gives: the asking row and the namespace.

}  // namespace

Status InTimeOrder::bind_series(const Input& input, uint32_t late_port, Binding& binding) {
  WEIR_RETURN_IF_ERROR(check_numeric(input.schema, choice_.value));
  std::vector<ColumnId> read(choice_.by.begin(), choice_.by.end());
  read.emplace_back(choice_.value);
  WEIR_RETURN_IF_ERROR(series_.bind(input, choice_.allowed_lateness, read));
  late_port_ = late_port;
  // A row comes when the watermark has passed its time; what is behind goes by the same watermark.
  binding.reads(read);
  if (series_.needs_row_watermark()) binding.needs_row_watermark();
  choice_.by.empty() ? binding.single_copy() : binding.key_by(choice_.by);
  waiting_.spec().values = input.schema.fields;
  waiting_.declare(binding);
  due_.declare(binding);
  return {};
}

Result<Progress> InTimeOrder::process(Batch batch, size_t, Emitter& emitter) {
  series_.sort_out(batch, watermark_, late_port_, emitter, found_);
  if (found_.rows.empty()) return Progress::done();
  Keys keys(batch, choice_.by);
  keys.rows(found_.rows).namespaces(found_.due);
  WEIR_RETURN_IF_ERROR(waiting_.append(context(), keys, batch));
  WEIR_RETURN_IF_ERROR(due_.find_or_insert(context(), keys).status());
  return Progress::done();
}

Result<Progress> InTimeOrder::on_watermark(int64_t time, size_t, Emitter& emitter) {
  if (time <= watermark_) return Progress::done();
  watermark_ = time;
  giving_upto_ = time;
  cursor_ = 0;
  return more(emitter);
}

Result<Progress> InTimeOrder::on_end(size_t, Emitter& emitter) {
  giving_upto_ = kNever;
  cursor_ = 0;
  return more(emitter);
}

Result<Progress> InTimeOrder::more(Emitter& emitter) {
  for (;;) {
    if (!emitter.has_room()) return Progress::more();
    WEIR_ASSIGN_OR_RETURN(const auto due, due_.scan(context(), giving_upto_, kOutputRows, &cursor_));
    if (due.slots.size() == 0) break;
    WEIR_ASSIGN_OR_RETURN(Batch rows, in_order(due));
    const std::vector<double> values = numbers_of(rows.raw_column(choice_.value.index));
    WEIR_RETURN_IF_ERROR(take(std::move(rows), values, emitter));
  }
  WEIR_RETURN_IF_ERROR(due_.remove_upto(context(), giving_upto_));
  WEIR_RETURN_IF_ERROR(waiting_.remove_upto(context(), giving_upto_));
  return Progress::done();
}

Result<Batch> InTimeOrder::in_order(const ValueState<uint64_t>::Portion& due) const {
  std::vector<const weir_column*> columns;
  for (const Column& key : due.keys) columns.push_back(key.get());
  const Keys keys(columns, due.slots.size());
  WEIR_ASSIGN_OR_RETURN(const Batch listed, waiting_.read(context(), keys, due.namespaces, due.namespaces));
  std::vector<Column> rows;
  for (size_t i = kOwnColumns; i < listed.column_count(); ++i) rows.push_back(listed.column(i));
  weir_batch like{};
  like.row_count = listed->row_count;
  like.entered_ns = host()->monotonic_ns(host());
  Batch made = Batch::make(like, rows);

  const auto asking = listed.column<uint32_t>(0);
  const std::vector<double> values = numbers_of(made.raw_column(choice_.value.index));
  const auto comes_first = [&](uint32_t a, uint32_t b) {
    if (asking[a] != asking[b]) return asking[a] < asking[b];
    return values[a] < values[b] || (std::isnan(values[b]) && !std::isnan(values[a]));
  };
  std::vector<uint32_t> order(made.row_count());
  std::iota(order.begin(), order.end(), 0U);
  if (std::ranges::is_sorted(order, comes_first)) return made;
  std::ranges::stable_sort(order, comes_first);
  return made.select(order);
}

}  // namespace weir::prediction
