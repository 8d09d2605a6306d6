#pragma once
// What an option's value looks like: the description that checks, hints, JSON Schema and reference come from.
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "weir/abi.h"
#include "weir/schema.hpp"
#include "weir/text.hpp"

namespace weir {

struct OptionShape {
  weir_option_kind kind = WEIR_OPTION_ANY;
  uint32_t flags = 0;
  uint32_t input = 0;       ///< COLUMN, EXPRESSION, AGGREGATE: the port they are about.
  Type type = Type::kNull;  ///< COLUMN, EXPRESSION: the type they must have; kNull: any.
  double min = 0;           ///< Both 0: no bound.
  double max = 0;
  std::string name;
  std::string doc;
  std::string default_text;  ///< YAML
  std::string example;       ///< YAML
  std::vector<std::string> choices;
  std::vector<int64_t> choice_values;  ///< Of an enum, beside choices.
  std::vector<OptionShape> children;

  /// Calls `change` on each part that holds a plain value: the items of a list, the shapes of a OneOf.
  template <class Change>
  void for_each_leaf(Change change) {
    const bool is_nested = kind == WEIR_OPTION_LIST || kind == WEIR_OPTION_MAP || kind == WEIR_OPTION_ONE_OF;
    if (!is_nested) return change(*this);
    for (OptionShape& child : children) child.for_each_leaf(change);
  }
};

namespace option {  // What may stand behind the member in required() and optional().

/// The smallest and the largest value, inclusive.
struct Range {
  double min, max;
};
/// The words that may stand there, with the enumerator of each.
struct Choices {
  std::vector<std::pair<std::string, int64_t>> words;
};
/// The input port, by index, that a column, expression or aggregate is about.
struct OnInput {
  uint32_t index;
};
/// YAML of a value, for the reference.
struct Example {
  std::string text;
};

inline void apply(OptionShape& shape, std::string_view doc) { shape.doc = doc; }
inline void apply(OptionShape& shape, const Example& example) { shape.example = example.text; }
inline void apply(OptionShape& shape, Type type) {
  shape.for_each_leaf([&](OptionShape& leaf) { leaf.type = type; });
}
inline void apply(OptionShape& shape, const Range& range) {
  shape.for_each_leaf([&](OptionShape& leaf) { leaf.min = range.min, leaf.max = range.max; });
}
inline void apply(OptionShape& shape, const OnInput& input) {
  shape.for_each_leaf([&](OptionShape& leaf) { leaf.input = input.index; });
}
inline void apply(OptionShape& shape, const Choices& choices) {
  shape.for_each_leaf([&](OptionShape& leaf) {
    if (leaf.kind != WEIR_OPTION_STRING && leaf.kind != WEIR_OPTION_CHOICE) return;
    leaf.kind = WEIR_OPTION_CHOICE;
    for (const auto& [word, value] : choices.words) {
      leaf.choices.push_back(word);
      leaf.choice_values.push_back(value);
    }
  });
}

}  // namespace option

inline option::Range range(double min, double max) { return {min, max}; }
inline option::OnInput on_input(uint32_t index) { return {index}; }
inline option::Example example_value(std::string text) { return {std::move(text)}; }
/// choices({"asc", "desc"}) for a std::string.
inline option::Choices choices(std::initializer_list<const char*> words) {
  option::Choices made;
  for (const char* word : words) made.words.emplace_back(word, static_cast<int64_t>(made.words.size()));
  return made;
}
/// choices<Order>({{"asc", Order::kAscending}, {"desc", Order::kDescending}}) for an enum.
template <class Enum>
option::Choices choices(std::initializer_list<std::pair<const char*, Enum>> words) {
  option::Choices made;
  for (const auto& [word, value] : words) made.words.emplace_back(word, static_cast<int64_t>(value));
  return made;
}

/// The weir_option form of some shapes. Borrows the shapes; owns its arrays.
class COptions {
 public:
  explicit COptions(const std::vector<OptionShape>& shapes) : view_(convert(shapes)), size_(shapes.size()) {}
  COptions(const COptions&) = delete;
  COptions& operator=(const COptions&) = delete;
  const weir_option* data() const { return view_; }
  uint32_t size() const { return static_cast<uint32_t>(size_); }

 private:
  const weir_option* convert(const std::vector<OptionShape>& shapes) {
    std::vector<weir_option> made;
    for (const OptionShape& shape : shapes) made.push_back(convert(shape));
    return options_.emplace_back(std::move(made)).data();
  }
  weir_option convert(const OptionShape& shape) {
    weir_option c{};
    c.struct_size = sizeof(c);
    c.kind = static_cast<uint32_t>(shape.kind);
    c.flags = shape.flags;
    c.port = shape.input;
    c.type = static_cast<uint32_t>(shape.type);
    c.name = as_str(shape.name);
    c.doc = as_str(shape.doc);
    c.default_text = as_str(shape.default_text);
    c.example = as_str(shape.example);
    c.min = shape.min;
    c.max = shape.max;
    std::vector<weir_str> words;
    for (const std::string& word : shape.choices) words.push_back(as_str(word));
    c.choice_count = static_cast<uint32_t>(words.size());
    c.choices = words_.emplace_back(std::move(words)).data();
    c.child_count = static_cast<uint32_t>(shape.children.size());
    c.children = shape.children.empty() ? nullptr : convert(shape.children);
    return c;
  }
  std::deque<std::vector<weir_option>> options_;
  std::deque<std::vector<weir_str>> words_;
  const weir_option* view_;
  size_t size_;
};

}  // namespace weir
