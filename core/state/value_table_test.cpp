#include "state/value_table.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "state/test_keys.hpp"

namespace weir {
namespace {

using test::dictionary;
using test::fixed;
using test::KeyFields;
using test::Keys;
using test::offsets;
using test::views;

class Table {
 public:
  explicit Table(const char* key, uint32_t slot_size = 16, std::vector<uint32_t> refs = {},
                 size_t limit = MemoryAccount::kNoLimit)
      : account(MemoryAccount::make("per_page", nullptr, limit)), fields_(key) {
    table_.emplace(
        ValueTable::Spec{"counts", KeyShape::make(fields_.data(), fields_.size()).value(), slot_size, refs},
        *account);
  }
  ValueTable* operator->() { return &*table_; }
  void drop() { table_.reset(); }
  std::vector<void*> insert(const Keys& keys, std::vector<uint8_t>* inserted = nullptr) {
    std::vector<void*> slots(keys.size());
    std::vector<uint8_t> flags(keys.size());
    const Status status = table_->find_or_insert(keys.get(), slots.data(), flags.data());
    EXPECT_TRUE(status.is_ok()) << status.message();
    if (inserted != nullptr) *inserted = flags;
    return slots;
  }
  std::vector<void*> find(const Keys& keys) {
    std::vector<void*> slots(keys.size());
    EXPECT_TRUE(table_->find(keys.get(), slots.data()).is_ok());
    return slots;
  }

  const std::shared_ptr<MemoryAccount> account;

 private:
  KeyFields fields_;
  std::optional<ValueTable> table_;
};

uint64_t& value(void* slot) { return *static_cast<uint64_t*>(slot); }

/// A scan's rows as (namespace, first key column as text, slot value).
using ValueRow = std::tuple<int64_t, std::string, uint64_t>;
std::vector<ValueRow> scan_all(Table& table, int64_t upto, int64_t max_rows = 3) {
  std::vector<ValueRow> rows;
  weir_scan scan{};
  while (true) {
    const Status status = table->scan(upto, max_rows, scan);
    EXPECT_TRUE(status.is_ok()) << status.message();
    if (!status.is_ok() || scan.row_count == 0) return rows;
    EXPECT_LE(scan.row_count, max_rows);
    const StringColumn keys(*scan.keys[0]);
    for (int64_t i = 0; i < scan.row_count; ++i) {
      const auto row = static_cast<size_t>(i);
      rows.emplace_back(scan.namespaces[i], keys.is_null(row) ? "null" : std::string(keys.view_at(row)),
                        value(scan.slots[i]));
    }
  }
}

TEST(ValueTable, GivesOneSlotToAKeyOfANamespace) {
  Table table("page: string, user: int64");
  Keys keys({views({"/", "/cart", "/", "/"}), fixed<int64_t>({1, 1, 1, std::nullopt})});
  keys.namespaces({60, 60, 60, 60});
  std::vector<uint8_t> inserted;
  const auto slots = table.insert(keys, &inserted);
  EXPECT_EQ(inserted, (std::vector<uint8_t>{1, 1, 0, 1}));
  EXPECT_EQ(slots[0], slots[2]);
  EXPECT_NE(slots[0], slots[1]);
  EXPECT_NE(slots[0], slots[3]);
  EXPECT_EQ(table->key_count(), 3U);
  keys.namespaces({60, 60, 120, 60});
  const auto found = table.find(keys);
  EXPECT_EQ(found[0], slots[0]);
  EXPECT_EQ(found[2], nullptr);
}

TEST(ValueTable, SlotsBeginZeroedAndAligned) {
  Table table("id: int64", 24);
  for (int64_t id = 0; id < 500; ++id) {
    for (void* slot : table.insert(Keys({fixed<int64_t>({id})}))) {
      EXPECT_EQ(reinterpret_cast<uintptr_t>(slot) % 16, 0U);
      for (int i = 0; i < 24; ++i) EXPECT_EQ(static_cast<char*>(slot)[i], 0);
      std::memset(slot, 0xff, 24);
    }
    if (id % 3 != 0) continue;
    EXPECT_TRUE(table->remove(Keys({fixed<int64_t>({id})}).get()).is_ok());
  }
}

TEST(ValueTable, EveryStringLayoutFindsTheSameKeys) {
  const test::Texts texts = {"",
                             "a",
                             "abcd",
                             "abcde",
                             "abcdefghijkl",
                             "abcdefghijklm",
                             std::nullopt,
                             "abcdefghijkln",
                             std::string(5000, 'z')};
  Table table("t: string");
  const auto slots = table.insert(Keys({views(texts)}));
  EXPECT_EQ(table->key_count(), texts.size());
  EXPECT_EQ(table.find(Keys({dictionary(texts)})), slots);
  EXPECT_EQ(table.find(Keys({offsets(texts)})), slots);
  EXPECT_EQ(table.find(Keys({dictionary(texts)}).rows({3, 6})), (std::vector<void*>{slots[3], slots[6]}));
}

TEST(ValueTable, PaddingOfAViewIsNoPartOfTheKey) {
  Table table("t: string");
  weir_view dirty{};
  dirty.size = 2;
  std::memcpy(dirty.u.inlined, "abGARBAGE...", 12);
  const Column clean = views({"xx"});
  weir_column column = *clean.get();
  column.values = &dirty;
  const weir_column* const raw = &column;
  weir_keys keys{};
  keys.columns = &raw;
  keys.column_count = 1;
  keys.row_count = 1;
  void* slot = nullptr;
  ASSERT_TRUE(table->find_or_insert(keys, &slot, nullptr).is_ok());
  EXPECT_EQ(table.find(Keys({views({"ab"})}))[0], slot);
}

TEST(ValueTable, NaNIsOneKeyAndZeroHasNoSign) {
  Table table("x: float64, y: float32");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto slots =
      table.insert(Keys({fixed<double>({0.0, -0.0, nan, -nan}),
                         fixed<float>({-0.0F, 0.0F, static_cast<float>(-nan), static_cast<float>(nan)})}));
  EXPECT_EQ(slots[0], slots[1]);
  EXPECT_EQ(slots[2], slots[3]);
  EXPECT_EQ(table->key_count(), 2U);
}

TEST(ValueTable, ScansByNamespaceThenByKeyNullsFirst) {
  Table table("page: string");
  Keys keys({views({"b", "a", std::nullopt, "abcdefghijklmnop", "abcdefghijklmnoq", "z", "late"})});
  keys.namespaces({60, 60, 60, 60, 60, 0, 120});
  const auto slots = table.insert(keys);
  for (size_t i = 0; i < slots.size(); ++i) value(slots[i]) = i;
  const std::vector<ValueRow> expected = {
      {0, "z", 5}, {60, "null", 2}, {60, "a", 1}, {60, "abcdefghijklmnop", 3}, {60, "abcdefghijklmnoq", 4},
      {60, "b", 0}};
  for (const int64_t max_rows : {1, 2, 3, 100}) EXPECT_EQ(scan_all(table, 60, max_rows), expected);
  EXPECT_TRUE(table->remove_upto(60).is_ok());
  EXPECT_EQ(scan_all(table, INT64_MAX), (std::vector<ValueRow>{{120, "late", 6}}));
}

TEST(ValueTable, OrdersEveryTypeAsValues) {
  const auto order_of = [](const char* type, Column column) {
    Table table(type);
    const auto slots = table.insert(Keys({std::move(column)}));
    for (size_t i = 0; i < slots.size(); ++i) value(slots[i]) = i;
    weir_scan scan{};
    EXPECT_TRUE(table->scan(0, 100, scan).is_ok());
    std::string order;
    for (int64_t i = 0; i < scan.row_count; ++i) order += std::to_string(value(scan.slots[i]));
    return order;
  };
  EXPECT_EQ(order_of("k: int8", fixed<int8_t>({int8_t{3}, int8_t{-2}, std::nullopt})), "210");
  EXPECT_EQ(order_of("k: uint64", fixed<uint64_t>({UINT64_MAX, 1})), "10");
  EXPECT_EQ(
      order_of("k: float64", fixed<double>({std::numeric_limits<double>::quiet_NaN(), -1.5, 0.0, -2.5})),
      "3120");
  EXPECT_EQ(order_of("k: decimal(20,2)", fixed<Decimal128>({5, -7, 1}, DataType::decimal(20, 2))), "120");
  EXPECT_EQ(order_of("k: bool", test::bools({true, false, std::nullopt})), "210");
  EXPECT_EQ(order_of("k: date32", fixed<int32_t>({5, -5}, Type::kDate32)), "10");
  EXPECT_EQ(order_of("k: timestamp", fixed<int64_t>({5, -5}, Type::kTimestamp)), "10");
  // Where the beginnings of keys, by which they are sorted first, are alike or far apart.
  EXPECT_EQ(order_of("k: int64", fixed<int64_t>({INT64_MAX, 0, INT64_MIN, std::nullopt, -1})), "32410");
  EXPECT_EQ(order_of("k: uint64", fixed<uint64_t>({uint64_t{1} << 63, 0, std::nullopt, 7})), "2130");
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(order_of("k: float64", fixed<double>({kInfinity, 1e-310, std::nullopt, -kInfinity, -1e-310, 0.0,
                                                  std::numeric_limits<double>::quiet_NaN(), 2.5})),
            "23451706");
  const Decimal128 huge = Decimal128{1} << 80;
  EXPECT_EQ(order_of("k: decimal(38,0)", fixed<Decimal128>({huge, -huge, 5, -5, std::nullopt, huge + 1, 0},
                                                           DataType::decimal(38, 0))),
            "4136205");
  EXPECT_EQ(order_of("k: string", views({"12345678b", "12345678", "\xc3\xa4", "1234567", "12345678a long one",
                                         "", std::nullopt, std::string("1\0", 2), "1"})),
            "658731402");
  EXPECT_EQ(order_of("k: binary", views({"\xff", "\x7f", std::string(1, '\0'), ""}, Type::kBinary)), "3210");
}

TEST(ValueTable, ScanGivesKeysBackInTheirTypes) {
  Table table("a: int8, b: uint16, c: float32, d: decimal(20,2), e: bool, f: date32, g: binary");
  const Keys keys({fixed<int8_t>({int8_t{-3}}), fixed<uint16_t>({uint16_t{65535}}), fixed<float>({2.5F}),
                   fixed<Decimal128>({-125}, DataType::decimal(20, 2)), test::bools({true}),
                   fixed<int32_t>({-1}, Type::kDate32), views({std::string("\0\x01", 2)}, Type::kBinary)});
  table.insert(keys);
  weir_scan scan{};
  ASSERT_TRUE(table->scan(0, 10, scan).is_ok());
  ASSERT_EQ(scan.row_count, 1);
  EXPECT_EQ(static_cast<const int8_t*>(scan.keys[0]->values)[0], -3);
  EXPECT_EQ(static_cast<const uint16_t*>(scan.keys[1]->values)[0], 65535);
  EXPECT_EQ(static_cast<const float*>(scan.keys[2]->values)[0], 2.5F);
  EXPECT_EQ(static_cast<const int64_t*>(scan.keys[3]->values)[0], -125);
  EXPECT_EQ(scan.keys[3]->scale, 2);
  EXPECT_EQ(static_cast<const uint8_t*>(scan.keys[4]->values)[0] & 1, 1);
  EXPECT_EQ(static_cast<const int32_t*>(scan.keys[5]->values)[0], -1);
  EXPECT_EQ(scan.keys[6]->type, WEIR_BINARY);
}

TEST(ValueTable, AScanLeavesOutWhatIsRemovedMeanwhile) {
  Table table("page: string");
  table.insert(Keys({views({"a", "b", "c", "d"})}));
  weir_scan scan{};
  ASSERT_TRUE(table->scan(0, 1, scan).is_ok());
  EXPECT_TRUE(table->remove(Keys({views({"b", "c"})}).get()).is_ok());
  table.insert(Keys({views({"x"})}));  // Must not take the place of a record that the scan still holds.
  ASSERT_TRUE(table->scan(0, 10, scan).is_ok());
  ASSERT_EQ(scan.row_count, 1);
  EXPECT_EQ(StringColumn(*scan.keys[0]).view_at(0), "d");
  scan.cursor = 77;
  EXPECT_EQ(table->scan(0, 1, scan).message(),
            "state 'counts': the cursor 77 is not the one that the last call of scan left");
  EXPECT_EQ(table->scan(0, 0, scan).message(), "state 'counts': a scan of 0 rows a call");
}

TEST(ValueTable, MovesSlotsToAnotherNamespace) {
  Table table("user: string");
  Keys keys({views({"a", "b"})});
  keys.namespaces({10, 20});
  const auto slots = table.insert(keys);
  value(slots[0]) = 7;
  const int64_t targets[] = {30, 20};
  ASSERT_TRUE(table->move(keys.get(), targets).is_ok());
  EXPECT_EQ(table.find(keys), (std::vector<void*>{nullptr, slots[1]}));
  keys.namespaces({30, 20});
  EXPECT_EQ(table.find(keys), slots);
  EXPECT_EQ(scan_all(table, 100), (std::vector<ValueRow>{{20, "b", 0}, {30, "a", 7}}));
}

TEST(ValueTable, MoveNamesTheRowThatCannotBeMoved) {
  Table table("user: string");
  Keys keys({views({"a", "a"})});
  keys.namespaces({10, 20});
  table.insert(keys);
  const int64_t taken[] = {20, 20};
  EXPECT_EQ(table->move(keys.get(), taken).message(),
            "state 'counts': row 0 is to be moved to namespace 20, where its key has a slot already");
  keys.namespaces({99, 20});
  EXPECT_EQ(table->move(keys.get(), taken).message(), "state 'counts': row 0 to be moved has no slot");
}

TEST(ValueTable, BlocksGrowByDoublingAndGoWithTheirSlot) {
  Table table("id: int64", 16, {8});
  void* const slot = table.insert(Keys({fixed<int64_t>({1})}))[0];
  const size_t before = table->held_bytes();
  auto** const ref = reinterpret_cast<weir_block**>(static_cast<char*>(slot) + 8);
  std::string expected;
  uint64_t capacity_changes = 0;
  for (uint64_t size = 1; size <= 10'000; ++size) {
    const uint64_t capacity = *ref == nullptr ? 0 : (*ref)->capacity;
    ASSERT_TRUE(table->block_resize(ref, size).is_ok());
    (*ref)->data[size - 1] = static_cast<uint8_t>(size);
    expected += static_cast<char>(size);
    if ((*ref)->capacity != capacity) ++capacity_changes;
  }
  EXPECT_LT(capacity_changes, 10U);
  EXPECT_EQ(std::memcmp((*ref)->data, expected.data(), expected.size()), 0);
  EXPECT_GE(table->held_bytes(), before + 10'000);
  EXPECT_TRUE(table->remove(Keys({fixed<int64_t>({1})}).get()).is_ok());
  EXPECT_LE(table->held_bytes(), before);
}

TEST(ValueTable, AccountIsChargedAndEmptyAtTheEnd) {
  Table table("t: string", 16, {0});
  test::Texts texts;
  for (int i = 0; i < 5000; ++i) texts.emplace_back("a text that is longer than twelve " + std::to_string(i));
  for (void* slot : table.insert(Keys({views(texts)}))) {
    ASSERT_TRUE(table->block_resize(static_cast<weir_block**>(slot), 10).is_ok());
  }
  EXPECT_EQ(table->held_bytes(), table.account->now_bytes());
  EXPECT_GT(table->held_bytes(), 5000U * 100);
  EXPECT_TRUE(table->remove_upto(0).is_ok());
  EXPECT_EQ(table->key_count(), 0U);
  EXPECT_LT(table->held_bytes(), 5000U * 32);
  table.drop();
  EXPECT_EQ(table.account->now_bytes(), 0U);
}

TEST(ValueTable, SaysWhoseMemoryIsSpent) {
  Table table("id: int64", 16, {}, 20'000);
  std::vector<std::optional<int64_t>> ids(1000);
  for (size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<int64_t>(i);
  std::vector<void*> slots(1000);
  const Status status = table->find_or_insert(Keys({fixed<int64_t>(ids)}).get(), slots.data(), nullptr);
  EXPECT_EQ(status.code(), Code::kNoSpace);
  EXPECT_EQ(status.message(), "state 'counts' cannot grow beyond " + std::to_string(table->held_bytes()) +
                                  " bytes and " + std::to_string(table->key_count()) +
                                  " keys: 'per_page' holds " + std::to_string(table.account->now_bytes()) +
                                  " bytes and its memory limit, or one above it, is reached");
}

TEST(ValueTable, RefusesColumnsThatAreNotItsKey) {
  Table table("id: int64");
  std::vector<void*> slots(1);
  EXPECT_EQ(table->find(Keys({views({"a"})}).get(), slots.data()).message(),
            "key column 0 is int64, the call gave string");
  EXPECT_EQ(table->find(Keys({}).get(), slots.data()).message(), "the key has 1 columns, the call gave 0");
}

TEST(ValueTable, AKeyOfNoColumnsIsOneKey) {
  Table table("");
  Keys keys({});
  const auto slots = table.insert(keys);
  EXPECT_EQ(table.insert(keys), slots);
  EXPECT_EQ(table->key_count(), 1U);
}

/// Runs random calls against the table and a std::map, and compares after each.
TEST(ValueTable, BehavesAsAMapOverRandomCalls) {
  using Model = std::map<std::tuple<int64_t, std::string, int64_t>, uint64_t>;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    std::mt19937_64 random(seed);
    const auto below = [&random](uint64_t bound) { return static_cast<int64_t>(random() % bound); };
    Table table("t: string, n: int64");
    Model model;
    for (int call = 0; call < 60; ++call) {
      const size_t rows = static_cast<size_t>(1 + below(700));
      test::Texts texts;
      std::vector<std::optional<int64_t>> numbers;
      std::vector<int64_t> namespaces;
      for (size_t i = 0; i < rows; ++i) {
        texts.push_back(below(2) == 0 ? "k" + std::to_string(below(40))
                                      : "a long key, beyond any view " + std::to_string(below(40)));
        numbers.push_back(below(5));
        namespaces.push_back(below(6) * 10);
      }
      Keys keys({below(2) == 0 ? views(texts) : dictionary(texts), fixed<int64_t>(numbers)});
      keys.namespaces(namespaces);
      const auto key_at = [&](size_t i) { return std::tuple(namespaces[i], *texts[i], *numbers[i]); };
      const int64_t what = below(10);
      if (what < 6) {
        const auto slots = table.insert(keys);
        for (size_t i = 0; i < rows; ++i) {
          EXPECT_EQ(value(slots[i]), model[key_at(i)]);
          value(slots[i]) = ++model[key_at(i)];
        }
      } else if (what < 8) {
        ASSERT_TRUE(table->remove(keys.get()).is_ok());
        for (size_t i = 0; i < rows; ++i) model.erase(key_at(i));
      } else {
        const int64_t upto = below(6) * 10;
        ASSERT_TRUE(table->remove_upto(upto).is_ok());
        std::erase_if(model, [upto](const auto& entry) { return std::get<0>(entry.first) <= upto; });
      }
      ASSERT_EQ(table->key_count(), model.size());
      std::vector<ValueRow> expected;
      for (const auto& [key, count] : model) expected.emplace_back(std::get<0>(key), std::get<1>(key), count);
      ASSERT_EQ(scan_all(table, INT64_MAX, 100), expected) << "seed " << seed << " call " << call;
      ASSERT_EQ(table->held_bytes(), table.account->now_bytes());
    }
  }
}

}  // namespace
}  // namespace weir
