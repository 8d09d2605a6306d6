// `inputs:` in its three shapes.
#include <algorithm>
#include <utility>

#include "spec/node_reader.hpp"
#include "spec/scalar.hpp"

namespace weir {
namespace {

bool add_ref(const YamlValue& value, InputSpec& input, FaultList& faults) {
  if (!value.is_scalar() || value.is_faulty || value.text.empty()) {
    add_wrong_type(value, "'inputs'", "the name of a node such as events or events.errors", faults);
    return false;
  }
  input.refs.push_back(
      {.text = value.text, .node = {}, .port = {}, .place = value.place, .port_place = value.place});
  return true;
}

bool add_refs(const YamlValue& value, InputSpec& input, FaultList& faults) {
  if (!value.is_list()) return add_ref(value, input, faults);
  bool is_whole = true;
  for (const YamlValue& item : value.items) is_whole = add_ref(item, input, faults) && is_whole;
  if (value.items.empty()) {
    faults.error(value.place, "missing-inputs", "the list of inputs is empty", "name at least one node");
    return false;
  }
  return is_whole;
}

bool has_same_ref_twice(const InputSpec& input, FaultList& faults) {
  for (size_t i = 1; i < input.refs.size(); ++i) {
    const auto end = input.refs.begin() + static_cast<std::ptrdiff_t>(i);
    const auto first = std::find_if(input.refs.begin(), end,
                                    [&](const InputRef& r) { return r.text == input.refs[i].text; });
    if (first == end) continue;
    faults
        .error(input.refs[i].place, "duplicate-input",
               "'" + input.refs[i].text + "' is read twice by one input", "take one of them away")
        .second = FaultNote{"first read here", first->place};
    return true;
  }
  return false;
}

}  // namespace

bool read_inputs(const YamlValue& value, std::vector<InputSpec>& inputs, FaultList& faults) {
  if (!value.is_map()) {
    InputSpec input = {.port = {}, .place = value.place, .refs = {}};
    const bool is_whole = add_refs(value, input, faults) && !has_same_ref_twice(input, faults);
    inputs.push_back(std::move(input));
    return is_whole;
  }
  bool is_whole = !value.entries.empty();
  if (!is_whole)
    faults.error(value.place, "missing-inputs", "the map of inputs is empty", "name at least one node");
  for (const YamlEntry& entry : value.entries) {
    InputSpec input = {.port = entry.key, .place = entry.key_place, .refs = {}};
    is_whole = add_refs(entry.value, input, faults) && !has_same_ref_twice(input, faults) && is_whole;
    inputs.push_back(std::move(input));
  }
  return is_whole;
}

}  // namespace weir
