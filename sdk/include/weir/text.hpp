#pragma once
// Texts across the C ABI: weir_str and std::string_view are the same thing.
#include <string_view>

#include "weir/abi_data.h"

namespace weir {

/// Borrows: valid as long as the text that `text` views.
inline weir_str as_str(std::string_view text) { return {text.data(), text.size()}; }
/// Borrows: valid as long as the text that `text` names.
inline std::string_view as_view(weir_str text) {
  return text.size == 0 ? std::string_view() : std::string_view(text.data, text.size);
}

}  // namespace weir
