#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>
#include <weir/did_you_mean.hpp>

namespace weir {
namespace {

constexpr std::array<std::string_view, 18> kNodeWords = {
    "type",  "inputs",      "id",      "description", "labels",    "event_time",
    "batch", "parallelism", "buffer",  "on_error",    "retry",     "retention",
    "allow", "purposes",    "subject", "owner",       "freshness", "isolation"};
constexpr std::array<std::string_view, 17> kPipelineWords = {
    "weir",       "name",  "about", "requires", "vars",     "environments", "include", "templates", "sources",
    "transforms", "sinks", "tests", "state",    "delivery", "checkpoint",   "memory",  "schedule"};

// One letter put in, taken out, changed, or swapped with its neighbour.
std::string mutate(std::string word, std::mt19937& random) {
  const auto letter = [&] { return static_cast<char>('a' + random() % 26); };
  const size_t at = random() % word.size();
  switch (random() % 4) {
    case 0:
      return word.insert(at, 1, letter());
    case 1:
      return word.erase(at, 1);
    case 2:
      word[at] = letter();
      return word;
    default:
      if (at + 1 < word.size()) std::swap(word[at], word[at + 1]);
      return word;
  }
}

TEST(EditDistance, CountsChangesAndSwapsOfNeighbours) {
  EXPECT_EQ(edit_distance("inputs", "inputs"), 0U);
  EXPECT_EQ(edit_distance("inptus", "inputs"), 1U);
  EXPECT_EQ(edit_distance("inpus", "inputs"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
}

TEST(NearestWord, FindsEveryWordFromItsOneLetterMutants) {
  std::mt19937 random(7);
  size_t tried = 0;
  for (const auto words :
       {std::span<const std::string_view>(kNodeWords), std::span<const std::string_view>(kPipelineWords)})
    for (const std::string_view word : words)
      for (int i = 0; i < 50; ++i) {
        const std::string wrong = mutate(std::string(word), random);
        if (wrong.empty() || std::ranges::find(words, wrong) != words.end()) continue;
        EXPECT_EQ(nearest_word(wrong, words), word) << wrong;
        ++tried;
      }
  EXPECT_GT(tried, 1500U);
}

TEST(NearestWord, PutsLetterCaseAndDashesAside) {
  const std::array<std::string, 2> words = {"event_time", "batch"};
  EXPECT_EQ(nearest_word("Event-Time", words), "event_time");
  EXPECT_EQ(nearest_word("BATCH", words), "batch");
}

TEST(NearestWord, PrefersTheSameBeginning) {
  const std::array<std::string, 2> words = {"bevents", "event"};
  EXPECT_EQ(nearest_word("events", words), "event");
}

TEST(NearestWord, FindsNothingFarAway) {
  const std::array<std::string, 3> words = {"by", "rows", "timeout"};
  EXPECT_EQ(nearest_word("xy_z", words), "");
  EXPECT_EQ(nearest_word("columns", words), "");
  EXPECT_EQ(did_you_mean("quite_other", words), "");
}

TEST(NearestWord, OneLetterIsNoLikeness) {
  const std::array<std::string, 1> words = {"t"};
  EXPECT_EQ(nearest_word("x", words), "");
  EXPECT_EQ(nearest_word("ts", words), "t");
}

TEST(DidYouMean, IsAQuestion) {
  const std::array<std::string, 1> words = {"inputs"};
  EXPECT_EQ(did_you_mean("inptus", words), "did you mean 'inputs'?");
}

TEST(DidYouMean, NamesAllWordsThatAreOneLetterAway) {
  const std::array<std::string, 4> types = {"int8", "int16", "int32", "int64"};
  EXPECT_EQ(did_you_mean("int4", types), "did you mean 'int8' or 'int64'?");
}

TEST(ListWords, EndsOnOrAndIsCutWhenLong) {
  const std::array<std::string, 3> words = {"a", "b", "c"};
  EXPECT_EQ(list_words(words), "a, b or c");
  EXPECT_EQ(list_words(words, 2), "a, b, ...");
}

}  // namespace
}  // namespace weir
