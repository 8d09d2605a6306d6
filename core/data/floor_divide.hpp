#pragma once
#include <cstdint>

namespace weir {

/// The quotient rounded towards minus infinity, as times before 1970 need it. Needs: b > 0.
constexpr int64_t floor_divide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace weir
