#pragma once
// One number in large type, with what it is compared with.
#include <string>

#include "model.hpp"

namespace weir::report {

/// Returns the tile `tile-<id>`; `data-value` and `data-previous` hold the raw numbers and are left out where
/// there is none.
std::string tile_html(const Tile& tile);

}  // namespace weir::report
