#include "json_sample.hpp"

#include <simdjson.h>

#include "json_path.hpp"

namespace weir::formats {

namespace dom = simdjson::dom;

JsonSample::Key& JsonSample::key(std::string_view name) {
  for (Key& known : keys_)
    if (known.name == name) return known;
  keys_.push_back({std::string(name), 0, {}});
  return keys_.back();
}

template <>
void JsonSample::add_value(Key& key, const dom::element& value) {
  switch (value.type()) {
    case dom::element_type::STRING: {
      const std::string_view text = std::string_view(value);
      key.kinds |= kText;
      key.texts.add(text);
      break;
    }
    case dom::element_type::INT64:
      key.kinds |= kInteger;
      break;
    case dom::element_type::DOUBLE:
      key.kinds |= kFloat;
      break;
    case dom::element_type::BOOL:
      key.kinds |= kBool;
      break;
    case dom::element_type::NULL_VALUE:
      break;
    default:
      key.kinds |= kOther;
  }
}

template <>
void JsonSample::add_element(const dom::element& element) {
  dom::object object;
  if (element.get(object) != simdjson::SUCCESS) return;
  for (const auto& [name, value] : object) add_value(key(name), value);
}

bool JsonSample::add(std::string_view text) {
  dom::parser parser;
  dom::element element;
  if (parser.parse(text.data(), text.size(), true).get(element) != simdjson::SUCCESS) return false;
  add_element(element);
  return true;
}

namespace {

/// Parses a document of which `text` may be the beginning only: then it is cut behind a record.
simdjson::error_code parse_beginning(dom::parser& parser, std::string_view text, size_t depth,
                                     dom::element& out) {
  constexpr int kTries = 40;
  simdjson::error_code error = parser.parse(text.data(), text.size(), true).get(out);
  for (int i = 0; i < kTries && error != simdjson::SUCCESS; ++i) {
    const size_t end = text.rfind('}');
    if (end == std::string_view::npos || end == 0) break;
    const std::string closed = std::string(text.substr(0, end + 1)) + "]" + std::string(depth, '}');
    error = parser.parse(closed.data(), closed.size(), true).get(out);
    text = text.substr(0, end);
  }
  return error;
}

}  // namespace

void JsonSample::add_document(std::string_view text, std::string_view records) {
  constexpr size_t kMostRecords = 5000;
  const std::vector<std::string_view> steps = json_path_steps(records);
  dom::parser parser;
  dom::element element;
  if (parse_beginning(parser, text, steps.size(), element) != simdjson::SUCCESS) return;
  for (const std::string_view step : steps)
    if (element[step].get(element) != simdjson::SUCCESS) return;
  dom::array array;
  if (element.get(array) != simdjson::SUCCESS) return add_element(element);
  size_t seen = 0;
  for (const dom::element item : array)
    if (seen++ < kMostRecords) add_element(item);
}

Schema JsonSample::schema() const {
  Schema made;
  for (const Key& key : keys_) {
    Type type = Type::kString;
    if (key.kinds == kInteger) type = Type::kInt64;
    if (key.kinds == kFloat || key.kinds == (kInteger | kFloat)) type = Type::kFloat64;
    if (key.kinds == kBool) type = Type::kBool;
    // Texts that look like numbers are texts: who wrote the JSON had the choice.
    const Type text = key.texts.result();
    if (key.kinds == kText && (text == Type::kTimestamp || text == Type::kDate32)) type = text;
    made.fields.push_back({key.name, type});
  }
  return made;
}

}  // namespace weir::formats
