#pragma once
// What made a column that a node gives: for people who ask where a number comes from.
#include <string>
#include <string_view>

#include "plan/bound_pipeline.hpp"
#include "plan/declared_pipeline.hpp"

namespace weir {

/// Returns the text in `compute` or `set` of the node that made the column. Where there is none, or it has a
/// secret in it, the component and the node: "retention in node 'cohorts'", behind "users of " when the
/// column has another name there. Of a column that came from a source: its name there, when it is another
/// one, else nothing. Follows the column up through the nodes that pass it on as it is, as their bindings
/// say; behind a union nobody is told. Needs: `node` is bound and its output `port` has the column.
std::string column_expression(const DeclaredPipeline& declared, const BoundPipeline& bound, size_t node,
                              std::string port, std::string_view column);

}  // namespace weir
