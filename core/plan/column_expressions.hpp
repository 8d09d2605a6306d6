#pragma once
// What made the columns that a node gives, as the YAML of it and of the nodes above says: for people who ask
// where a number comes from.
#include <cstddef>
#include <map>
#include <string>

#include "plan/declared_pipeline.hpp"

namespace weir {

/// Returns, by column, the text of its expression in `compute` or `set`, or its name before a `rename`. Walks
/// up from `node` while there is one node to come from, as far as the first that computes anew; what is
/// nearest counts. Columns that nobody computed are left out, and so is a text with a secret in it.
std::map<std::string, std::string> column_expressions(const DeclaredPipeline& pipeline, size_t node);

}  // namespace weir
