#include "state/map_table.hpp"

#include <algorithm>
#include <tuple>

#include <gtest/gtest.h>

#include "state/test_keys.hpp"

namespace weir {
namespace {

using test::fixed;
using test::KeyFields;
using test::Keys;
using test::views;

using MapRow = std::tuple<uint32_t, std::string, int64_t>;  // Index, second key, value.

class MapTableTest : public testing::Test {
 protected:
  static MapTable::Spec spec(const char* values = "page: string, views: int64", int64_t ttl_us = 0) {
    const KeyFields key("user: int64");
    const KeyFields both("user: int64, page: string");
    return {"pages", KeyShape::make(key.data(), key.size()).value(),
            KeyShape::make(both.data(), both.size()).value(), Schema::parse(values).value(), ttl_us};
  }
  static Status put(MapTable& table, const std::vector<std::optional<int64_t>>& users,
                    const test::Texts& pages, const std::vector<std::optional<int64_t>>& views_of,
                    std::vector<int64_t> namespaces = {}) {
    Keys keys({fixed<int64_t>(users)});
    if (!namespaces.empty()) keys.namespaces(std::move(namespaces));
    const Column values[] = {views(pages), fixed<int64_t>(views_of)};
    const weir_column* const raw[] = {values[0].get(), values[1].get()};
    return table.put(keys.get(), raw);
  }
  static std::vector<MapRow> get(MapTable& table, const std::vector<std::optional<int64_t>>& users,
                                 const test::Texts& pages, std::vector<int64_t> namespaces = {}) {
    Keys keys({fixed<int64_t>(users)});
    if (!namespaces.empty()) keys.namespaces(std::move(namespaces));
    const auto batch = table.get(keys.get(), *views(pages).get());
    EXPECT_TRUE(batch.is_ok()) << batch.status().message();
    std::vector<MapRow> found;
    for (size_t i = 0; i < batch->row_count(); ++i) {
      found.emplace_back(batch->column<uint32_t>(0)[i], StringColumn(batch->raw_column(1)).view_at(i),
                         batch->column<int64_t>(2)[i]);
    }
    return found;
  }

  const std::shared_ptr<MemoryAccount> account_ = MemoryAccount::make("join");
  MapTable table_{spec(), *account_};
};

TEST_F(MapTableTest, HoldsOneRowForEachKeyAndSecondKey) {
  ASSERT_TRUE(put(table_, {1, 1, 2}, {"/", "/about", "/"}, {10, 11, 20}).is_ok());
  ASSERT_TRUE(put(table_, {1, 1}, {"/", "/"}, {12, 13}).is_ok());  // Replaced; the later row counts.
  EXPECT_EQ(get(table_, {2, 1, 3, 1}, {"/", "/", "/", "/about"}),
            (std::vector<MapRow>{{0, "/", 20}, {1, "/", 13}, {3, "/about", 11}}));
  EXPECT_EQ(table_.count(), 3U);
  EXPECT_EQ(table_.rows().count(), 3U);
}

TEST_F(MapTableTest, KeepsNamespacesApart) {
  ASSERT_TRUE(put(table_, {1, 1}, {"/", "/"}, {10, 11}, {60, 120}).is_ok());
  EXPECT_EQ(get(table_, {1, 1, 1}, {"/", "/", "/"}, {120, 60, 0}),
            (std::vector<MapRow>{{0, "/", 11}, {1, "/", 10}}));
}

TEST_F(MapTableTest, RemovesRowsAndGivesBackTheMemory) {
  for (int64_t round = 0; round < 50; ++round) {
    std::vector<std::optional<int64_t>> users;
    test::Texts pages;
    for (int64_t i = 0; i < 1000; ++i) {
      users.emplace_back(i);
      pages.emplace_back("/a/page/of/more/than/twelve/bytes/" + std::to_string(i));
    }
    ASSERT_TRUE(put(table_, users, pages, users).is_ok());
    Keys keys({fixed<int64_t>(users)});
    ASSERT_TRUE(table_.remove(keys.get(), *views(pages).get()).is_ok());
  }
  EXPECT_EQ(table_.count(), 0U);
  EXPECT_EQ(table_.rows().count(), 0U);
  EXPECT_LT(table_.held_bytes(), 100'000U);
  Keys twice({fixed<int64_t>({1, 1, 5})});
  ASSERT_TRUE(put(table_, {1}, {"/"}, {1}).is_ok());
  ASSERT_TRUE(table_.remove(twice.get(), *views({"/", "/", "/"}).get()).is_ok());
  EXPECT_EQ(table_.count(), 0U);
}

TEST_F(MapTableTest, MayBeASet) {
  MapTable set(spec("page: string"), *account_);
  Keys keys({fixed<int64_t>({1, 2})});
  const Column pages = views({"/", "/about"});
  const weir_column* const raw[] = {pages.get()};
  ASSERT_TRUE(set.put(keys.get(), raw).is_ok());
  const auto found = set.get(keys.get(), *views({"/about", "/about"}).get());
  ASSERT_TRUE(found.is_ok()) << found.status().message();
  ASSERT_EQ(found->row_count(), 1U);
  EXPECT_EQ(found->column<uint32_t>(0)[0], 1U);
}

TEST_F(MapTableTest, WhatWasNotWrittenForTheTtlIsGone) {
  MapTable table(spec("page: string, views: int64", 100), *account_);
  table.reach(1000);
  ASSERT_TRUE(put(table, {1, 2}, {"/", "/"}, {10, 20}).is_ok());
  table.reach(1050);
  ASSERT_TRUE(put(table, {1}, {"/"}, {11}).is_ok());
  table.reach(1100);
  EXPECT_EQ(get(table, {1, 2}, {"/", "/"}), (std::vector<MapRow>{{0, "/", 11}}));
  ASSERT_TRUE(put(table, {2}, {"/"}, {21}).is_ok());
  table.reach(1160);
  EXPECT_EQ(get(table, {1, 2}, {"/", "/"}), (std::vector<MapRow>{{1, "/", 21}}));
  table.reach(1300);
  EXPECT_EQ(table.count(), 0U);
  EXPECT_EQ(table.rows().count(), 0U);
}

TEST_F(MapTableTest, SaysWhatIsWrong) {
  Keys keys({fixed<int64_t>({1, 2})});
  EXPECT_EQ(table_.get(keys.get(), *views({"/"}).get()).status().message(),
            "state 'pages': the second key has 1 rows, the keys name row 1");
  EXPECT_EQ(table_.get(keys.get(), *fixed<int64_t>({1, 2}).get()).status().code(), Code::kInvalid);
}

}  // namespace
}  // namespace weir
