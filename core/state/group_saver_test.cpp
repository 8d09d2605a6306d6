// Checkpoints of lists, maps and timers that write the key groups of which something changed.
#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "state/test_copies.hpp"
#include "state/test_keys.hpp"
#include "state/test_seeds.hpp"

namespace weir {
namespace {

using test::fixed;
using test::KeyFields;
using test::Keys;

constexpr uint32_t kSavedList = 0;
constexpr uint32_t kSavedMap = 1;
constexpr uint32_t kSavedTimers = 2;
constexpr int64_t kKeys = 400;
constexpr int64_t kSeconds = 3;  // Second keys of the map.

using States = std::vector<std::unique_ptr<InstanceState>>;

Column column_of(const std::vector<int64_t>& values) {
  return fixed<int64_t>(std::vector<std::optional<int64_t>>(values.begin(), values.end()));
}

uint8_t group_of(int64_t key) {
  const Keys keys({column_of({key})});
  uint8_t group = 0;
  key_groups(keys.raw(), nullptr, 1, &group);
  return group;
}

/// LIST "rows", MAP "pages" and TIMERS "due" of some copies on a simulated disk, by a number.
class KindsOfCopies : public test::CopiesOnDisk {
 public:
  explicit KindsOfCopies(uint32_t copies = 1, int64_t ttl_us = 0) {
    const char* const names[] = {"rows", "pages", "due"};
    const uint32_t kinds[] = {WEIR_STATE_LIST, WEIR_STATE_MAP, WEIR_STATE_TIMERS};
    for (uint32_t i = 0; i < 3; ++i) {
      specs_[i].struct_size = sizeof(weir_state_spec);
      specs_[i].kind = kinds[i];
      specs_[i].name = {names[i], std::string_view(names[i]).size()};
      specs_[i].version = 1;
      specs_[i].keys = key_.data();
      specs_[i].key_count = key_.size();
      if (i == kSavedTimers) continue;
      const KeyFields& values = i == kSavedList ? row_ : entry_;
      specs_[i].values = values.data();
      specs_[i].value_count = values.size();
    }
    binding_.states = specs_;
    binding_.state_count = 3;
    set_ttl(ttl_us);
    states = make(copies);
  }
  void set_ttl(int64_t ttl_us) { specs_[kSavedList].ttl_us = specs_[kSavedMap].ttl_us = ttl_us; }
  States make(uint32_t copies) {
    States made;
    for (uint32_t copy = 0; copy < copies; ++copy) {
      made.push_back(
          InstanceState::make(binding_, {.node = "it", .copy = copy, .copies = copies}, *account, &disk)
              .value());
    }
    return made;
  }
  InstanceState& of(int64_t key) {
    return *states[copy_of_group(group_of(key), static_cast<uint32_t>(states.size()))];
  }
  void append(int64_t key, int64_t ns, int64_t value) {
    Keys keys({column_of({key})});
    keys.namespaces({ns});
    const Column values = column_of({value});
    const weir_column* const row[] = {values.get()};
    ASSERT_TRUE(of(key).list_append(kSavedList, keys.get(), row).is_ok());
  }
  void put(int64_t key, int64_t second, int64_t value) {
    const Keys keys({column_of({key})});
    const Column seconds = column_of({second});
    const Column values = column_of({value});
    const weir_column* const entry[] = {seconds.get(), values.get()};
    ASSERT_TRUE(of(key).map_put(kSavedMap, keys.get(), entry).is_ok());
  }
  void remove(int64_t key, int64_t second) {
    const Keys keys({column_of({key})});
    const Column seconds = column_of({second});
    ASSERT_TRUE(of(key).map_remove(kSavedMap, keys.get(), *seconds.get()).is_ok());
  }
  void set_timer(int64_t key, int64_t time_us, DueBy clock) {
    const Keys keys({column_of({key})});
    ASSERT_TRUE(of(key).timer_set(kSavedTimers, keys.get(), &time_us, static_cast<uint32_t>(clock)).is_ok());
    timers[key] = {clock, time_us};
  }
  void cancel(int64_t key) {
    const Keys keys({column_of({key})});
    ASSERT_TRUE(of(key).timer_cancel(kSavedTimers, keys.get()).is_ok());
    timers.erase(key);
  }
  void fire(DueBy clock, int64_t upto) {
    for (const auto& state : states) {
      ASSERT_TRUE(state->timers()[0].table->take_due(clock, upto, 1'000'000).is_ok());
    }
    std::erase_if(timers, [&](const auto& timer) {
      return timer.second.first == clock && timer.second.second <= upto;
    });
  }
  void remove_upto(int64_t ns) {
    for (const auto& state : states) ASSERT_TRUE(state->list_remove_upto(kSavedList, ns).is_ok());
  }
  void reach(int64_t time_us) {
    for (const auto& state : states) state->reach_event_time(time_us);
  }
  /// Something of each key.
  void fill() {
    for (int64_t key = 0; key < kKeys; ++key) {
      append(key, key % 10, key);
      put(key, key % kSeconds, key);
      set_timer(key, key, key % 2 == 0 ? DueBy::kEvent : DueBy::kWall);
    }
  }
  std::vector<PageInfo> pages_of_epoch() {
    std::vector<PageInfo> pages = newest().pages;
    std::erase_if(pages, [this](const PageInfo& page) { return page.id.epoch != epoch; });
    return pages;
  }
  std::set<uint32_t> groups_in(const PageInfo& page) {
    std::set<uint32_t> groups;
    const PageReader reader = store.open_page(page).value();
    for (const PageSection& section : reader.sections()) groups.insert(section.group);
    return groups;
  }
  States restored(uint32_t copies) {
    States fresh = make(copies);
    const Manifest manifest = newest();
    for (const auto& state : fresh) {
      const Status status = state->restore(store, manifest);
      EXPECT_TRUE(status.is_ok()) << status.message();
    }
    return fresh;
  }
  /// The lists and maps of all copies, as lines in order.
  static std::vector<std::string> lines_of(const States& from) {
    std::vector<int64_t> all;
    std::vector<int64_t> twice;
    std::vector<int64_t> seconds;
    for (int64_t key = 0; key < kKeys; ++key) {
      all.push_back(key);
      for (int64_t second = 0; second < kSeconds; ++second) {
        twice.push_back(key);
        seconds.push_back(second);
      }
    }
    const std::vector<int64_t> first(all.size(), INT64_MIN);
    const std::vector<int64_t> last(all.size(), INT64_MAX);
    const Keys keys({column_of(all)});
    const Keys both({column_of(twice)});
    const Column second = column_of(seconds);
    std::vector<std::string> lines;
    for (const auto& state : from) {
      weir_batch* raw = nullptr;
      EXPECT_TRUE(state->list_read(kSavedList, keys.get(), first.data(), last.data(), &raw).is_ok());
      const Batch rows = Batch::adopt(raw);
      std::map<uint32_t, std::string> lists;  // Their rows have an order.
      for (size_t i = 0; i < rows.row_count(); ++i) {
        lists[rows.column<uint32_t>(0)[i]] += " " + std::to_string(rows.column<int64_t>(1)[i]) + ":" +
                                              std::to_string(rows.column<int64_t>(2)[i]);
      }
      for (const auto& [key, list] : lists) lines.push_back("list " + std::to_string(key) + list);
      EXPECT_TRUE(state->map_get(kSavedMap, both.get(), *second.get(), &raw).is_ok());
      const Batch entries = Batch::adopt(raw);
      for (size_t i = 0; i < entries.row_count(); ++i) {
        lines.push_back("map " + std::to_string(entries.column<uint32_t>(0)[i]) + " " +
                        std::to_string(entries.column<int64_t>(2)[i]));
      }
    }
    std::ranges::sort(lines);
    return lines;
  }
  using Timers = std::map<int64_t, std::pair<DueBy, int64_t>>;
  /// Takes them out.
  static Timers timers_of(const States& from) {
    Timers found;
    for (const auto& state : from) {
      for (const DueBy clock : {DueBy::kEvent, DueBy::kWall}) {
        const auto fired = state->timers()[0].table->take_due(clock, INT64_MAX, 1'000'000);
        EXPECT_TRUE(fired.is_ok());
        const auto* const keys = static_cast<const int64_t*>(fired->keys.columns[0]->values);
        for (int64_t i = 0; i < fired->keys.row_count; ++i) {
          EXPECT_TRUE(found.emplace(keys[i], std::pair{clock, fired->times[i]}).second);
        }
      }
    }
    return found;
  }
  void expect_restored(uint32_t copies) {
    const States fresh = restored(copies);
    ASSERT_EQ(lines_of(fresh), lines_of(states));
    ASSERT_EQ(timers_of(fresh), timers);
  }

  Timers timers;  // That are set.

 private:
  KeyFields key_{"id: int64"};
  KeyFields row_{"value: int64"};
  KeyFields entry_{"second: int64, value: int64"};
  weir_state_spec specs_[3] = {};
  weir_binding binding_{};
};

TEST(GroupSaver, WhatDidNotChangeIsNotWritten) {
  KindsOfCopies life;
  life.fill();
  life.checkpoint();
  EXPECT_EQ(life.pages_of_epoch().size(), 3U);
  // Reading changes nothing, nor does removing what is not there.
  (void)KindsOfCopies::lines_of(life.states);
  life.remove_upto(-1);
  life.remove(1, 2);
  life.cancel(kKeys);
  life.checkpoint();
  EXPECT_TRUE(life.pages_of_epoch().empty());
  EXPECT_EQ(life.newest().pages.size(), 3U);
  life.expect_restored(2);
}

TEST(GroupSaver, OneGroupThatChangedIsWrittenAlone) {
  KindsOfCopies life;
  life.fill();
  life.checkpoint();
  life.append(7, 100, 1);
  life.put(8, 1, 1);
  life.set_timer(9, 5000, DueBy::kWall);
  life.checkpoint();
  std::map<std::string, std::set<uint32_t>> written;
  for (const PageInfo& page : life.pages_of_epoch()) written[page.id.state] = life.groups_in(page);
  EXPECT_EQ(written, (std::map<std::string, std::set<uint32_t>>{
                         {"rows", {group_of(7)}}, {"pages", {group_of(8)}}, {"due", {group_of(9)}}}));
  life.expect_restored(1);
  life.expect_restored(3);
}

TEST(GroupSaver, AGroupOfWhichNothingIsLeftStaysEmpty) {
  KindsOfCopies life;
  life.fill();
  life.checkpoint();
  for (int64_t key = 0; key < kKeys; ++key) {
    if (group_of(key) != group_of(1)) continue;
    for (int64_t second = 0; second < kSeconds; ++second) life.remove(key, second);
    life.cancel(key);
  }
  life.remove_upto(5);
  life.checkpoint();
  ASSERT_EQ(life.pages_of_epoch().size(), 3U);
  EXPECT_EQ(life.groups_in(life.pages_of_epoch()[1]), std::set<uint32_t>{group_of(1)});
  life.expect_restored(2);
}

TEST(GroupSaver, AStateThatIsEmptyHasNoPage) {
  KindsOfCopies life;
  life.fill();
  life.checkpoint();
  life.fire(DueBy::kEvent, INT64_MAX);
  life.fire(DueBy::kWall, INT64_MAX);
  life.remove_upto(INT64_MAX);
  life.checkpoint();
  ASSERT_EQ(life.newest().pages.size(), 1U);
  EXPECT_EQ(life.newest().pages[0].id.state, "pages");
  life.set_timer(1, 1, DueBy::kWall);
  life.checkpoint();
  life.expect_restored(1);
}

TEST(GroupSaver, AChangeThatIsNotWrittenIsMissed) {
  KindsOfCopies life;
  life.fill();
  life.checkpoint();
  life.put(8, 1, 1);
  life.faults.arm("state.dirty.mark", FaultMode::kSkip, FaultPoints::kEveryHit);
  life.checkpoint();
  life.faults.clear();
  EXPECT_NE(KindsOfCopies::lines_of(life.restored(1)), KindsOfCopies::lines_of(life.states));
}

TEST(GroupSaver, AnyHistoryComesBack) {
  for (uint32_t seed = 1; seed <= test::last_history_seed(12); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto below = [&random](int64_t bound) {
      return static_cast<int64_t>(random() % static_cast<uint64_t>(bound));
    };
    KindsOfCopies life(1 + static_cast<uint32_t>(below(3)), seed % 2 == 0 ? 2000 : 0);
    int64_t now = 0;
    for (int64_t step = 0; step < 60; ++step) {
      for (int64_t i = below(step % 10 == 0 ? 600 : 20); i > 0; --i) {
        const int64_t key = below(below(2) == 0 ? 10 : kKeys);
        switch (below(10)) {
          case 0:
            life.remove(key, below(kSeconds));
            break;
          case 1:
            life.cancel(key);
            break;
          case 2:
            if (below(100) == 0) life.remove_upto(step - 20);
            break;
          case 3:
          case 4:
            life.put(key, below(kSeconds), now + i);
            break;
          case 5:
          case 6:
            life.append(key, step + below(5), now + i);
            break;
          default:
            life.set_timer(key, now + below(3000), below(3) == 0 ? DueBy::kWall : DueBy::kEvent);
        }
      }
      if (below(2) == 0) {
        now += below(300);
        life.reach(now);
        life.fire(DueBy::kEvent, now);
      }
      if (below(4) == 0) {  // One that does not come about.
        life.begin();
      } else {
        life.checkpoint();
        life.expect_restored(1 + static_cast<uint32_t>(below(4)));
      }
      if (HasFatalFailure()) return;
    }
  }
}

TEST(GroupSaver, TheDiskHoldsAFewTimesTheState) {
  KindsOfCopies life;
  for (int64_t key = 0; key < kKeys; ++key) {
    for (int64_t second = 0; second < kSeconds; ++second) life.put(key, second, key);
  }
  life.checkpoint();
  const uint64_t whole = life.newest().pages[0].size_bytes;
  for (int64_t step = 0; step < 300; ++step) {
    // Each page has something of a group that is not written again for long.
    for (int64_t key = step; key < kKeys; ++key) life.put(key, step % kSeconds, -step);
    life.checkpoint();
    uint64_t total = 0;
    for (const PageInfo& page : life.newest().pages) total += page.size_bytes;
    ASSERT_LT(total, whole * 6) << step;
    // Nothing but what the manifest names is left.
    ASSERT_EQ(life.disk.list("/c")->size(), life.newest().pages.size() + 1);
  }
  life.expect_restored(2);
}

TEST(GroupSaver, TimeThatPassedIsSavedWithoutTheRows) {
  KindsOfCopies life(1, 1000);
  life.reach(0);
  life.fill();
  life.reach(600);
  life.append(1, 1, 1);
  life.put(1, 1, 1);
  life.checkpoint();
  life.reach(700);
  life.checkpoint();
  ASSERT_EQ(life.pages_of_epoch().size(), 2U);  // Timers do not age.
  for (const PageInfo& page : life.pages_of_epoch()) EXPECT_LT(page.size_bytes, 300U);
  life.expect_restored(3);
  life.reach(1000);  // What is gone is in no page that stays.
  life.checkpoint();
  life.set_ttl(100'000);
  EXPECT_EQ(KindsOfCopies::lines_of(life.restored(1)), (std::vector<std::string>{"list 1 1:1", "map 4 1"}));
}

}  // namespace
}  // namespace weir
