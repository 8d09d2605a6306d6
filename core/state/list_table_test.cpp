#include "state/list_table.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

#include <gtest/gtest.h>

#include "state/test_keys.hpp"

namespace weir {
namespace {

using test::fixed;
using test::KeyFields;
using test::Keys;
using test::views;

using ListRow = std::tuple<uint32_t, int64_t, int64_t, std::string>;  // Index, namespace, id, name.

std::string name_of(int64_t id) { return "the name of row number " + std::to_string(id); }

class ListTableTest : public testing::Test {
 protected:
  static ListTable::Spec spec(int64_t ttl_us = 0) {
    const KeyFields key("key: string");
    return {"rows", KeyShape::make(key.data(), key.size()).value(),
            Schema::parse("id: int64, name: string").value(), ttl_us};
  }
  static Status try_append(ListTable& table, const test::Texts& keys, std::vector<int64_t> namespaces,
                           const std::vector<std::optional<int64_t>>& ids) {
    Keys rows({views(keys)});
    rows.namespaces(std::move(namespaces));
    test::Texts names;
    for (const auto& id : ids) names.emplace_back(name_of(*id));
    const Column values[] = {fixed<int64_t>(ids), views(names)};
    const weir_column* const raw[] = {values[0].get(), values[1].get()};
    return table.append(rows.get(), raw);
  }
  void append(const test::Texts& keys, std::vector<int64_t> namespaces,
              const std::vector<std::optional<int64_t>>& ids) {
    const Status status = try_append(table_, keys, std::move(namespaces), ids);
    ASSERT_TRUE(status.is_ok()) << status.message();
  }
  static std::vector<ListRow> read(ListTable& table, const test::Texts& keys, std::vector<int64_t> from,
                                   std::vector<int64_t> to) {
    Keys rows({views(keys)});
    const auto batch = table.read(rows.get(), from.data(), to.data());
    EXPECT_TRUE(batch.is_ok()) << batch.status().message();
    std::vector<ListRow> found;
    for (size_t i = 0; i < batch->row_count(); ++i) {
      found.emplace_back(batch->column<uint32_t>(0)[i], batch->column<int64_t>(1)[i],
                         batch->column<int64_t>(2)[i], StringColumn(batch->raw_column(3)).view_at(i));
    }
    return found;
  }
  std::vector<ListRow> read(const test::Texts& keys, std::vector<int64_t> from, std::vector<int64_t> to) {
    return read(table_, keys, std::move(from), std::move(to));
  }
  static ListRow row(uint32_t index, int64_t ns, int64_t id) { return {index, ns, id, name_of(id)}; }

  const std::shared_ptr<MemoryAccount> account_ = MemoryAccount::make("join");
  ListTable table_{spec(), *account_};
};

TEST_F(ListTableTest, GivesTheRowsOfEachKeyByNamespaceAndThenInTheirOrder) {
  append({"a", "b", "a", std::nullopt}, {20, 5, 10, 7}, {1, 2, 3, 4});
  append({"a", "a"}, {10, 15}, {5, 6});
  EXPECT_EQ(read({"b", "a", "nobody", std::nullopt, "a"}, {0, 10, 0, 0, 20}, {100, 15, 100, 7, INT64_MAX}),
            (std::vector<ListRow>{row(0, 5, 2), row(1, 10, 3), row(1, 10, 5), row(1, 15, 6), row(3, 7, 4),
                                  row(4, 20, 1)}));
  EXPECT_TRUE(read({"a"}, {11}, {14}).empty());
  EXPECT_TRUE(read({"a"}, {20}, {10}).empty());
}

TEST_F(ListTableTest, TakesTheRowsThatThePickNames) {
  Keys keys({views({"a", "b", "c"})});
  keys.rows({2, 0}).namespaces({1, 2});
  const Column values[] = {fixed<int64_t>({10, 11, 12}), views({"x", "y", "z"})};
  const weir_column* const raw[] = {values[0].get(), values[1].get()};
  ASSERT_TRUE(table_.append(keys.get(), raw).is_ok());
  EXPECT_EQ(read({"a", "b", "c"}, {0, 0, 0}, {9, 9, 9}),
            (std::vector<ListRow>{{0, 2, 10, "x"}, {2, 1, 12, "z"}}));
}

TEST_F(ListTableTest, KeepsColumnsOfEveryType) {
  const Schema schema =
      Schema::parse(
          "tags: list<string>, place: struct<x: float64, ok: bool>, word: string, price: decimal(9,2)")
          .value();
  const KeyFields key("key: int64");
  ListTable table({"rows", KeyShape::make(key.data(), key.size()).value(), schema, 0}, *account_);
  const Column tags = [] {
    const std::vector<int32_t> ends = {0, 2, 2, 3};
    Buffer offsets = Buffer::allocate(ends.size() * sizeof(int32_t));
    std::memcpy(offsets.data(), ends.data(), ends.size() * sizeof(int32_t));
    ColumnParts parts(Schema::parse("t: list<string>").value()[0].type, WEIR_LAYOUT_LIST, 3);
    return parts.values(offsets.data())
        .keep(offsets)
        .child(views({"a long tag, longer than twelve", "b", "c"}))
        .make();
  }();
  const Column place = [] {
    ColumnParts parts(Schema::parse("t: struct<x: float64, ok: bool>").value()[0].type, WEIR_LAYOUT_STRUCT,
                      3);
    return parts.child(fixed<double>({0.5, std::nullopt, 2.5}))
        .child(test::bools({true, false, std::nullopt}))
        .make();
  }();
  const Column word = test::dictionary({"yes", "no", "yes"});
  const Column price = null_column(schema[3].type, 3);
  const weir_column* const raw[] = {tags.get(), place.get(), word.get(), price.get()};
  Keys keys({fixed<int64_t>({1, 2, 1})});
  ASSERT_TRUE(table.append(keys.get(), raw).is_ok());
  Keys one({fixed<int64_t>({1})});
  const int64_t at = 0;
  const auto batch = table.read(one.get(), &at, &at);
  ASSERT_TRUE(batch.is_ok()) << batch.status().message();
  ASSERT_EQ(batch->row_count(), 2U);
  const ListColumn lists(batch->raw_column(2));
  EXPECT_EQ(lists.first(1) - lists.first(0), 2U);
  EXPECT_EQ(StringColumn(lists.items()).view_at(lists.first(0)), "a long tag, longer than twelve");
  EXPECT_EQ(StringColumn(lists.items()).view_at(lists.first(1)), "c");
  const weir_column& x = *batch->raw_column(3).children[0];
  EXPECT_EQ(static_cast<const double*>(x.values)[1], 2.5);
  EXPECT_EQ(StringColumn(batch->raw_column(4)).view_at(1), "yes");
  EXPECT_EQ(batch->raw_column(5).null_count, 2);
}

TEST_F(ListTableTest, SharesNothingWithWhatWasAppended) {
  const size_t before = account_->now_bytes();
  {
    const std::string long_text(1000, 'x');
    Keys keys({views(test::Texts(1000, "key"))});
    keys.rows({7});
    const Column values[] = {fixed<int64_t>(std::vector<std::optional<int64_t>>(1000, 1)),
                             views(test::Texts(1000, long_text))};
    const weir_column* const raw[] = {values[0].get(), values[1].get()};
    ASSERT_TRUE(table_.append(keys.get(), raw).is_ok());
  }
  EXPECT_LT(account_->now_bytes() - before, 40'000U);
}

TEST_F(ListTableTest, RemovesUptoANamespaceAndGivesBackTheMemory) {
  for (int64_t round = 0; round < 100; ++round) {
    test::Texts keys;
    std::vector<int64_t> namespaces;
    std::vector<std::optional<int64_t>> ids;
    for (int64_t i = 0; i < 500; ++i) {
      keys.emplace_back("a key of more than twelve bytes " + std::to_string(i));
      namespaces.push_back(round * 500 + i);
      ids.emplace_back(round * 500 + i);
    }
    append(keys, namespaces, ids);
    table_.remove_upto(round * 500 + 250);
  }
  EXPECT_EQ(table_.row_count(), 249U);
  EXPECT_EQ(table_.count(), 249U);
  EXPECT_LT(table_.held_bytes(), 300'000U);
  EXPECT_EQ(read({"a key of more than twelve bytes 400"}, {0}, {INT64_MAX}),
            (std::vector<ListRow>{row(0, 99 * 500 + 400, 99 * 500 + 400)}));
  table_.remove_upto(INT64_MAX);
  EXPECT_EQ(table_.row_count(), 0U);
  EXPECT_EQ(table_.count(), 0U);
}

TEST_F(ListTableTest, AgreesWithAPlainListWhateverHappens) {
  std::mt19937_64 random(11);
  std::map<std::string, std::multimap<int64_t, int64_t>> expected;
  int64_t next = 0;
  for (int step = 0; step < 1500; ++step) {
    if (random() % 4 == 0) {
      const auto upto = static_cast<int64_t>(random() % (static_cast<uint64_t>(step) + 1));
      table_.remove_upto(upto);
      for (auto& [key, rows] : expected) rows.erase(rows.begin(), rows.upper_bound(upto));
    }
    test::Texts keys;
    std::vector<int64_t> namespaces;
    std::vector<std::optional<int64_t>> ids;
    for (size_t i = random() % 5 + (step % 100 == 0 ? 9000 : 0); i > 0; --i) {
      keys.emplace_back("k" + std::to_string(random() % 20));
      namespaces.push_back(step + static_cast<int64_t>(random() % 50) - 25);
      ids.emplace_back(next);
      expected[*keys.back()].emplace(namespaces.back(), next++);
    }
    append(keys, namespaces, ids);
    const std::string key = "k" + std::to_string(random() % 20);
    const auto from = step - static_cast<int64_t>(random() % 100);
    std::vector<ListRow> wanted;
    for (auto at = expected[key].lower_bound(from); at != expected[key].upper_bound(step); ++at)
      wanted.push_back(row(0, at->first, at->second));
    ASSERT_EQ(read({key}, {from}, {step}), wanted) << step;
  }
  size_t left = 0;
  for (const auto& [key, rows] : expected) left += rows.size();
  EXPECT_EQ(table_.row_count(), left);
}

TEST_F(ListTableTest, WhatWasNotWrittenForTheTtlIsGone) {
  ListTable table(spec(100), *account_);
  const auto ids = [&table] {
    std::vector<int64_t> found;
    for (const ListRow& found_row : read(table, {"a"}, {INT64_MIN}, {INT64_MAX}))
      found.push_back(std::get<2>(found_row));
    return found;
  };
  ASSERT_TRUE(try_append(table, {"a"}, {1}, {1}).is_ok());  // Before any time is known: as of the first one.
  table.reach(1000);
  ASSERT_TRUE(try_append(table, {"a"}, {0}, {2}).is_ok());
  table.reach(1060);
  ASSERT_TRUE(try_append(table, {"a", "b"}, {2, 2}, {3, 4}).is_ok());
  table.reach(1099);
  EXPECT_EQ(ids(), (std::vector<int64_t>{2, 1, 3}));
  table.reach(1100);
  EXPECT_EQ(ids(), (std::vector<int64_t>{3}));
  table.reach(900);  // Time never goes back.
  EXPECT_EQ(ids(), (std::vector<int64_t>{3}));
  table.reach(1160);
  EXPECT_TRUE(ids().empty());
  table.reach(1400);
  EXPECT_EQ(table.row_count(), 0U);
  EXPECT_EQ(table.count(), 0U);
}

TEST_F(ListTableTest, SaysWhatIsWrong) {
  Keys keys({views({"a", "b"})});
  const Column ids = fixed<int64_t>({1, 2});
  const Column few = views({"x"});
  const weir_column* wrong[] = {ids.get(), ids.get()};
  EXPECT_EQ(table_.append(keys.get(), wrong).message(),
            "state 'rows': value column 1 is not the string that was declared as 'name'");
  wrong[1] = few.get();
  EXPECT_EQ(table_.append(keys.get(), wrong).message(),
            "state 'rows': value column 'name' has 1 rows, the keys name row 1");
  EXPECT_EQ(table_.row_count(), 0U);
}

TEST_F(ListTableTest, WithoutMemoryNothingIsLeftHalfDone) {
  const auto narrow = MemoryAccount::make("join", nullptr, 60'000);
  ListTable table(spec(), *narrow);
  Status status;
  int64_t next = 0;
  while (status.is_ok() && next < 100'000) {
    status = try_append(table, {"k" + std::to_string(next)}, {next}, {next});
    ++next;
  }
  EXPECT_EQ(status.code(), Code::kNoSpace) << status.message();
  EXPECT_EQ(table.count(), table.row_count());
  table.remove_upto(INT64_MAX);
  EXPECT_EQ(table.row_count(), 0U);
}

}  // namespace
}  // namespace weir
