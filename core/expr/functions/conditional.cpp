// Functions that choose between their arguments.
#include "expr/functions/builtin.hpp"
#include "expr/functions/row_function.hpp"

namespace weir::expr {
namespace {

void add_form(FunctionRegistry& registry, SpecialForm form, std::string name, std::string signature,
              std::string doc, std::vector<std::string> examples) {
  Function function;
  function.name = std::move(name);
  function.theme = "conditional";
  function.signature = std::move(signature);
  function.doc = std::move(doc);
  function.examples = std::move(examples);
  function.form = form;
  add_function(registry, std::move(function));
}

}  // namespace

void add_conditional_functions(FunctionRegistry& registry) {
  add_form(registry, SpecialForm::kCoalesce, "coalesce", "(any, ...)",
           "The first argument that is not null. Later ones are computed only where they are needed.",
           {"coalesce(NULL, 2, 3) => 2", "coalesce(NULL, 'none') => none"});
  add_alias(registry, "ifnull", "coalesce");
  add_form(registry, SpecialForm::kNullIf, "nullif", "(any, any)",
           "Null where both arguments are equal, else the first.",
           {"nullif('-', '-') => NULL", "nullif(3, 4) => 3"});
  add_form(registry, SpecialForm::kIf, "if", "(bool, any, any)",
           "The second argument where the first is true, else the third. Only the chosen one is computed.",
           {"if(2 > 1, 'yes', 'no') => yes", "if(NULL, 1, 2) => 2"});
  add_form(registry, SpecialForm::kGreatest, "greatest", "(any, ...)",
           "The largest argument; nulls are left out.",
           {"greatest(1, NULL, 3) => 3", "greatest('a', 'b') => b"});
  add_form(registry, SpecialForm::kLeast, "least", "(any, ...)", "The smallest argument; nulls are left out.",
           {"least(4, 2.5) => 2.5", "least(NULL, 7) => 7"});
  add_form(registry, SpecialForm::kTry, "try", "(any)",
           "Its argument, or null where that has no value: a failed CAST, an overflow.",
           {"try(CAST('x' AS int64)) => NULL", "try(2147483647 + 1) => NULL"});
}

}  // namespace weir::expr
