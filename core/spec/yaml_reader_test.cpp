#include "spec/yaml_reader.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace weir {
namespace {

struct Read {
  std::optional<YamlValue> value;
  FaultList faults;
};

Read read(std::string text, const YamlLimits& limits = {}) {
  Read read;
  read.value = read_yaml(std::make_shared<const SourceText>("a.yaml", std::move(text)), read.faults, limits);
  return read;
}

// The faults without the lines of the source.
std::string faults_of(std::string text, const YamlLimits& limits = {}) {
  std::string out;
  for (const Fault& fault : read(std::move(text), limits).faults.sorted()) {
    out += fault.place.to_string() + ": " + fault.message + " [" + fault.code + "]";
    out += fault.hint.empty() ? "\n" : "; " + fault.hint + "\n";
  }
  return out;
}

TEST(YamlReader, AQuestionMarkMayEndATextInsideBrackets) {
  const Read r = read("a: {question: How much?, b?: [what?, why? so, \"q?\"]}\nc: |\n  how?\n");
  ASSERT_TRUE(r.value && r.faults.empty()) << render_text(r.faults);
  const YamlValue& a = r.value->find("a")->value;
  EXPECT_EQ(a.find("question")->value.text, "How much?");
  EXPECT_EQ(a.find("question")->value.place.length, 9U);
  const std::vector<YamlValue>& words = a.find("b?")->value.items;
  EXPECT_EQ(words[0].text + words[1].text + words[2].text, "what?why? soq?");
  EXPECT_EQ(r.value->find("c")->value.text, "how?\n");
  EXPECT_EQ(faults_of("a: [\"x\\?\"]"),
            "a.yaml:1:7: in double quotes a '\\' begins an escape, and there is no '\\?' [bad-syntax]; write "
            "'\\\\' for "
            "a backslash, or use single quotes\n");
}

TEST(YamlReader, KeepsOrderTextAndPlaces) {
  const Read r = read("b: {x: 1}\na: [ö, 'q', \"t\\tt\"]\nn: ~\nm:\n");
  ASSERT_TRUE(r.value && r.faults.empty());
  const YamlValue& map = *r.value;
  EXPECT_EQ(keys_of(map), (std::vector<std::string>{"b", "a", "n", "m"}));
  const YamlValue& list = map.find("a")->value;
  EXPECT_EQ(list.items[0].text, "ö");
  EXPECT_EQ(list.items[0].place.to_string(), "a.yaml:2:5");
  EXPECT_EQ(list.items[1].place.to_string(), "a.yaml:2:8");
  EXPECT_EQ(list.items[1].style, YamlValue::Style::kQuoted);
  EXPECT_EQ(list.items[1].place.length, 3U);
  EXPECT_EQ(list.items[2].text, "t\tt");
  EXPECT_EQ(map.find("n")->value.text, "~");
  EXPECT_TRUE(map.find("n")->value.is_null());
  EXPECT_EQ(map.find("m")->value.place.to_string(), "a.yaml:4:1");
}

TEST(YamlReader, AliasesAndMergesAreCopiedIn) {
  const Read r = read("x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\nz: *x\nl: {<<: [{c: 4}, *x]}\n");
  ASSERT_TRUE(r.value && r.faults.empty());
  const YamlValue& y = r.value->find("y")->value;
  EXPECT_EQ(keys_of(y), (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(y.find("b")->value.text, "3");
  const YamlValue& z = r.value->find("z")->value;
  EXPECT_EQ(z.find("a")->value.place.to_string(), "a.yaml:1:11");
  EXPECT_EQ(z.find("a")->value.place.origin->place.to_string(), "a.yaml:3:4");
  EXPECT_EQ(keys_of(r.value->find("l")->value), (std::vector<std::string>{"c", "a", "b"}));
}

TEST(YamlReader, EmptyTextsAreNothing) {
  for (const char* text : {"", "# only a comment\n", "---\n"}) {
    const Read r = read(text);
    ASSERT_TRUE(r.value) << text;
    EXPECT_TRUE(r.value->is_null());
  }
}

TEST(YamlReader, AByteOrderMarkAndCarriageReturnsAreFine) {
  const Read r = read(
      "\xEF\xBB\xBF"
      "a: 1\r\nb: 2\r\n");
  ASSERT_TRUE(r.value && r.faults.empty());
  EXPECT_EQ(r.value->find("b")->value.text, "2");
  EXPECT_EQ(r.value->find("b")->value.place.to_string(), "a.yaml:2:4");
}

TEST(YamlReader, ADuplicateKeyNamesBothPlaces) {
  const Read r = read("a: 1\nb: {c: 1, c: 2}\na: 3\n");
  EXPECT_EQ(render_text(r.faults),
            "a.yaml:2:11: error: the key 'c' is given twice [duplicate-key]\n"
            "    2 | b: {c: 1, c: 2}\n"
            "      |           ^\n"
            "  hint: take one of them away\n"
            "  a.yaml:2:5: note: first given here\n"
            "a.yaml:3:1: error: the key 'a' is given twice [duplicate-key]\n"
            "    3 | a: 3\n"
            "      | ^\n"
            "  hint: take one of them away\n"
            "  a.yaml:1:1: note: first given here\n");
  EXPECT_EQ(r.value->find("a")->value.text, "1");
}

struct BadYaml {
  std::string text;
  std::string fault;
};

TEST(YamlReader, EachMistakeIsOneFault) {
  const BadYaml mistakes[] = {
      {"a:\n\tb: 1\n",
       "a.yaml:2:1: a tab stands where the line is indented; YAML indents with spaces only "
       "[tab-indentation]; replace the tab by spaces\n"},
      {"a:\n  b: 1\n \tc: 2\n",
       "a.yaml:3:2: a tab stands where the line is indented; YAML indents with spaces only "
       "[tab-indentation]; replace the tab by spaces\n"},
      {"a: [1, 2\nb: 3\n",
       "a.yaml:1:4: the '[' that begins here is not closed [bad-syntax]; put ']' where it ends, and ',' "
       "between its parts\n"},
      {"a: {b: 1\n",
       "a.yaml:1:4: the '{' that begins here is not closed [bad-syntax]; put '}' where it ends, and ',' "
       "between its parts\n"},
      {"a: \"abc\nb: 3\n",
       "a.yaml:1:4: the quoted text that begins here is never closed [bad-syntax]; put a \" where it ends\n"},
      {"a: b: c\n",
       "a.yaml:1:5: a second ': ' on this line [bad-syntax]; put the text in quotes if the ':' belongs to "
       "it\n"},
      {"a: 1\nb:2\nc: 3\n",
       "a.yaml:2:1: a ':' after a key needs a space behind it [bad-syntax]; write 'key: value'\n"},
      {"a: {b:1}\n", "a.yaml:1:5: a ':' after a key needs a space behind it [bad-syntax]; write 'b: 1'\n"},
      {"a: 1\n b: 2\n",
       "a.yaml:2:3: a key does not fit here: the text above it goes on, or the indentation is wrong "
       "[bad-syntax]; give keys of one map the same indentation, and every key a ':'\n"},
      {"a:\n  - 1\n b: 2\n",
       "a.yaml:3:2: this line belongs to no map or list above it [bad-syntax]; check its indentation, and "
       "the end of the line before\n"},
      {"- a\nb: 1\n",
       "a.yaml:2:1: this line belongs to no map or list above it [bad-syntax]; check its indentation, and "
       "the end of the line before\n"},
      {"a: @x\n", "a.yaml:1:4: a text may not begin with '@' [bad-syntax]; put the text in quotes\n"},
      {"a: \"\\d\"\n",
       "a.yaml:1:5: in double quotes a '\\' begins an escape, and there is no '\\d' [bad-syntax]; write "
       "'\\\\' for a backslash, or use single quotes\n"},
      {"a: *b\n",
       "a.yaml:1:4: this alias names an anchor that is not defined above it [bad-syntax]; write '&name' "
       "before the value that it repeats, or quote the text if it is none\n"},
      {"a: &x [*x]\n", "a.yaml:1:8: this alias stands inside the value that it repeats [bad-alias]\n"},
      {"a: 1\n}\n", "a.yaml:2:1: this '}' closes nothing [bad-syntax]; take it away\n"},
      {"a: - b\n",
       "a.yaml:1:4: a list item does not fit here [bad-syntax]; begin the list on a line of its own\n"},
      {"a: {p: ${x}, q: 1}\n",
       "a.yaml:1:8: inside [...] and {...} a text with '${...}' needs quotes [bad-syntax]; write "
       "\"${name}\"\n"},
      {"a: [${x}, 1]\n",
       "a.yaml:1:5: inside [...] and {...} a text with '${...}' needs quotes [bad-syntax]; write "
       "\"${name}\"\n"},
      {"a: 1\n---\nb: 1\n",
       "a.yaml:2:1: a second YAML document begins here; a file holds one pipeline [two-documents]; put it "
       "into a file of its own\n"},
      {"? [a]\n: 1\nb: 2\n",
       "a.yaml:1:3: a key is a list; it must be a text [bad-key]; put a name before the ':', in quotes if "
       "need be\n"},
      {": 1\n",
       "a.yaml:1:1: a key is nothing; it must be a text [bad-key]; put a name before the ':', in quotes if "
       "need be\n"},
      {"a: !env X\n",
       "a.yaml:1:9: the YAML tag '!env' means nothing here [unknown-tag]; take it away; variables and "
       "secrets are written \"${...}\"\n"},
      {"<<: 5\n",
       "a.yaml:1:5: '<<' takes a map or a list of maps, found '5' [bad-merge]; write '<<: *anchor' with an "
       "anchor on a map\n"},
      {"a: \x01\n", "a.yaml:1:4: this byte is no printable UTF-8 text [bad-text]; save the file as UTF-8\n"},
      {"a: \xFF\n", "a.yaml:1:4: this byte is no printable UTF-8 text [bad-text]; save the file as UTF-8\n"},
  };
  for (const BadYaml& mistake : mistakes) EXPECT_EQ(faults_of(mistake.text), mistake.fault) << mistake.text;
}

TEST(YamlReader, BoundsSizeNestingAndAliases) {
  EXPECT_EQ(faults_of("abcdef", {.bytes = 5}),
            "a.yaml:1:1: the file has 6 bytes; at most 5 are read [too-large]\n");
  const std::string deep(65, '[');
  EXPECT_EQ(faults_of(deep + std::string(65, ']')),
            "a.yaml:1:65: maps and lists are nested more than 64 deep [too-deep]\n");
  EXPECT_EQ(faults_of(std::string(64, '[') + std::string(64, ']')), "");
  EXPECT_EQ(faults_of(std::string(200'000, '[')),
            "a.yaml:1:10001: maps and lists are nested more than 64 deep [too-deep]\n");
  std::string laughs = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'j'; ++c) {
    const std::string last(1, static_cast<char>(c - 1));
    laughs += std::string(1, c) + ": &" + c + " [*" + last + ", *" + last + ", *" + last + ", *" + last +
              ", *" + last + ", *" + last + ", *" + last + "]\n";
  }
  EXPECT_EQ(faults_of(laughs),
            "a.yaml:6:16: the aliases of this file repeat more than 100000 values [too-large]\n");
}

TEST(YamlReader, NeverCrashesOnDamagedFiles) {
  const std::string good =
      "weir: 1\nname: p # c\nx: &x {a: [1, \"two\", 'three'], b: |\n    text\n  }\nsources:\n  s: {<<: *x, "
      "type: file}\n  t:\n    - !!str 1\n    - >-\n      folded\n      text\n";
  std::mt19937 random(11);
  for (int i = 0; i < 3000; ++i) {
    std::string bad = good;
    for (size_t n = random() % 4 + 1; n > 0; --n)
      bad[random() % bad.size()] = "[]{}:,'\"&*!|>-#\n\t %@?x\x80"[random() % 23];
    const Read r = read(bad);
    EXPECT_TRUE(r.value || r.faults.size() >= 1) << bad;
  }
}

TEST(PlaceIn, FollowsTheLettersThroughBlocksAndFoldedLines) {
  const Read r = read(
      "a: \"x > oops\"\nb: |\n  one\n  two oops\nc: >-\n    first\n    oops\nd: 'it''s oops'\ne: \"\\t "
      "oops\"\n");
  ASSERT_TRUE(r.value && r.faults.empty());
  const auto place = [&](const char* key) {
    const YamlValue& value = r.value->find(key)->value;
    return place_in(value, value.text.find("oops"), 4).to_string();
  };
  EXPECT_EQ(place("a"), "a.yaml:1:9");
  EXPECT_EQ(place("b"), "a.yaml:4:7");
  EXPECT_EQ(place("c"), "a.yaml:7:5");
  EXPECT_EQ(place("d"), "a.yaml:8:11");
  EXPECT_EQ(place("e"), "a.yaml:9:4");
}

}  // namespace
}  // namespace weir
