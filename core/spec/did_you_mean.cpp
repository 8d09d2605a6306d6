#include "spec/did_you_mean.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

namespace weir {
namespace {

std::string put_aside_case(std::string_view word) {
  std::string plain(word);
  for (char& c : plain) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '-') c = '_';
  }
  return plain;
}

size_t changes_allowed(size_t length) {
  if (length <= 3) return 1;
  return length <= 7 ? 2 : 3;
}

size_t common_prefix(std::string_view left, std::string_view right) {
  return static_cast<size_t>(std::ranges::mismatch(left, right).in1 - left.begin());
}

size_t length_difference(std::string_view left, std::string_view right) {
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

}  // namespace

size_t edit_distance(std::string_view left, std::string_view right) {
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

std::string nearest_word(std::string_view wrong, std::span<const std::string> words) {
  return nearest(wrong, words);
}
std::string nearest_word(std::string_view wrong, std::span<const std::string_view> words) {
  return nearest(wrong, words);
}

std::string did_you_mean(std::string_view wrong, std::span<const std::string> words) {
  return question(wrong, words);
}
std::string did_you_mean(std::string_view wrong, std::span<const std::string_view> words) {
  return question(wrong, words);
}

std::string list_words(std::span<const std::string> words, size_t limit) { return listed(words, limit); }
std::string list_words(std::span<const std::string_view> words, size_t limit) { return listed(words, limit); }

}  // namespace weir
