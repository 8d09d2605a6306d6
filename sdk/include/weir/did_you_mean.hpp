#pragma once
// The nearest right word for a wrong one.
#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace weir {

/// Returns how many letters must be put in, taken out, changed or swapped with their neighbour to turn one
/// word into the other (optimal string alignment).
inline size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<size_t> before_last(right.size() + 1);
  std::vector<size_t> last(right.size() + 1);
  std::vector<size_t> row(right.size() + 1);
  for (size_t j = 0; j <= right.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= left.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (size_t j = 1; j <= right.size(); ++j) {
      const size_t change = left[i - 1] == right[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[right.size()];
}

namespace detail {

inline std::string put_aside_case(std::string_view word) {
  std::string plain(word);
  for (char& c : plain) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '-') c = '_';
  }
  return plain;
}

inline size_t changes_allowed(size_t length) {
  if (length <= 3) return 1;
  return length <= 7 ? 2 : 3;
}

inline size_t common_prefix(std::string_view left, std::string_view right) {
  return static_cast<size_t>(std::ranges::mismatch(left, right).in1 - left.begin());
}

inline size_t length_difference(std::string_view left, std::string_view right) {
  return std::max(left.size(), right.size()) - std::min(left.size(), right.size());
}

template <class Word>
std::string nearest(std::string_view wrong, std::span<const Word> words) {
  const std::string plain = put_aside_case(wrong);
  std::tuple<size_t, size_t, size_t> best_rank;
  const Word* best = nullptr;
  for (const Word& word : words) {
    const size_t allowed = changes_allowed(std::max(word.size(), wrong.size()));
    if (length_difference(word, wrong) > allowed) continue;
    const std::string candidate = put_aside_case(word);
    const size_t distance = edit_distance(plain, candidate);
    if (distance > allowed || distance >= std::max(word.size(), wrong.size())) continue;
    const std::tuple rank(distance, wrong.size() - common_prefix(plain, candidate),
                          length_difference(word, wrong));
    if (best == nullptr || rank < best_rank) {
      best_rank = rank;
      best = &word;
    }
  }
  return best == nullptr ? std::string() : std::string(*best);
}

template <class Word>
std::string listed(std::span<const Word> words, size_t limit) {
  std::string out;
  const size_t shown = std::min(words.size(), limit);
  for (size_t i = 0; i < shown; ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return shown < words.size() ? out + ", ..." : out;
}

// Words that are one letter away are all named: none of them is the likelier one.
template <class Word>
std::string question(std::string_view wrong, std::span<const Word> words) {
  const std::string best = nearest(wrong, words);
  if (best.empty()) return best;
  std::vector<std::string> meant = {best};
  const std::string plain = put_aside_case(wrong);
  for (const Word& word : words) {
    const bool is_near = edit_distance(plain, best) == 1 && edit_distance(plain, put_aside_case(word)) == 1;
    if (is_near && word.size() > 1 && std::ranges::find(meant, word) == meant.end()) meant.emplace_back(word);
  }
  std::string text = "did you mean ";
  for (size_t i = 0; i < meant.size(); ++i)
    text += (i == 0 ? "'" : i + 1 == meant.size() ? " or '" : ", '") + meant[i] + "'";
  return text + "?";
}

}  // namespace detail

/// Returns the word that was probably meant: the nearest of `words`, letter case and '-' for '_' put aside,
/// if it is within one change for words of up to 3 letters, two for up to 7, three beyond. Of several equally
/// near words the one that begins with the same letters wins, then the one nearer in length, then the first.
/// Empty when none is near.
inline std::string nearest_word(std::string_view wrong, std::span<const std::string> words) {
  return detail::nearest(wrong, words);
}
inline std::string nearest_word(std::string_view wrong, std::span<const std::string_view> words) {
  return detail::nearest(wrong, words);
}

/// Returns "did you mean 'inputs'?", or an empty text when no word is near.
inline std::string did_you_mean(std::string_view wrong, std::span<const std::string> words) {
  return detail::question(wrong, words);
}
inline std::string did_you_mean(std::string_view wrong, std::span<const std::string_view> words) {
  return detail::question(wrong, words);
}

/// Returns "; did you mean 'inputs'?" to stand behind a message, or an empty text.
inline std::string hint_behind(std::string_view wrong, std::span<const std::string> words) {
  const std::string hint = did_you_mean(wrong, words);
  return hint.empty() ? hint : "; " + hint;
}

/// Returns "a, b or c"; at most `limit` of them, and then "...".
inline std::string list_words(std::span<const std::string> words, size_t limit = 12) {
  return detail::listed(words, limit);
}
inline std::string list_words(std::span<const std::string_view> words, size_t limit = 12) {
  return detail::listed(words, limit);
}

}  // namespace weir
