#pragma once
// Whether a run of bytes is UTF-8, found once instead of for each text in it.
#include <weir/decoder.hpp>

namespace weir::formats {

/// Returns true when all of it is valid, but for a character at the end that a range's border cuts in two.
/// Then each text that ASCII characters bound within it is valid, too.
bool is_valid_utf8_but_for_cut(const DecodeInput& input);

}  // namespace weir::formats
