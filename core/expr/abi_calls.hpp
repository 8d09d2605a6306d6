#pragma once
// Compiled expressions as plugins see them.
#include <weir/abi.h>

#include "expr/aggregate.hpp"
#include "expr/compile.hpp"

/// What stands behind the handle of an EXPRESSION option. Lives as long as the node.
struct weir_expression {
  weir::expr::CompiledExpression compiled;
};

/// What stands behind the handle of an AGGREGATE option. Lives as long as the node; its address must not
/// change.
struct weir_aggregate {
  explicit weir_aggregate(weir::expr::CompiledAggregate aggregate);
  weir_aggregate(const weir_aggregate&) = delete;
  weir_aggregate& operator=(const weir_aggregate&) = delete;

  weir::expr::CompiledAggregate compiled;
  std::vector<weir_expression> args;
  std::vector<weir_expression*> arg_handles;
  std::optional<weir_expression> filter;
};

namespace weir::expr {

/// Fills evaluate, expression_field, expression_columns and aggregate_info of `host`; touches no other entry.
void fill_expression_calls(weir_host& host);

}  // namespace weir::expr
