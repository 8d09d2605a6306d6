#include "plan/input_union.hpp"

#include <algorithm>
#include <optional>

namespace weir {

bool arrange_columns(const Schema& wanted, const Schema& given, const InputRef& ref,
                     std::vector<uint32_t>& map, FaultList& faults) {
  const auto is_same = [](const Field& a, const Field& b) { return a.name == b.name && a.type == b.type; };
  if (std::ranges::equal(given.fields, wanted.fields, is_same)) return true;
  if (faults.has_fault_at(ref.place)) return false;  // It should not be in this union at all.
  for (const Field& field : wanted.fields) {
    const std::optional<size_t> index = given.find(field.name);
    if (!index) {
      faults.error(
          ref.place, "union-column",
          "'" + ref.text + "' has no column '" + field.name + "', which the other inputs of this union have");
      return false;
    }
    if (given[*index].type != field.type) {
      faults.error(ref.place, "union-type",
                   "column '" + field.name + "' of '" + ref.text + "' is " + given[*index].type.to_string() +
                       ", and " + field.type.to_string() + " in the other inputs of this union");
      return false;
    }
    map.push_back(static_cast<uint32_t>(*index));
  }
  if (given.size() == wanted.size()) return true;
  for (const Field& field : given.fields) {
    if (wanted.find(field.name)) continue;
    faults.error(
        ref.place, "union-column",
        "column '" + field.name + "' of '" + ref.text + "' is missing in the other inputs of this union");
  }
  return false;
}

}  // namespace weir
