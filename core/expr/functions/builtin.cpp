#include "expr/functions/builtin.hpp"

namespace weir::expr {

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
