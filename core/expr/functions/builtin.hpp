#pragma once
// Weir's own functions, by theme.
#include "expr/function_registry.hpp"

namespace weir::expr {

/// Adds all of the below. Needs: none of them is there.
void add_builtin_functions(FunctionRegistry& registry);

void add_conditional_functions(FunctionRegistry& registry);
void add_number_functions(FunctionRegistry& registry);
void add_text_functions(FunctionRegistry& registry);
void add_unicode_functions(FunctionRegistry& registry);
void add_regex_functions(FunctionRegistry& registry);
void add_date_functions(FunctionRegistry& registry);
void add_date_format_functions(FunctionRegistry& registry);
void add_json_functions(FunctionRegistry& registry);
void add_hash_functions(FunctionRegistry& registry);
void add_url_functions(FunctionRegistry& registry);

}  // namespace weir::expr
