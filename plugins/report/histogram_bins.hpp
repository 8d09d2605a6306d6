#pragma once
// How many values lie in each of some classes of one width.
#include <cstddef>
#include <vector>

#include "model.hpp"

namespace weir::report {

/// Returns three columns: where a class begins, where the next one does, and how many values lie in between
/// (in the last class also those at its end). The width is 1, 2 or 5 times a power of ten, so that there are
/// at most `most` classes or a few more; classes without values inside the range are there with 0. Nothing
/// when no row has a number.
std::vector<Column> histogram_bins(const Column& values, std::size_t most);

}  // namespace weir::report
