#include "state/key_bytes.hpp"

#include <bit>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "state/test_keys.hpp"

namespace weir {
namespace {

using test::bools;
using test::dictionary;
using test::fixed;
using test::offsets;
using test::views;

std::string hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<uint8_t>(c) >> 4];
    text += kDigits[static_cast<uint8_t>(c) & 15];
  }
  return text;
}

std::string bytes_of(const std::vector<Column>& columns, int64_t row = 0) {
  const test::Keys keys(columns);
  std::string bytes;
  append_key_bytes(keys.raw(), row, bytes);
  return bytes;
}

/// The keys that key_vectors.txt names.
std::map<std::string, std::vector<Column>> named_keys() {
  const DataType money = DataType::decimal(20, 2);
  std::map<std::string, std::vector<Column>> keys;
  keys["null int64"] = {fixed<int64_t>({std::nullopt})};
  keys["false"] = {bools({false})};
  keys["true"] = {bools({true})};
  keys["int8 -1"] = {fixed<int8_t>({int8_t{-1}})};
  keys["int16 -1"] = {fixed<int16_t>({int16_t{-1}})};
  keys["int32 -1"] = {fixed<int32_t>({-1})};
  keys["int64 -1"] = {fixed<int64_t>({-1})};
  keys["uint8 200"] = {fixed<uint8_t>({uint8_t{200}})};
  keys["uint16 200"] = {fixed<uint16_t>({uint16_t{200}})};
  keys["uint32 200"] = {fixed<uint32_t>({200U})};
  keys["int64 200"] = {fixed<int64_t>({200})};
  keys["uint64 max"] = {fixed<uint64_t>({UINT64_MAX})};
  keys["int64 min"] = {fixed<int64_t>({INT64_MIN})};
  keys["float64 1.5"] = {fixed<double>({1.5})};
  keys["float32 1.5"] = {fixed<float>({1.5F})};
  keys["float64 0"] = {fixed<double>({0.0})};
  keys["float64 -0"] = {fixed<double>({-0.0})};
  keys["float64 nan"] = {fixed<double>({std::bit_cast<double>(uint64_t{0xfff8000000000123})})};
  keys["float32 nan"] = {fixed<float>({-std::numeric_limits<float>::quiet_NaN()})};
  keys["decimal 12.50"] = {fixed<Decimal128>({1250}, money)};
  keys["decimal 1200.00"] = {fixed<Decimal128>({120000}, money)};
  keys["decimal -0.07"] = {fixed<Decimal128>({-7}, money)};
  keys["decimal 0.00"] = {fixed<Decimal128>({0}, money)};
  keys["timestamp 1"] = {fixed<int64_t>({1}, Type::kTimestamp)};
  keys["date -1"] = {fixed<int32_t>({-1}, Type::kDate32)};
  keys["string empty"] = {views({""})};
  keys["string shop"] = {views({"shop"})};
  keys["string of 20"] = {views({"aaaaabbbbbcccccddddd"})};
  keys["string umlaut"] = {views({"Z\xc3\xbcrich"})};
  keys["binary 00ff"] = {views({std::string("\0\xff", 2)}, Type::kBinary)};
  keys["string a, int64 7, null date"] = {views({"a"}), fixed<int64_t>({7}),
                                          fixed<int32_t>({std::nullopt}, Type::kDate32)};
  keys["no columns"] = {};
  return keys;
}

TEST(KeyBytes, AreThoseOfTheFrozenVectors) {
  std::ifstream file(WEIR_SOURCE_DIR "/core/state/key_vectors.txt");
  auto keys = named_keys();
  size_t seen = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const size_t first = line.find(" | ");
    const size_t second = line.find(" | ", first + 3);
    const std::string name = line.substr(0, first);
    ASSERT_TRUE(keys.contains(name)) << name;
    const std::string bytes = bytes_of(keys[name]);
    EXPECT_EQ(hex(bytes), line.substr(first + 3, second - first - 3)) << name;
    EXPECT_EQ(std::to_string(key_group(bytes)), line.substr(second + 3)) << name;
    ++seen;
  }
  EXPECT_EQ(seen, keys.size());
}

TEST(KeyBytes, AreTheSameInEveryStringLayout) {
  const test::Texts texts = {"", "a", "abcd", "abcdefghijkl", "abcdefghijklm", std::nullopt, "Z\xc3\xbcrich"};
  for (int64_t row = 0; row < static_cast<int64_t>(texts.size()); ++row) {
    const std::string bytes = bytes_of({views(texts)}, row);
    EXPECT_EQ(bytes_of({dictionary(texts)}, row), bytes);
    EXPECT_EQ(bytes_of({offsets(texts)}, row), bytes);
  }
}

TEST(KeyBytes, TellColumnsApart) {
  EXPECT_NE(bytes_of({views({"ab"}), views({"c"})}), bytes_of({views({"a"}), views({"bc"})}));
  EXPECT_NE(bytes_of({views({"a"})}), bytes_of({views({"a"}, Type::kBinary)}));
}

TEST(KeyBytes, GroupsOfABatchAreThoseOfItsRows) {
  std::vector<std::optional<int64_t>> numbers;
  test::Texts texts;
  for (int i = 0; i < 1000; ++i) {
    numbers.push_back(i % 7 == 0 ? std::nullopt : std::optional<int64_t>(i * 31));
    texts.push_back(i % 11 == 0 ? std::nullopt
                                : std::optional(std::string(static_cast<size_t>(i % 30), 'x')));
  }
  for (const bool is_dictionary : {false, true}) {
    const Column text = is_dictionary ? dictionary(texts) : views(texts);
    for (const auto& columns :
         {std::vector<Column>{text}, std::vector<Column>{fixed<int64_t>(numbers), text}}) {
      const test::Keys keys(columns);
      std::vector<uint8_t> groups(1000);
      key_groups(keys.raw(), nullptr, 1000, groups.data());
      for (int64_t row = 0; row < 1000; ++row) {
        EXPECT_EQ(groups[static_cast<size_t>(row)], key_group(bytes_of(columns, row)));
      }
      const std::vector<uint32_t> rows = {999, 3, 3, 500};
      std::vector<uint8_t> picked(4);
      key_groups(keys.raw(), rows.data(), 4, picked.data());
      for (size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(picked[i], groups[rows[i]]);
    }
  }
}

TEST(KeyBytes, EveryGroupHasOneOwner) {
  for (uint32_t count = 1; count <= 300; ++count) {
    uint32_t next = 0;
    for (uint32_t copy = 0; copy < count; ++copy) {
      const KeyGroupRange range = groups_of_copy(copy, count);
      EXPECT_EQ(range.first, next);
      for (uint32_t group = range.first; group < range.end; ++group)
        EXPECT_EQ(copy_of_group(group, count), copy);
      next = range.end;
    }
    EXPECT_EQ(next, kKeyGroupCount);
  }
}

TEST(KeyBytes, ReadBackWhatTheyHold) {
  const std::string bytes = bytes_of({views({"a"}), fixed<int64_t>({-7}), fixed<int32_t>({std::nullopt})});
  KeyBytesReader reader(bytes);
  EXPECT_EQ(reader.next()->text, "a");
  const KeyValue number = reader.next().value();
  EXPECT_EQ(static_cast<int64_t>(number.low), -7);
  EXPECT_EQ(number.high, UINT64_MAX);
  EXPECT_EQ(reader.next()->tag, KeyTag::kNull);
  EXPECT_TRUE(reader.is_at_end());
  EXPECT_EQ(reader.next().status().message(), "a stored key ends in the middle of a value");
  for (size_t size = 1; size < 6; ++size) {
    EXPECT_EQ(KeyBytesReader(std::string_view(bytes).substr(0, size)).next().is_ok(), size == 6);
  }
  EXPECT_EQ(KeyBytesReader("\x63").next().status().message(), "a stored key has a value of unknown kind 99");
}

TEST(KeyBytes, ListsAndStructsAreNoKeys) {
  weir_field field{};
  field.name = {"tags", 4};
  field.type = WEIR_LIST;
  EXPECT_EQ(check_key_field(field).message(),
            "key column 'tags' is a list; a key is made of numbers, texts, booleans, times and dates");
  field.type = WEIR_STRUCT;
  EXPECT_EQ(check_key_field(field).message(),
            "key column 'tags' is a struct; a key is made of numbers, texts, booleans, times and dates");
  field.type = WEIR_STRING;
  EXPECT_TRUE(check_key_field(field).is_ok());
}

}  // namespace
}  // namespace weir
