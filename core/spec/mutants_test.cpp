// Whole pipelines with one letter wrong in a word of the language or in a reference: exactly one fault, at
// that word, and its hint is the right word.
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "spec/texts.hpp"

namespace weir {
namespace {

constexpr const char* kGood = R"(weir: 1
name: shop
about: {owner: growth}
vars: {input: {default: data.csv, description: what to read}}
environments: {prod: {vars: {input: big.csv}, sinks: {report: {path: x}}}}
checkpoint: {every: 30s}
delivery: at_least_once
templates:
  clean:
    params: {column: {type: text, default: user}}
    transforms: {sane: {type: filter, inputs: input, where: "${column}"}}
    output: sane
sources:
  events:
    type: file
    path: ${input}
    event_time: {column: ts, max_delay: 5s, idle_after: 30s}
    batch: {rows: 1000, bytes: 1MiB, timeout: 50ms}
    on_error: dead_letter
transforms:
  private: {type: pseudonymize, inputs: events}
  cleaned: {type: clean, inputs: private, column: page}
sinks:
  report: {type: report, inputs: cleaned}
  bad: {type: file, inputs: [events.errors, cleaned.errors]}
tests:
  - name: slow
    given: {private: []}
    expect: {cleaned: []}
    ordered: true
)";

// Words that occur once as a key or a reference, so that the place of the mistake is certain; written with
// what stands around them.
const std::vector<std::pair<std::string, std::string>> kTargets = {
    {"weir", ": 1"},         {"name", ": shop"},
    {"about", ": {owner"},   {"vars", ": {input: {default"},
    {"environments", ":"},   {"checkpoint", ": {ev"},
    {"every", ": 30s"},      {"delivery", ": at"},
    {"at_least_once", "\n"}, {"templates", ":"},
    {"params", ":"},         {"output", ": sane"},
    {"sources", ":"},        {"transforms", ":\n"},
    {"sinks", ":\n"},        {"tests", ":"},
    {"type", ": file\n"},    {"type", ": pseudo"},
    {"inputs", ": events"},  {"inputs", ": cleaned}"},
    {"column", ": ts"},      {"max_delay", ": 5s"},
    {"idle_after", ":"},     {"rows", ": 1000"},
    {"bytes", ": 1MiB"},     {"timeout", ":"},
    {"dead_letter", "\n"},   {"input", "}\n    event"},
    {"default", ": data"},   {"description", ": what"},
    {"given", ":"},          {"expect", ":"},
    {"ordered", ":"},        {"events", "}\n"},
    {"private", ", column"}, {"cleaned", "}\n  bad"},
    {"events", ".errors"},   {"cleaned", ".errors"},
    {"column", ": page"},    {"text", ", default"}};

std::string mutate(std::string word, std::mt19937& random) {
  const size_t at = random() % word.size();
  const char letter = static_cast<char>('a' + random() % 26);
  switch (random() % 4) {
    case 0:
      return word.insert(at, 1, letter);
    case 1:
      return word.erase(at, 1);
    case 2:
      word[at] = letter;
      return word;
    default:
      if (at + 1 < word.size()) std::swap(word[at], word[at + 1]);
      return word;
  }
}

// A mutant that is another right word in its place is no mistake, or not this one.
bool is_another_word(const std::string& mutant) {
  static const std::set<std::string> kWords = {"", "x", "bad"};
  return kWords.contains(mutant) || mutant.starts_with("x-");
}

TEST(Mutants, OfOneLetterAreOneFaultAtThatWordWithTheRightHint) {
  ASSERT_EQ(render_text(load(kGood).faults), "");
  std::mt19937 random(42);
  size_t tried = 0;
  for (const auto& [word, after] : kTargets) {
    const size_t at = std::string(kGood).find(word + after);
    ASSERT_NE(at, std::string::npos) << word << after;
    for (int i = 0; i < 40; ++i) {
      const std::string mutant = mutate(word, random);
      if (mutant == word || is_another_word(mutant)) continue;
      std::string text = kGood;
      text.replace(at, word.size(), mutant);
      const SourceText source("p.yaml", text);
      const LoadResult result = load(text);
      const std::string shown = render_text(result.faults);
      ASSERT_EQ(result.faults.size(), 1U) << mutant << "\n" << shown;
      const Fault fault = result.faults.sorted()[0];
      EXPECT_EQ(fault.place.line, source.line_of(at)) << shown;
      EXPECT_NE(fault.hint.find(word), std::string::npos) << mutant << "\n" << shown;
      ++tried;
    }
  }
  EXPECT_GT(tried, 1200U);
}

}  // namespace
}  // namespace weir
