#include "experiment_store.hpp"

#include <algorithm>

namespace weir::experiment {

void ArmNames::number(const Batch& batch, ExperimentRows& rows, RowErrors& errors) {
  const StringColumn arms(batch.raw_column(options_.arm.index));
  numbers_.clear();
  refused_.clear();
  std::string_view last;
  uint32_t last_number = 0;
  for (size_t i = 0; i < rows.picked().size(); ++i) {
    const uint32_t row = rows.picked()[i];
    const std::string_view name = arms[row];
    if (last_number == 0 || name != last) {
      last_number = number_of(name);
      last = name;
    }
    if (last_number == 0) {
      refuse(row, name, errors);
      refused_.push_back(i);
      continue;
    }
    numbers_.push_back(last_number);
  }
  rows.leave_out(refused_);
}

uint32_t ArmNames::number_of(std::string_view name) {
  if (const auto found = known_.find(name); found != known_.end()) return found->second;
  const bool is_declared =
      options_.split.empty() ||
      std::ranges::any_of(options_.split, [&](const auto& arm) { return arm.first == name; });
  if (!is_declared || names_.size() == kMaxArms) return 0;
  add(name);
  return static_cast<uint32_t>(names_.size());
}

void ArmNames::add(std::string_view name) {
  names_.emplace_back(name);
  known_.emplace(names_.back(), static_cast<uint32_t>(names_.size()));
}

void ArmNames::refuse(uint32_t row, std::string_view name, RowErrors& errors) const {
  if (options_.split.empty()) {
    errors.add(row, "too-many-arms",
               "there are more than " + std::to_string(kMaxArms) + " arms; is '" + options_.arm.name +
                   "' the column that says which one a unit is in?",
               options_.arm.name);
    return;
  }
  std::string declared;
  for (const auto& [arm, share] : options_.split) declared += (declared.empty() ? "" : ", ") + arm;
  errors.add(row, "unknown-arm",
             "the arm '" + std::string(name) + "' is not one of those in split (" + declared + ")",
             options_.arm.name);
}

Status Store::turn(Walk& walk, std::optional<int64_t> window, const GiveWindow& give) {
  if (walk.window == window) return {};
  const std::optional<int64_t> before = std::exchange(walk.window, window);
  ExperimentSums sums = std::exchange(walk.sums, {});
  return before ? give(*before, std::move(sums)) : Status();
}

}  // namespace weir::experiment
