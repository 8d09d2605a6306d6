// Rows that are units: the sums of each arm are all that is kept. Copies before the exchange fill such a
// store each, and what they have goes as rows to the one that gives results.
#include <algorithm>
#include <array>

#include <weir/builder.hpp>

#include "experiment_store.hpp"

namespace weir::experiment {
namespace {

struct ArmHead {
  int64_t units;
};

/// A slot is a head and the moments of each metric.
using ArmState = ValueState<ArmHead>;

Moments* moments_of(ArmHead* arm) { return reinterpret_cast<Moments*>(arm + 1); }

// What a partial row has of a metric.
constexpr std::array kCountNames = {"n", "hits"};
constexpr std::array kNumberNames = {"sum_y",  "lost_y", "sum_x", "lost_x", "near_y",
                                     "near_x", "m2_y",   "m2_x",  "c_yx"};
std::array<int64_t*, kCountNames.size()> counts_of(Moments& of) { return {&of.n, &of.hits}; }
std::array<double*, kNumberNames.size()> numbers_of(Moments& of) {
  return {&of.sum_y.sum, &of.sum_y.lost, &of.sum_x.sum, &of.sum_x.lost, &of.near_y,
          &of.near_x,    &of.m2_y,       &of.m2_x,      &of.c_yx};
}
constexpr size_t kColumnsBefore = 3;  // arm, window_end, units

class ArmStore final : public Store {
 public:
  ArmStore(const Options& options, const Schema& input, const std::vector<MetricPlan>& metrics)
      : options_(options), metrics_(metrics), arm_(input[options.arm.index]), names_(options) {
    sums_.spec().slot_size = static_cast<uint32_t>(sizeof(ArmHead) + metrics.size() * sizeof(Moments));
    sums_.spec().keys = {arm_};
  }

  void declare(Binding& binding) override { sums_.declare(binding); }

  Status take(weir_context* context, const Batch& batch, ExperimentRows& rows, RowErrors& errors) override {
    names_.number(batch, rows, errors);
    if (rows.picked().empty()) return {};
    const weir_column* const arm = &batch.raw_column(options_.arm.index);
    Keys keys({&arm, 1}, batch.row_count());
    keys.rows(rows.picked()).namespaces(rows.namespaces());
    WEIR_ASSIGN_OR_RETURN(const Slots<ArmHead> slots, sums_.find_or_insert(context, keys));
    for (size_t i = 0; i < slots.size(); ++i) add_row(slots[i], rows.picked()[i], rows);
    return {};
  }

  Result<bool> walk(weir_context* context, Walk& walk, const GiveWindow& give) override {
    WEIR_ASSIGN_OR_RETURN(const auto portion, sums_.scan(context, walk.upto, kPortion, &walk.cursor));
    if (portion.slots.size() == 0) {
      WEIR_RETURN_IF_ERROR(turn(walk, std::nullopt, give));
      return false;
    }
    const StringColumn names(*portion.keys[0]);
    for (size_t i = 0; i < portion.slots.size(); ++i) {
      WEIR_RETURN_IF_ERROR(turn(walk, portion.namespaces[i], give));
      const Moments* const moments = moments_of(portion.slots[i]);
      walk.sums.arms.push_back(
          {std::string(names[i]), portion.slots[i]->units, {moments, moments + metrics_.size()}});
    }
    return true;
  }

  Status remove_upto(weir_context* context, int64_t window) override {
    return sums_.remove_upto(context, window);
  }

  Result<Batch> partial(weir_context* context, int64_t upto, uint64_t* cursor) override {
    WEIR_ASSIGN_OR_RETURN(const auto portion, sums_.scan(context, upto, kPortion, cursor));
    const size_t rows = portion.slots.size();
    if (rows == 0) return Batch();
    std::vector<Column> columns = {portion.keys[0]};
    const auto add = [&]<class T>(Type type, T, auto get) {
      ColumnBuilder<T> made(rows, {}, type);
      for (size_t i = 0; i < rows; ++i) made.values()[i] = get(i);
      columns.push_back(std::move(made).finish());
    };
    add(Type::kTimestamp, int64_t{}, [&](size_t i) { return portion.namespaces[i]; });
    add(Type::kInt64, int64_t{}, [&](size_t i) { return portion.slots[i]->units; });
    for (size_t m = 0; m < metrics_.size(); ++m) {
      for (size_t c = 0; c < kCountNames.size(); ++c)
        add(Type::kInt64, int64_t{},
            [&](size_t i) { return *counts_of(moments_of(portion.slots[i])[m])[c]; });
      for (size_t c = 0; c < kNumberNames.size(); ++c)
        add(Type::kFloat64, double{},
            [&](size_t i) { return *numbers_of(moments_of(portion.slots[i])[m])[c]; });
    }
    weir_batch like{};
    like.row_count = static_cast<int64_t>(rows);
    like.entered_ns = host()->monotonic_ns(host());
    return Batch::make(like, columns);
  }

  Status merge(weir_context* context, const Batch& batch) override {
    const weir_column* const arm = &batch.raw_column(0);
    const auto windows = batch.column<int64_t>(1);
    const auto units = batch.column<int64_t>(2);
    Keys keys({&arm, 1}, batch.row_count());
    keys.namespaces(windows.values());
    WEIR_ASSIGN_OR_RETURN(const Slots<ArmHead> slots, sums_.find_or_insert(context, keys));
    std::vector<Moments> parts(batch.row_count());
    for (size_t row = 0; row < slots.size(); ++row) slots[row]->units += units[row];
    size_t column = kColumnsBefore;
    for (size_t m = 0; m < metrics_.size(); ++m) {
      for (size_t c = 0; c < kCountNames.size(); ++c) {
        const auto values = batch.column<int64_t>(column++);
        for (size_t row = 0; row < parts.size(); ++row) *counts_of(parts[row])[c] = values[row];
      }
      for (size_t c = 0; c < kNumberNames.size(); ++c) {
        const auto values = batch.column<double>(column++);
        for (size_t row = 0; row < parts.size(); ++row) *numbers_of(parts[row])[c] = values[row];
      }
      for (size_t row = 0; row < slots.size(); ++row) moments_of(slots[row])[m].add(parts[row]);
    }
    return {};
  }

  Schema partial_schema() const override {
    Schema made;
    made.fields = {arm_, {"window_end", Type::kTimestamp, false}, {"units", Type::kInt64, false}};
    for (const MetricPlan& metric : metrics_) {
      for (const char* name : kCountNames)
        made.fields.push_back({metric.name + "." + name, Type::kInt64, false});
      for (const char* name : kNumberNames)
        made.fields.push_back({metric.name + "." + name, Type::kFloat64, false});
    }
    return made;
  }

 private:
  void add_row(ArmHead* arm, uint32_t row, const ExperimentRows& rows) const {
    ++arm->units;
    const uint64_t said = rows.metrics_of(row);
    Moments* const moments = moments_of(arm);
    for (size_t m = 0; m < metrics_.size(); ++m) {
      if ((said >> m & 1) == 0) continue;
      const size_t column = metrics_[m].first_column;
      moments[m].add(rows.value(column, row), metrics_[m].has_x() ? rows.value(column + 1, row) : 0);
    }
  }

  const Options& options_;
  const std::vector<MetricPlan>& metrics_;
  const Field arm_;
  ArmNames names_;
  ArmState sums_{"sums"};
};

}  // namespace

std::unique_ptr<Store> make_arm_store(const Options& options, const Schema& input,
                                      const std::vector<MetricPlan>& metrics) {
  return std::make_unique<ArmStore>(options, input, metrics);
}

}  // namespace weir::experiment
