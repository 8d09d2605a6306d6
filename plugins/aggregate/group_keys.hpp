#pragma once
// `by`: columns, or names with expressions.
#include <string>
#include <utility>
#include <vector>

#include <weir/batch.hpp>
#include <weir/binding.hpp>
#include <weir/expression.hpp>
#include <weir/option_types.hpp>

namespace weir::aggregates {

using GroupBy = OneOf<std::vector<ColumnRef>, NamedList<Expression>, ColumnRef>;

/// One column of the key.
struct GroupKey {
  OutputColumn output;
  Expression expression;  ///< Without a handle: input column `column`.
  uint32_t column = 0;

  /// Whether it is a column of the input, so that rows can be exchanged by it before they are aggregated.
  bool is_column() const { return !expression; }
};

/// Returns the key columns in order. Fails: two of one name, or a type that cannot be a key.
Result<std::vector<GroupKey>> group_keys(const GroupBy& by, const Schema& input);

}  // namespace weir::aggregates
