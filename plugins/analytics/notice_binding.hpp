#pragma once
// What the columns of a notice are and where each comes from.
#include <vector>

#include <weir/binding.hpp>

namespace weir::analytics {

/// One output of notices that reads the keys and `read`. `group`: places in `by`.
/// Fails: a column of the group is called as one of the notice's own.
Result<Binding> bind_notices(const Schema& input, const std::vector<ColumnRef>& by,
                             const std::vector<size_t>& group, std::vector<ColumnId> read);

}  // namespace weir::analytics
