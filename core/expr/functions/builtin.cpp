#include "expr/functions/builtin.hpp"

namespace weir::expr {

void add_builtin_functions(FunctionRegistry& registry) {
  add_conditional_functions(registry);
  add_number_functions(registry);
}

}  // namespace weir::expr
