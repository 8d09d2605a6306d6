#pragma once
// 128-bit integers, which the compiler has and the standard does not.

namespace weir {

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

}  // namespace weir
