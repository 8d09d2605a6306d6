#pragma once
// The two times that are none.
#include <cstdint>
#include <limits>

namespace weir {

inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
inline constexpr int64_t kBeforeAll = std::numeric_limits<int64_t>::min();

}  // namespace weir
