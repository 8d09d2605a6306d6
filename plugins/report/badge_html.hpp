#pragma once
// Whether data is fresh and whole, as a small card.
#include <string>

#include "model.hpp"

namespace weir::report {

/// Returns the card `badge-<id>`; `data-state` is good, bad or unknown.
std::string badge_html(const Badge& badge);

}  // namespace weir::report
