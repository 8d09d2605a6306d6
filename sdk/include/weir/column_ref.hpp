#pragma once
// A column that an option names.
#include <cstddef>
#include <string>

namespace weir {

/// A column of an input, resolved by the host before bind(): its index in that input's schema, and its name.
struct ColumnRef {
  size_t index = 0;
  std::string name;
};

}  // namespace weir
