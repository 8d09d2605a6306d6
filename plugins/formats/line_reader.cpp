#include "line_reader.hpp"

#include <weir/did_you_mean.hpp>

namespace weir::formats {

Result<FieldOfColumn> find_fields(const ColumnPlan& plan, const std::vector<std::string>& names,
                                  std::string_view what) {
  FieldOfColumn fields;
  std::string faults;
  for (const PlannedColumn& column : plan.columns) {
    const auto found = std::ranges::find(names, column.path);
    fields.push_back(static_cast<size_t>(found - names.begin()));
    if (found != names.end()) continue;
    faults +=
        (faults.empty() ? "" : "; ") + std::string("'") + column.path + "' is no " + std::string(what) + " (";
    for (size_t i = 0; i < names.size(); ++i) faults += (i == 0 ? "" : ", ") + names[i];
    faults += ")" + hint_behind(column.path, names);
  }
  if (!faults.empty()) return Status::invalid(std::move(faults));
  return fields;
}

}  // namespace weir::formats
