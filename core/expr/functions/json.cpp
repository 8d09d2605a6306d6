// Functions of JSON documents in columns of texts, by simdjson.
#include <simdjson.h>

#include <memory>
#include <optional>
#include <string>

#include "expr/functions/builtin.hpp"
#include "expr/functions/json_path.hpp"
#include "expr/functions/row_function.hpp"

namespace weir::expr {
namespace {

using View = std::string_view;
using Element = simdjson::dom::element;

// The parser keeps its memory from row to row; what it returns lives until the next one.
simdjson::dom::parser& parser() {
  thread_local simdjson::dom::parser one;
  return one;
}

std::optional<Element> parse(View text, std::string* why) {
  Element root;
  const simdjson::error_code error = parser().parse(text.data(), text.size()).get(root);
  if (error == simdjson::SUCCESS) return root;
  if (why != nullptr) *why = simdjson::error_message(error);
  return std::nullopt;
}

std::optional<Element> parse_or_fail(Row& row, View text) {
  std::string why;
  std::optional<Element> root = parse(text, &why);
  constexpr size_t kShownBytes = 60;
  if (!root) row.fail("bad-json", "'" + std::string(text.substr(0, kShownBytes)) + "' is not JSON: " + why);
  return root;
}

std::optional<Element> follow(Element at, const std::vector<JsonStep>& steps) {
  for (const JsonStep& step : steps) {
    simdjson::dom::array array;
    simdjson::dom::object object;
    Element next;
    if (step.is_index && at.get_array().get(array) == simdjson::SUCCESS) {
      const auto size = static_cast<int64_t>(array.size());
      const int64_t index = step.index < 0 ? step.index + size : step.index;
      if (index < 0 || array.at(static_cast<size_t>(index)).get(next) != simdjson::SUCCESS)
        return std::nullopt;
    } else if (at.get_object().get(object) != simdjson::SUCCESS ||
               object.at_key(step.key).get(next) != simdjson::SUCCESS) {
      return std::nullopt;
    }
    at = next;
  }
  return at;
}

// The path of a call, made once where it is known.
class Path {
 public:
  static Result<Path> of(const CallSite& site) {
    Path out;
    if (site.has(1) && !site.is_null(1)) {
      WEIR_ASSIGN_OR_RETURN(std::vector<JsonStep> steps, parse_json_path(site.text(1)));
      out.known_ = std::make_shared<const std::vector<JsonStep>>(std::move(steps));
    }
    return out;
  }
  std::optional<Element> find(Row& row, View text, std::optional<View> path) const {
    const std::optional<Element> root = parse_or_fail(row, text);
    if (!root || !path) return root;
    if (known_) return follow(*root, *known_);
    const Result<std::vector<JsonStep>> steps = parse_json_path(*path);
    if (steps.is_ok()) return follow(*root, *steps);
    row.fail("bad-path", std::string(steps.status().message()));
    return std::nullopt;
  }

 private:
  std::shared_ptr<const std::vector<JsonStep>> known_;
};

std::string json_text(const Element& element) { return simdjson::minify(element); }

struct Extract {
  Path path;
  std::optional<std::string> operator()(Row& row, View text, View where) const {
    const std::optional<Element> found = path.find(row, text, where);
    return found ? std::optional(json_text(*found)) : std::nullopt;
  }
};

struct ExtractString {
  Path path;
  std::optional<std::string> operator()(Row& row, View text, View where) const {
    const std::optional<Element> found = path.find(row, text, where);
    if (!found || found->is_null()) return std::nullopt;
    View value;
    if (found->get_string().get(value) == simdjson::SUCCESS) return std::string(value);
    return json_text(*found);
  }
};

struct Exists {
  Path path;
  bool operator()(Row& row, View text, View where) const { return path.find(row, text, where).has_value(); }
};

struct ArrayLength {
  Path path;
  std::optional<int64_t> operator()(Row& row, View text, std::optional<View> where) const {
    const std::optional<Element> found = path.find(row, text, where);
    simdjson::dom::array array;
    if (!found) return std::nullopt;
    return found->get_array().get(array) == simdjson::SUCCESS ? static_cast<int64_t>(array.size()) : 0;
  }
};

struct TypeName {
  Path path;
  std::optional<View> operator()(Row& row, View text, std::optional<View> where) const {
    const std::optional<Element> found = path.find(row, text, where);
    if (!found) return std::nullopt;
    switch (found->type()) {
      case simdjson::dom::element_type::ARRAY:
        return "ARRAY";
      case simdjson::dom::element_type::OBJECT:
        return "OBJECT";
      case simdjson::dom::element_type::INT64:
        return "BIGINT";
      case simdjson::dom::element_type::UINT64:
        return "UBIGINT";
      case simdjson::dom::element_type::DOUBLE:
        return "DOUBLE";
      case simdjson::dom::element_type::STRING:
        return "VARCHAR";
      case simdjson::dom::element_type::BOOL:
        return "BOOLEAN";
      case simdjson::dom::element_type::NULL_VALUE:
        return "NULL";
    }
    return std::nullopt;
  }
};

template <class F>
Overload with_path() {
  return prepared(
      [](const CallSite& site) -> Result<F> {
        WEIR_ASSIGN_OR_RETURN(Path path, Path::of(site));
        return F{std::move(path)};
      },
      Faults::kPossible);
}

}  // namespace

void add_json_functions(FunctionRegistry& registry) {
  add_function(
      registry, "JSON", "json_extract",
      "The JSON at a path such as $.a[0].b; null where there is nothing. The operator -> is the same.",
      {R"(json_extract('{"a": [{"b": 1}]}', '$.a[0].b') => 1)", R"(json_extract('{"a": "x"}', '$.a') => "x")",
       R"('{"a": {"b": 2}}' -> 'a' => {"b":2})"},
      with_path<Extract>());
  add_function(
      registry, "JSON", "json_extract_string",
      "As json_extract, but a text comes without quotes, and JSON's null is null. The operator ->> is the "
      "same.",
      {R"(json_extract_string('{"a": "x"}', '$.a') => x)",
       R"(json_extract_string('{"a": null}', '$.a') => NULL)", R"('[1, 2]' ->> '$[-1]' => 2)"},
      with_path<ExtractString>());
  add_function(registry, "JSON", "json_exists", "Whether there is anything at a path.",
               {R"(json_exists('{"a": null}', '$.a') => true)"}, with_path<Exists>());
  add_function(registry, "JSON", "json_array_length",
               "How many items the array has, of the whole text or at a path; 0 for what is no array.",
               {"json_array_length('[1, 2, 3]') => 3", R"(json_array_length('{"a": [1]}', '$.a') => 1)"},
               with_path<ArrayLength>());
  add_function(registry, "JSON", "json_type",
               "ARRAY, OBJECT, BIGINT, UBIGINT, DOUBLE, VARCHAR, BOOLEAN or NULL.",
               {R"(json_type('{"a": 1}') => OBJECT)"}, with_path<TypeName>());
  add_function(registry, "JSON", "json_valid", "Whether a text is JSON.",
               {"json_valid('{') => false", "json_valid('[1]') => true"},
               rows([](Row&, View text) { return parse(text, nullptr).has_value(); }));
}

}  // namespace weir::expr
