#pragma once
// The nearest right word for a wrong one.
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace weir {

/// Returns how many letters must be put in, taken out, changed or swapped with their neighbour to turn one
/// word into the other (optimal string alignment).
size_t edit_distance(std::string_view left, std::string_view right);

/// Returns the word that was probably meant: the nearest of `words`, letter case and '-' for '_' put aside,
/// if it is within one change for words of up to 3 letters, two for up to 7, three beyond. Of several equally
/// near words the one that begins with the same letters wins, then the one nearer in length, then the first.
/// Empty when none is near.
std::string nearest_word(std::string_view wrong, std::span<const std::string> words);
std::string nearest_word(std::string_view wrong, std::span<const std::string_view> words);

/// Returns "did you mean 'inputs'?", or an empty text when no word is near.
std::string did_you_mean(std::string_view wrong, std::span<const std::string> words);
std::string did_you_mean(std::string_view wrong, std::span<const std::string_view> words);

/// Returns "a, b or c"; at most `limit` of them, and then "...".
std::string list_words(std::span<const std::string> words, size_t limit = 12);
std::string list_words(std::span<const std::string_view> words, size_t limit = 12);

}  // namespace weir
