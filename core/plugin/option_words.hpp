#pragma once
// Options and traits in the words that people read.
#include <string>
#include <vector>

#include "plugin/component_description.hpp"

namespace weir {

/// Returns what may stand there: "duration", "list of columns", "one of low, high", "float64 expression".
std::string option_kind_words(const OptionDescription& option);
/// Returns its bounds: "1 to 10", "at least 1", "at most 10", in the option's own unit (durations "5s", bytes
/// "64KiB"); empty without bounds.
std::string option_range_words(const OptionDescription& option);
/// Returns one sentence a trait, in a fixed order; and for traits whose absence matters, what that means.
std::vector<std::string> trait_sentences(const ComponentDescription& component);

}  // namespace weir
