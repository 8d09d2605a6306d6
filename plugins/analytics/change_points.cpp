// change_points: when the mean of a series changed, from what to what.
//
//   changes: {type: change_points, inputs: per_day, value: revenue, by: [page]}
//
// In:  column `value`, a number; columns `by`, of any type that can be a key; event time, or windows as
//      aggregate gives them.
// Out: one row for each change: the columns of `by`, `changed_at` (the time of the first value behind it),
//      `seen_at` (that of the value that made it certain), the means `before` and `after`, the standard
//      `deviation` before, and `shift`, (after - before) / deviation; null where that is 0. In the order of
//      `seen_at`, then of the keys; event time is `seen_at`. `late`: rows that came too late.
//
// State: the rows that wait, and for each key the moments of its segment and two sums.
#include <cmath>
#include <cstring>
#include <set>

#include <weir/builder.hpp>

#include "cusum.hpp"
#include "in_time_order.hpp"

namespace {

using namespace weir::prediction;

struct ChangePointsOptions {
  weir::ColumnRef value;
  std::vector<weir::ColumnRef> by;
  double shift = 0;
  double threshold = 0;
  int64_t warmup = 0;
  weir::Duration allowed_lateness{};
};

int32_t migrate(uint32_t from_version, const void* old_slot, uint32_t old_size, void* new_slot, weir_fault*) {
  CusumState made{};
  if (from_version != 1 || !read_cusum_version_1(old_slot, old_size, made)) return WEIR_CODE_UNSUPPORTED;
  std::memcpy(new_slot, &made, sizeof(made));
  return WEIR_CODE_OK;
}

class ChangePoints final : public InTimeOrder {
 public:
  explicit ChangePoints(ChangePointsOptions options)
      : InTimeOrder({options.value, options.by, options.allowed_lateness}),
        options_(std::move(options)),
        limits_{options_.shift / 2, options_.threshold, static_cast<double>(options_.warmup)} {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    const weir::Schema& input = inputs[0].schema;
    weir::Binding binding = weir::Binding::unknown({});
    binding.add_kept_output(input);
    WEIR_RETURN_IF_ERROR(bind_series(inputs[0], 1, binding));
    std::vector<weir::OutputColumn> columns;
    for (const weir::ColumnRef& ref : options_.by)
      columns.push_back({input[ref.index], weir::Derivation::kSame, {weir::ColumnId(ref)}});
    const weir::ColumnId time(0, static_cast<uint32_t>(time_column()));
    const weir::ColumnId value(options_.value);
    for (const char* name : {"changed_at", "seen_at"})
      columns.push_back({{name, weir::Type::kTimestamp, false}, weir::Derivation::kDerived, {time, value}});
    for (const char* name : {"before", "after", "deviation", "shift"})
      columns.push_back({{name, weir::Type::kFloat64}, weir::Derivation::kAggregated, {value}});
    std::set<std::string> names;
    for (const weir::OutputColumn& column : columns)
      if (!names.insert(column.field.name).second)
        return weir::Status::invalid("by: two columns of its output would be called '" + column.field.name +
                                     "'; rename one with select before");
    binding.output(0).columns = std::move(columns);
    binding.set_event_time("seen_at");
    known_.spec().migrate = migrate;
    known_.declare(binding);
    return binding;
  }

 protected:
  weir::Status take(weir::Batch rows, const std::vector<double>& values, weir::Emitter& emitter) override {
    const weir::Keys keys(rows, options_.by);
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<CusumState> slots, known_.find_or_insert(context(), keys));
    const auto times = rows.column<int64_t>(time_column());
    std::vector<uint32_t> seen;
    std::vector<Change> changes;
    for (uint32_t row = 0; row < rows.row_count(); ++row) {
      Change change{};
      if (std::isnan(values[row]) || !observe(*slots[row], limits_, times[row], values[row], &change))
        continue;
      seen.push_back(row);
      changes.push_back(change);
    }
    if (!seen.empty()) emitter.emit(told(rows.select(seen), changes));
    return {};
  }

 private:
  weir::Batch told(const weir::Batch& rows, const std::vector<Change>& changes) const {
    weir::ColumnBuilder<int64_t> changed_at(weir::Type::kTimestamp);
    weir::ColumnBuilder<double> before, after, deviation, shift;
    for (const Change& change : changes) {
      changed_at.append(change.began_us);
      before.append(change.before);
      after.append(change.after);
      deviation.append(change.deviation);
      shift.append_optional(change.deviation > 0
                                ? std::optional((change.after - change.before) / change.deviation)
                                : std::nullopt);
    }
    std::vector<weir::Column> columns;
    for (const weir::ColumnRef& ref : options_.by) columns.push_back(rows.column(ref));
    columns.push_back(std::move(changed_at).finish());
    columns.push_back(rows.column(time_column()));
    for (weir::ColumnBuilder<double>* column : {&before, &after, &deviation, &shift})
      columns.push_back(std::move(*column).finish());
    return weir::Batch::make(*rows, columns);
  }

  const ChangePointsOptions options_;
  const CusumLimits limits_;
  weir::ValueState<CusumState> known_{"known", CusumState::kVersion};
};

}  // namespace

WEIR_TRANSFORM(
    ChangePoints, ChangePointsOptions, "change_points",
    "When the mean of a series changed, from what to what.", weir::traits(weir::Trait::kDeterministic),
    weir::description(
        "Each key is a series of its own, seen in the order of its times: a row waits until the watermark "
        "has "
        "passed it, so the same rows give the same changes however they come. The method is the two-sided "
        "tabular CUSUM (Page 1954; Montgomery, \"Introduction to Statistical Quality Control\", chapter 9): "
        "up = max(0, up + z - k), down = max(0, down - z - k), a change when one is above `threshold`; k is "
        "half of `shift`. z is the value's distance from the mean of its segment in standard deviations, "
        "both "
        "from the values before it (Hawkins 1987), and no more than 3.5, so that a lone value is no change; "
        "one more than 20 deviations out is left out of the segment's mean and deviation, unless it is among "
        "the first `warmup`. `changed_at` is where the sum was last 0; from there the next segment begins. "
        "`before` is the mean of the segment up to there, `after` that of the values since, which by the "
        "nature of the matter are few, without such outliers unless most of them are. "
        "Values that follow each other closely, and seasons, look like changes: take them out first, for "
        "example with windows of a whole season or with `value - expected` behind anomaly. A null value is "
        "passed over. Keys are kept for ever, 208 bytes each."),
    weir::example("changes: {type: change_points, inputs: per_day, value: revenue, by: [page]}"),
    weir::output("out", "The changes."),
    weir::output("late", "Rows that came after the watermark had passed them, as they were.",
                 WEIR_PORT_OPTIONAL),
    weir::required("value", &ChangePointsOptions::value, "The column to watch; a number.",
                   weir::example_value("revenue")),
    weir::optional("by", &ChangePointsOptions::by, "What makes a series. One where it is left out.",
                   weir::example_value("[page]")),
    weir::optional("shift", &ChangePointsOptions::shift, 1.0, weir::range(0.1, 10),
                   "The change of the mean to find soonest, in standard deviations.",
                   weir::example_value("2")),
    weir::optional(
        "threshold", &ChangePointsOptions::threshold, 8.0, weir::range(1, 1000),
        "How high a sum must be, in standard deviations. Independent normal values without a change "
        "reach 5 about every 465 values, 8 about every 10,000.",
        weir::example_value("5")),
    weir::optional("warmup", &ChangePointsOptions::warmup, 30, weir::range(5, 1e9),
                   "Of how many values at least the mean of a segment is made.", weir::example_value("100")),
    weir::optional("allowed_lateness", &ChangePointsOptions::allowed_lateness, "0s", weir::range(0, 3.2e14),
                   "How long rows are waited for beyond the watermark: what the aggregate before it says.",
                   weir::example_value("2m")));
