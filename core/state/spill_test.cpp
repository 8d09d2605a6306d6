// A keyed table whose memory is spent: whatever is asked of it, it answers as if it had all the memory.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "state/test_life.hpp"
#include "state/test_seeds.hpp"
#include "state/value_table.hpp"
#include "world/real_disk.hpp"

namespace weir {
namespace {

using test::Life;
using test::page_name;

TEST(Spill, AnyHistoryIsAnsweredAsFromMemory) {
  for (uint32_t seed = 1; seed <= test::last_history_seed(15); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto below = [&random](uint64_t bound) { return random() % bound; };
    Life life(150'000 + below(150'000));
    const uint64_t keys = 200 + below(3000);
    for (int step = 0; step < 150; ++step) {
      for (uint64_t i = below(100); i > 0; --i) {
        const int64_t ns = static_cast<int64_t>(below(4)) * 60 + step / 10;
        const std::string page = page_name(below(keys));
        switch (below(12)) {
          case 0:
            life.remove(ns, page);
            break;
          case 1:
            life.move(ns, page, ns + 1);
            break;
          case 2:
            if (below(100) == 0) life.remove_upto(static_cast<int64_t>(below(100)));
            break;
          case 3:
            life.expect_count(ns, page);
            break;
          default:
            life.count(ns, page, below(3) == 0);
        }
      }
      ASSERT_TRUE(life.state->settle().is_ok());
      if (below(10) == 0) {
        life.checkpoint();
        ASSERT_EQ(life.restored(), life.model) << "step " << step;
      }
      if (below(10) == 0) {
        ASSERT_EQ(Life::read(*life.state, 1 + static_cast<int64_t>(below(50))), life.model)
            << "step " << step;
      }
      uint64_t bytes = 0;
      uint64_t held = 0;
      ASSERT_TRUE(life.state->usage(0, &bytes, &held).is_ok());
      ASSERT_EQ(held, life.model.size());
    }
  }
}

TEST(Spill, AScanGoesOnWhenSlotsArePutAsideMeanwhile) {
  Life life(150'000);
  for (uint64_t i = 0; i < 5'000; ++i) {
    life.count(static_cast<int64_t>(i % 3), page_name(i), i % 2 == 0);
    ASSERT_TRUE(life.state->settle().is_ok());
  }
  test::Model rows;
  weir_scan scan{};
  while (true) {
    ASSERT_TRUE(life.state->scan(0, INT64_MAX, 7, &scan).is_ok());
    if (scan.row_count == 0) break;
    const size_t before = rows.size();
    life.add_rows(scan, rows);
    ASSERT_EQ(rows.size(), before + static_cast<size_t>(scan.row_count)) << "a row came twice";
    // As a component does that marks what it has given out.
    for (int64_t i = 0; i < scan.row_count; i += 3) ++static_cast<test::CountSlot*>(scan.slots[i])->count;
    for (int64_t i = 0; i < scan.row_count; i += 3) life.note_counted(scan, i);
    ASSERT_TRUE(life.state->settle().is_ok());
  }
  ASSERT_EQ(rows.size(), life.model.size());
  EXPECT_EQ(Life::read(*life.state), life.model);
}

TEST(Spill, ItsFilesAreGoneAtTheEnd) {
  Life life(150'000);
  for (uint64_t i = 0; i < 3'000; ++i) {
    life.count(0, page_name(i), true);
    ASSERT_TRUE(life.state->settle().is_ok());
  }
  EXPECT_GT(life.disk.list("/spill")->size(), 0U);
  life.remove_upto(0);
  EXPECT_EQ(life.disk.list("/spill")->size(), 0U);
  for (uint64_t i = 0; i < 3'000; ++i) {
    life.count(1, page_name(i), true);
    ASSERT_TRUE(life.state->settle().is_ok());
  }
  EXPECT_EQ(Life::read(*life.state), life.model);
  life.state.reset();
  EXPECT_EQ(life.disk.list("/spill")->size(), 0U);
}

TEST(Spill, WindowsThatClosedKeepNoFiles) {
  Life life(150'000);
  uint64_t most = 0;
  for (int64_t window = 0; window < 40; ++window) {
    for (uint64_t i = 0; i < 3'000; ++i) {
      life.count(window, page_name(i), false);
      ASSERT_TRUE(life.state->settle().is_ok());
    }
    life.remove_upto(window - 1);  // There is always a window that is open.
    most = std::max<uint64_t>(most, life.disk.list("/spill")->size());
  }
  EXPECT_GT(most, 0U);
  EXPECT_LE(most, 30U);
  EXPECT_EQ(Life::read(*life.state), life.model);
}

TEST(Spill, SaysThatNotEvenThePlacesFit) {
  Life life(3'000);
  Status status;
  for (uint64_t i = 0; status.is_ok() && i < 200'000; ++i) {
    life.count(0, page_name(i), false);
    status = life.state->settle();
  }
  EXPECT_EQ(status.code(), Code::kInvalid) << "no room on a disk would help";
  EXPECT_TRUE(status.message().starts_with("state 'pages' of node 'per_page': ")) << status.message();
  EXPECT_NE(status.message().find(" keys do not fit into its 3000 bytes of memory: "), std::string_view::npos)
      << status.message();
  EXPECT_TRUE(status.message().ends_with("Give the pipeline more `memory`")) << status.message();
}

/// WEIR_SPILL_KEYS keys, each twice and in an order of chance, in 16 MiB for each million.
TEST(Spill, ManyKeysInLittleMemory) {
  const char* const wanted = std::getenv("WEIR_SPILL_KEYS");
  const auto key_count = static_cast<int64_t>(wanted == nullptr ? 1'000'000 : std::atoll(wanted));
  const uint64_t memory_bytes = static_cast<uint64_t>(key_count) * 16 * 1024 * 1024 / 1'000'000;
  const std::string folder =
      std::filesystem::temp_directory_path() / ("weir-spill-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const auto account = MemoryAccount::make("per_page");
  RealDisk disk;
  const test::KeyFields fields("id: int64");
  const auto begun = std::chrono::steady_clock::now();
  {
    ValueTable table({"counts",
                      KeyShape::make(fields.data(), fields.size()).value(),
                      8,
                      {},
                      memory_bytes,
                      folder + "/counts"},
                     *account, &disk);
    std::vector<void*> slots;
    for (int64_t round = 0; round < 2; ++round) {
      for (int64_t first = 0; first < key_count; first += 8192) {
        std::vector<std::optional<int64_t>> ids;
        for (int64_t i = first; i < std::min(first + 8192, key_count); ++i) {
          ids.emplace_back((i * (round == 0 ? 7'368'787 : 15'485'863)) % key_count);
        }
        test::Keys keys({test::fixed<int64_t>(ids)});
        slots.resize(keys.size());
        ASSERT_TRUE(table.find_or_insert(keys.get(), slots.data(), nullptr).is_ok());
        for (size_t i = 0; i < slots.size(); ++i) *static_cast<int64_t*>(slots[i]) += *ids[i] + 1;
        const Status settled = table.settle();
        ASSERT_TRUE(settled.is_ok()) << settled.message();
      }
    }
    ASSERT_EQ(table.key_count(), static_cast<uint64_t>(key_count));
    int64_t next = 0;
    weir_scan scan{};
    while (true) {
      ASSERT_TRUE(table.scan(INT64_MAX, 8192, scan).is_ok());
      if (scan.row_count == 0) break;
      const auto* const ids = static_cast<const int64_t*>(scan.keys[0]->values);
      for (int64_t i = 0; i < scan.row_count; ++i, ++next) {
        ASSERT_EQ(ids[i], next);
        ASSERT_EQ(*static_cast<const int64_t*>(scan.slots[i]), 2 * (next + 1));
      }
      ASSERT_TRUE(table.settle().is_ok());
    }
    EXPECT_EQ(next, key_count);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  std::printf("[ SPEED    ] %lld keys twice in %llu MiB: %.1f s, at most %zu MiB held\n",
              static_cast<long long>(key_count), static_cast<unsigned long long>(memory_bytes >> 20),
              took.count(), account->peak_bytes() >> 20);
  EXPECT_LE(account->peak_bytes(), memory_bytes * 3 / 2);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace weir
