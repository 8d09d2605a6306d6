// What a row costs in the keyed table, printed so that a change can be seen; the bound is wide enough for any
// machine and build.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "state/key_bytes.hpp"
#include "state/test_keys.hpp"
#include "state/value_table.hpp"

namespace weir {
namespace {

constexpr size_t kRows = 8192;
constexpr int kRounds = 200;

/// 3 keys of 16 x 12 x 20 values, in an order that looks random.
std::vector<Column> three_keys(Column (*texts)(const test::Texts&)) {
  std::vector<test::Texts> values(3);
  uint64_t state = 1;
  const auto below = [&state](uint64_t bound) {
    state = state * 6364136223846793005 + 1442695040888963407;
    return (state >> 33) % bound;
  };
  for (size_t i = 0; i < kRows; ++i) {
    values[0].push_back("host-" + std::to_string(below(16)));
    values[1].push_back("page" + std::to_string(below(12)));
    values[2].push_back("c" + std::to_string(below(20)));
  }
  std::vector<Column> columns;
  for (const test::Texts& column : values) columns.push_back(texts(column));
  return columns;
}

double ns_a_row(const std::function<void()>& round) {
  for (int i = 0; i < 5; ++i) round();
  double best = 1e9;
  for (int pass = 0; pass < 5; ++pass) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kRounds / 5; ++i) round();
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count() / (kRounds / 5 * static_cast<double>(kRows)));
  }
  return best;
}

void measure(const char* what, const std::vector<Column>& columns, const char* types) {
  const auto account = MemoryAccount::make("speed");
  const test::KeyFields fields(types);
  ValueTable table({"counts", KeyShape::make(fields.data(), fields.size()).value(), 64, {}}, *account);
  test::Keys keys(columns);
  keys.namespaces(std::vector<int64_t>(kRows, 60'000'000));
  std::vector<void*> slots(kRows);
  const double found = ns_a_row([&] {
    ASSERT_TRUE(table.find_or_insert(keys.get(), slots.data(), nullptr).is_ok());
    for (void* slot : slots) ++*static_cast<uint64_t*>(slot);
  });
  std::vector<uint8_t> groups(kRows);
  const double grouped = ns_a_row([&] { key_groups(keys.raw(), nullptr, kRows, groups.data()); });
  std::printf("[ SPEED    ] %s: %zu groups, find_or_insert + count %.1f ns a row, key_groups %.1f ns a row\n",
              what, static_cast<size_t>(table.key_count()), found, grouped);
  EXPECT_LT(found, 2000.0);
}

TEST(ValueTableSpeed, ThreeTextKeysAndANamespace) {
  measure("3 texts (views)", three_keys([](const test::Texts& t) { return test::views(t); }),
          "a: string, b: string, c: string");
  measure("3 texts (dictionaries)", three_keys([](const test::Texts& t) { return test::dictionary(t); }),
          "a: string, b: string, c: string");
}

TEST(ValueTableSpeed, ManyIntegerKeys) {
  std::vector<std::optional<int64_t>> ids;
  for (size_t i = 0; i < kRows; ++i) ids.push_back(static_cast<int64_t>(i * 7919));
  measure("1 int64", {test::fixed<int64_t>(ids)}, "id: int64");
}

}  // namespace
}  // namespace weir
