#pragma once
// What some editors put before the first character of a text.
#include <string_view>

#include <weir/status.hpp>

namespace weir::formats {

/// Returns how many bytes at the front are UTF-8's byte order mark: 0 or 3.
/// Fails: the text is not UTF-8 by its mark.
Result<size_t> byte_order_mark(std::string_view head);

}  // namespace weir::formats
