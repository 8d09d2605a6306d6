#pragma once
// Which columns are shown to people, and what their labels are called.
#include <string>
#include <vector>
#include <weir/schema.hpp>

namespace weir {

/// Returns the labels of a column, its sensitivity first: "direct", "marketing".
std::vector<std::string> labels_of(const Field& field);

/// Whether a column is shown only to who asks for it: it has a label, and is not said to be of sensitivity
/// `none`.
bool is_masked(const Field& field);

}  // namespace weir
