#include "expr/functions/builtin.hpp"

#include "expr/functions/row_function.hpp"

namespace weir::expr {

void add_function(FunctionRegistry& registry, std::string theme, std::string name, std::string doc,
                  std::vector<std::string> examples, std::vector<Overload> overloads) {
  Function function;
  function.name = std::move(name);
  function.theme = std::move(theme);
  function.doc = std::move(doc);
  function.examples = std::move(examples);
  function.overloads = std::move(overloads);
  add_function(registry, std::move(function));
}

void add_builtin_functions(FunctionRegistry& registry) {
  add_conditional_functions(registry);
  add_number_functions(registry);
  add_text_functions(registry);
  add_unicode_functions(registry);
  add_regex_functions(registry);
  add_date_functions(registry);
  add_date_format_functions(registry);
  add_json_functions(registry);
  add_hash_functions(registry);
  add_url_functions(registry);
}

}  // namespace weir::expr
