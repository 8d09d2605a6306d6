#pragma once
// Which columns probably tell something about a person: a suggestion that people correct.
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// Returns `direct`, `quasi` or `sensitive`, or an empty text, by a column's name and by texts found in it:
/// e-mail and network addresses say so themselves.
std::string suggested_label(std::string_view name, const std::vector<std::string>& texts);

}  // namespace weir
