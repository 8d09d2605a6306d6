#pragma once
// A plan in words, for `weir plan`.
#include <string>

#include "plan/plan.hpp"

namespace weir {

/// Returns stages with their operators and copies, the edges between them, and for every path from a source
/// to a sink what it guarantees and which node weakens it. Ends with a newline.
std::string plan_text(const Plan& plan);

}  // namespace weir
