// Units whose rows may come one by one: each is kept with its arm and its sums, so that a unit counts once
// and one that was seen in two arms is found out. Sums of an arm are made from its units, in the order of
// their keys, when a result is due: the order in which rows came does not matter.
#include <weir/builder.hpp>

#include "experiment_store.hpp"

namespace weir::experiment {
namespace {

struct UnitHead {
  uint32_t arm;  ///< Its number; 0: none yet.
  uint32_t is_crossed;
  uint64_t metrics;  ///< A bit for each that has a value.
};

/// A slot is a head and as many values as all metrics have.
using UnitState = ValueState<UnitHead>;

double* values_of(UnitHead* unit) { return reinterpret_cast<double*>(unit + 1); }
const double* values_of(const UnitHead* unit) { return reinterpret_cast<const double*>(unit + 1); }

class UnitStore final : public Store {
 public:
  UnitStore(const Options& options, const Schema& input, const std::vector<MetricPlan>& metrics)
      : options_(options), metrics_(metrics), names_(options) {
    units_.spec().slot_size = static_cast<uint32_t>(sizeof(UnitHead) + value_count(metrics) * sizeof(double));
    units_.spec().keys = {input[options.unit->index]};
  }

  void declare(Binding& binding) override {
    units_.declare(binding);
    arms_.declare(binding);
  }

  Status take(weir_context* context, const Batch& batch, ExperimentRows& rows, RowErrors& errors) override {
    WEIR_RETURN_IF_ERROR(number_arms(context, batch, rows, errors));
    if (rows.picked().empty()) return {};
    const weir_column* const unit = &batch.raw_column(options_.unit->index);
    Keys keys({&unit, 1}, batch.row_count());
    keys.rows(rows.picked()).namespaces(rows.namespaces());
    WEIR_ASSIGN_OR_RETURN(const Slots<UnitHead> slots, units_.find_or_insert(context, keys));
    for (size_t i = 0; i < slots.size(); ++i) add_row(slots[i], rows.picked()[i], names_.numbers()[i], rows);
    return {};
  }

  Result<bool> walk(weir_context* context, Walk& walk, const GiveWindow& give) override {
    WEIR_RETURN_IF_ERROR(load(context));
    WEIR_ASSIGN_OR_RETURN(const auto portion, units_.scan(context, walk.upto, kPortion, &walk.cursor));
    for (size_t i = 0; i < portion.slots.size(); ++i) {
      WEIR_RETURN_IF_ERROR(turn(walk, portion.namespaces[i], give));
      add_unit(*portion.slots[i], walk.sums);
    }
    if (portion.slots.size() > 0) return true;
    WEIR_RETURN_IF_ERROR(turn(walk, std::nullopt, give));
    return false;
  }

  Status remove_upto(weir_context* context, int64_t window) override {
    return units_.remove_upto(context, window);
  }

 private:
  /// Arms are numbered for good: a number that a unit has means the same arm after a restart.
  Status load(weir_context* context) {
    if (std::exchange(is_loaded_, true)) return {};
    WEIR_ASSIGN_OR_RETURN(const uint64_t count, arms_.count(context));
    for (uint64_t i = 0; i < count; ++i) {
      WEIR_ASSIGN_OR_RETURN(const Batch batch, arms_.read(context, i));
      const StringColumn names(batch.raw_column(0));
      for (size_t row = 0; row < names.size(); ++row) names_.add(names[row]);
    }
    return {};
  }
  Status number_arms(weir_context* context, const Batch& batch, ExperimentRows& rows, RowErrors& errors) {
    WEIR_RETURN_IF_ERROR(load(context));
    const size_t before = names_.all().size();
    names_.number(batch, rows, errors);
    if (names_.all().size() == before) return {};
    StringBuilder added;
    for (size_t i = before; i < names_.all().size(); ++i) added.append(std::string_view(names_.all()[i]));
    const size_t count = names_.all().size() - before;
    const std::vector<Column> columns = {std::move(added).finish()};
    return arms_.append(context, Batch::make(count, columns));
  }

  void add_row(UnitHead* unit, uint32_t row, uint32_t arm, const ExperimentRows& rows) const {
    if (unit->arm == 0) unit->arm = arm;
    if (unit->arm != arm) unit->is_crossed = 1;
    const uint64_t said = rows.metrics_of(row);
    unit->metrics |= said;
    double* const values = values_of(unit);
    for (size_t m = 0; m < metrics_.size(); ++m) {
      if ((said >> m & 1) == 0) continue;
      const size_t column = metrics_[m].first_column;
      if (metrics_[m].rule.kind == Kind::kProportion)
        values[column] = std::max(values[column], rows.value(column, row));
      else
        values[column] += rows.value(column, row);
      if (metrics_[m].has_x()) values[column + 1] += rows.value(column + 1, row);
    }
  }

  void add_unit(const UnitHead& unit, ExperimentSums& sums) const {
    if (unit.is_crossed != 0) {
      ++sums.crossed_units;
      return;
    }
    while (sums.arms.size() < names_.all().size())
      sums.arms.push_back({names_.all()[sums.arms.size()], 0, std::vector<Moments>(metrics_.size())});
    ArmSums& arm = sums.arms[unit.arm - 1];
    ++arm.units;
    const double* const values = values_of(&unit);
    for (size_t m = 0; m < metrics_.size(); ++m) {
      if ((unit.metrics >> m & 1) == 0) continue;
      const size_t column = metrics_[m].first_column;
      arm.metrics[m].add(values[column], metrics_[m].has_x() ? values[column + 1] : 0);
    }
  }

  const Options& options_;
  const std::vector<MetricPlan>& metrics_;
  ArmNames names_;
  bool is_loaded_ = false;
  UnitState units_{"units"};
  LogState arms_{"arms", {{"arm", Type::kString, false}}};
};

}  // namespace

std::unique_ptr<Store> make_unit_store(const Options& options, const Schema& input,
                                       const std::vector<MetricPlan>& metrics) {
  return std::make_unique<UnitStore>(options, input, metrics);
}

}  // namespace weir::experiment
