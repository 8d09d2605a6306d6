#include "forecast_options.hpp"

#include <set>

namespace weir::prediction {
namespace {

OutputColumn computed(std::string name, DataType type, const std::vector<ColumnId>& from) {
  return {{std::move(name), std::move(type)}, Derivation::kAggregated, from};
}

Status check_names(const std::vector<OutputColumn>& columns) {
  std::set<std::string> names;
  for (const OutputColumn& column : columns)
    if (!names.insert(column.field.name).second)
      return Status::invalid("by: two columns of its output would be called '" + column.field.name +
                             "'; rename one with select before");
  return {};
}

}  // namespace

Method ForecastOptions::method() const {
  if (model == "auto") return {Method::Kind::kAutomatic, {}};
  if (model == "ets") return {Method::Kind::kEts, {}};
  if (model == "seasonal_naive") return {Method::Kind::kSeasonalNaive, {}};
  const EtsForm* const form = EtsForm::find(model);
  return {Method::Kind::kForm, form == nullptr ? EtsForm{} : *form};
}

Status ForecastOptions::check(bool is_bounded) const {
  if (!every && !is_bounded)
    return Status::invalid(
        "every: is needed, because its input never ends and there is no last row to forecast from; for "
        "example "
        "every: 1d");
  if (every && every->count() % step.count() != 0)
    return Status::invalid("every: is not a multiple of step; a forecast begins where a row could");
  const EtsForm* const form = EtsForm::find(model);
  if (form != nullptr && form->has_season() && season < 2)
    return Status::invalid("model: " + model + " has a season, but season is 1; say how many steps it has");
  if (history < 2 * season + horizon)
    return Status::invalid("history: is less than two seasons and the horizon; make it at least " +
                           std::to_string(2 * season + horizon));
  return {};
}

std::vector<std::string> model_names() {
  std::vector<std::string> names = {"auto", "ets", "seasonal_naive"};
  for (const EtsForm& form : EtsForm::all()) names.push_back(form.name());
  return names;
}

Result<Binding> bind_forecast(const ForecastOptions& options, const Schema& input, size_t time) {
  const std::vector<ColumnId> from = {options.value, {0, static_cast<uint32_t>(time)}};
  std::vector<OutputColumn> keys;
  for (const ColumnRef& ref : options.by)
    keys.push_back({input[ref.index], Derivation::kSame, {ColumnId(ref)}});
  keys.push_back(computed("origin", Type::kTimestamp, from));
  keys.push_back(computed(input[time].name, Type::kTimestamp, from));
  keys.push_back(computed("step", Type::kInt64, from));

  std::vector<OutputColumn> out = keys;
  for (const char* name : {"forecast", "lower_80", "upper_80", "lower_95", "upper_95", "naive"})
    out.push_back(computed(name, Type::kFloat64, from));
  out.push_back(computed("model", Type::kString, from));
  out.push_back(computed("scored", Type::kInt64, from));
  for (const char* name : {"smape", "naive_smape", "mase", "naive_mase", "coverage_80", "coverage_95"})
    out.push_back(computed(name, Type::kFloat64, from));
  std::vector<OutputColumn> trials = keys;
  for (const char* name :
       {"actual", "forecast", "lower_80", "upper_80", "lower_95", "upper_95", "naive", "unit"})
    trials.push_back(computed(name, Type::kFloat64, from));
  WEIR_RETURN_IF_ERROR(check_names(out));
  WEIR_RETURN_IF_ERROR(check_names(trials));

  Binding binding = Binding::unknown({});
  binding.output(0).columns = std::move(out);
  binding.add_output({});
  binding.output(1).columns = std::move(trials);
  binding.add_kept_output(input);
  return binding;
}

}  // namespace weir::prediction
