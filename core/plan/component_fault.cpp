#include "plan/component_fault.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <weir/did_you_mean.hpp>

namespace weir {
namespace {

/// Returns the first quoted word of a message, or nothing.
std::string quoted_in(const std::string& message) {
  const size_t begin = message.find('\'');
  const size_t end = begin == std::string::npos ? begin : message.find('\'', begin + 1);
  return end == std::string::npos ? std::string() : message.substr(begin + 1, end - begin - 1);
}

/// A message such as "rename: no column 'page'" names its option, and perhaps an entry of it.
std::string named_in(const NodeSpec& node, const std::string& message, std::string_view otherwise) {
  const YamlEntry* const entry = node.options.find(message.substr(0, message.find(": ")));
  if (entry == nullptr) return std::string(otherwise);
  const std::string word = quoted_in(message);
  return entry->value.find(word) == nullptr ? entry->key : entry->key + "." + word;
}

/// Takes "; did you mean 'x'?" off the end of a message. Returns it as a hint, or nothing.
std::string take_hint(std::string& message) {
  const size_t question = message.find("; did you mean ");
  if (question == std::string::npos) return {};
  std::string hint = message.substr(question + 2);
  message.resize(question);
  return hint;
}

}  // namespace

Place option_place(const NodeSpec& node, std::string_view where) {
  const YamlValue* value = &node.options;
  Place place = node.place;
  while (!where.empty()) {
    const bool is_number = where.front() == '[';
    const size_t end = is_number ? where.find(']') + 1 : std::min(where.find_first_of(".["), where.size());
    if (end == 0) break;
    if (is_number) {
      const size_t number = std::strtoul(std::string(where.substr(1)).c_str(), nullptr, 10);
      if (number >= value->items.size()) break;
      value = &value->items[number];
      place = value->place;
    } else {
      const YamlEntry* const entry = value->find(where.substr(0, end));
      if (entry == nullptr) break;
      // Of a name that the author chose, the name; of an option, its value.
      place = value == &node.options ? entry->value.place : entry->key_place;
      value = &entry->value;
    }
    where.remove_prefix(end);
    if (where.starts_with('.')) where.remove_prefix(1);
  }
  return place;
}

void report_component_fault(const NodeSpec& node, const weir_fault& fault, std::string_view option,
                            const std::vector<std::string>& input_columns, FaultList& faults) {
  std::string message = fault.message;
  const std::string where = fault.where[0] != '\0' ? fault.where : named_in(node, message, option);
  if (fault.where[0] != '\0') message = "option '" + std::string(fault.where) + "': " + message;
  std::string hint;
  if (message.find("no column '") != std::string::npos)
    hint = did_you_mean(quoted_in(message), input_columns);
  if (std::string asked = take_hint(message); !asked.empty()) hint = std::move(asked);
  faults.error(option_place(node, where), "component-fault", "node '" + node.name + "': " + message,
               std::move(hint));
}

void report_format_fault(const NodeSpec& node, std::string message, FaultList& faults) {
  std::string hint = take_hint(message);
  const YamlEntry* const format = node.options.find("format");
  const YamlEntry* const columns = format == nullptr ? nullptr : format->value.find("columns");
  const YamlEntry* const column = columns == nullptr ? nullptr : columns->value.find(quoted_in(message));
  faults.error(column == nullptr ? option_place(node, "format") : column->key_place, "bad-format",
               std::move(message), std::move(hint));
}

}  // namespace weir
