#pragma once
// The compiled form of an expression. Internal to this room.
#include <functional>
#include <string>
#include <vector>

#include <weir/c_schema.hpp>

#include "expr/ast.hpp"
#include "expr/compile.hpp"
#include "expr/ops.hpp"

namespace weir::expr {

struct Program {
  OpPtr root;
  Field field;
  std::optional<CFields> c_field;
  std::vector<uint32_t> columns;
  std::optional<uint32_t> bare_column;
  size_t slot_count = 0;
  std::string text;
};

/// Compiles a tree. `must_be_bool`: the words of the message when it is not.
std::optional<CompiledExpression> compile_ast(const Ast& ast, const Schema& schema,
                                              const FunctionRegistry& functions,
                                              const AggregateCatalog* aggregates,
                                              const std::string& must_be_bool, ExprFaults& faults);

}  // namespace weir::expr
