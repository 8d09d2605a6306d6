// Values with a ttl: whatever happens, what is there is what was written within it.
#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "state/test_copies.hpp"
#include "state/test_keys.hpp"
#include "state/test_seeds.hpp"
#include "world/whole_file.hpp"

namespace weir {
namespace {

using test::KeyFields;
using test::Keys;
using test::views;

constexpr int64_t kTtl = 1000;

struct Slot {
  uint64_t count;
  weir_block* text;
};

using Key = std::pair<int64_t, std::string>;  // Namespace, page.
using Rows = std::map<Key, uint64_t>;         // Count.

/// What must be in the state: also what is gone, until it is written anew.
struct AgedModel {
  struct Entry {
    uint64_t count;
    int64_t written_us;
  };
  std::map<Key, Entry> entries;
  StateAge age{kTtl};
  bool has(const Key& key) const {
    const auto found = entries.find(key);
    return found != entries.end() && !age.is_gone(found->second.written_us);
  }
  Rows rows() const {
    Rows found;
    for (const auto& [key, entry] : entries) {
      if (has(key)) found[key] = entry.count;
    }
    return found;
  }
};

/// One state of several copies on a simulated disk, and the model of it.
class AgedCopies : public test::CopiesOnDisk {
 public:
  explicit AgedCopies(uint32_t copies = 1, size_t memory_bytes = MemoryAccount::kNoLimit,
                      int64_t ttl_us = kTtl)
      : memory_bytes_(memory_bytes) {
    spec_.struct_size = sizeof(spec_);
    spec_.kind = WEIR_STATE_VALUES;
    spec_.name = {"pages", 5};
    spec_.version = 1;
    spec_.slot_size = sizeof(Slot);
    spec_.ref_offsets = refs_;
    spec_.ref_count = 1;
    spec_.keys = keys_.data();
    spec_.key_count = keys_.size();
    spec_.ttl_us = ttl_us;
    binding_.states = &spec_;
    binding_.state_count = 1;
    states = make(copies);
  }
  std::vector<std::unique_ptr<InstanceState>> make(uint32_t copies) {
    const std::string folder = "/spill" + std::to_string(lives_++);
    EXPECT_TRUE(disk.make_dir(folder, 0700).is_ok());
    std::vector<std::unique_ptr<InstanceState>> made;
    for (uint32_t copy = 0; copy < copies; ++copy) {
      InstanceState::Options options{.node = "it", .copy = copy, .copies = copies};
      options.value_memory_bytes = memory_bytes_;
      options.spill_directory = folder;
      options.clock = clock;
      made.push_back(InstanceState::make(binding_, options, *account, &disk).value());
    }
    return made;
  }
  InstanceState& of(const Keys& keys) {
    uint8_t group = 0;
    key_groups(keys.raw(), nullptr, 1, &group);
    return *states[copy_of_group(group, static_cast<uint32_t>(states.size()))];
  }
  void count(const Key& key, bool has_text = false) {
    Keys keys({views({key.second})});
    keys.namespaces({key.first});
    void* raw = nullptr;
    uint8_t inserted = 2;
    ASSERT_TRUE(of(keys).find_or_insert(0, keys.get(), &raw, &inserted).is_ok());
    auto* const slot = static_cast<Slot*>(raw);
    const bool was_there = model.has(key);
    ASSERT_EQ(inserted, was_there ? 0 : 1);
    if (!was_there) {
      ASSERT_EQ(slot->count, 0U);
      ASSERT_EQ(slot->text, nullptr);
      model.entries[key] = {};
    }
    AgedModel::Entry& entry = model.entries[key];
    ASSERT_EQ(slot->count, entry.count);
    slot->count = ++entry.count;
    entry.written_us = model.age.now_us();
    ASSERT_TRUE(of(keys).block_resize(0, &slot->text, has_text ? key.second.size() : 0).is_ok());
    if (has_text) std::memcpy(slot->text->data, key.second.data(), key.second.size());
  }
  const Slot* find(const Key& key) {
    Keys keys({views({key.second})});
    keys.namespaces({key.first});
    void* raw = nullptr;
    EXPECT_TRUE(of(keys).find(0, keys.get(), &raw).is_ok());
    return static_cast<const Slot*>(raw);
  }
  void expect_found(const Key& key) {
    const Slot* const slot = find(key);
    ASSERT_EQ(slot != nullptr, model.has(key));
    if (slot != nullptr) {
      ASSERT_EQ(slot->count, model.entries[key].count);
    }
  }
  void remove(const Key& key) {
    Keys keys({views({key.second})});
    keys.namespaces({key.first});
    ASSERT_TRUE(of(keys).remove(0, keys.get()).is_ok());
    model.entries.erase(key);
  }
  void move(const Key& key, int64_t target) {
    Keys keys({views({key.second})});
    keys.namespaces({key.first});
    const Status status = of(keys).move(0, keys.get(), &target);
    if (!model.has(key)) {
      ASSERT_EQ(status.code(), Code::kNotFound);
    } else if (model.has({target, key.second})) {
      ASSERT_EQ(status.code(), Code::kExists);
    } else {
      ASSERT_TRUE(status.is_ok()) << status.message();
      model.entries[{target, key.second}] = model.entries[key];  // Its age goes with it.
      model.entries.erase(key);
    }
  }
  void remove_upto(int64_t ns) {
    for (const auto& state : states) ASSERT_TRUE(state->remove_upto(0, ns).is_ok());
    std::erase_if(model.entries, [ns](const auto& entry) { return entry.first.first <= ns; });
  }
  void reach(int64_t time_us) {
    for (const auto& state : states) state->reach_event_time(time_us);
    model.age.reach(time_us);
  }
  std::vector<std::unique_ptr<InstanceState>> restored(uint32_t copies) {
    CheckpointStore next(disk, faults, "/c");
    const auto latest = next.latest();
    EXPECT_TRUE(latest.is_ok()) << latest.status().message();
    auto fresh = make(copies);
    for (const auto& state : fresh) {
      const Status status = state->restore(next, latest->manifest.value());
      EXPECT_TRUE(status.is_ok()) << status.message();
    }
    return fresh;
  }
  static Rows read(const std::vector<std::unique_ptr<InstanceState>>& from, int64_t max_rows = 100) {
    Rows rows;
    for (const auto& state : from) {
      weir_scan scan{};
      while (state->scan(0, INT64_MAX, max_rows, &scan).is_ok() && scan.row_count > 0) {
        const StringColumn pages(*scan.keys[0]);
        for (int64_t i = 0; i < scan.row_count; ++i) {
          const auto* const slot = static_cast<const Slot*>(scan.slots[i]);
          const std::string page(pages.view_at(static_cast<size_t>(i)));
          if (slot->text != nullptr) {
            EXPECT_EQ(std::memcmp(slot->text->data, page.data(), page.size()), 0);
          }
          EXPECT_TRUE(rows.emplace(Key{scan.namespaces[i], page}, slot->count).second);
        }
      }
    }
    return rows;
  }
  /// Keys that take memory or room in files, those that are gone and not freed yet among them.
  uint64_t held_keys() {
    uint64_t total = 0;
    for (const auto& state : states) {
      uint64_t bytes = 0;
      uint64_t keys = 0;
      EXPECT_TRUE(state->usage(0, &bytes, &keys).is_ok());
      total += keys;
    }
    return total;
  }
  weir_state_spec& spec() { return spec_; }

  const Clock* clock = nullptr;
  AgedModel model;

 private:
  const size_t memory_bytes_;
  uint32_t lives_ = 0;
  KeyFields keys_{"page: string"};
  uint32_t refs_[1] = {8};
  weir_state_spec spec_{};
  weir_binding binding_{};
};

std::string aged_page(uint64_t number) {
  return (number % 3 == 0 ? "p" : "a page with a longer name ") + std::to_string(number);
}

/// Inserts, looks, removes, moves, closes windows, lets time pass, takes checkpoints that do and do not come
/// about, and goes on from one under another number of copies.
void live_through(uint32_t seed, size_t memory_bytes) {
  std::mt19937 random(seed);
  const auto below = [&random](uint64_t bound) { return random() % bound; };
  AgedCopies life(1 + static_cast<uint32_t>(below(3)), memory_bytes);
  AgedModel stored;
  const uint64_t keys = 100 + below(2000);
  int64_t now = 50'000;
  for (int step = 0; step < 120; ++step) {
    for (uint64_t i = below(150); i > 0; --i) {
      const Key key{static_cast<int64_t>(below(4)) * 60 + step / 10, aged_page(below(keys))};
      switch (below(12)) {
        case 0:
          life.remove(key);
          break;
        case 1:
          life.move(key, key.first + static_cast<int64_t>(below(2)) + 1);
          break;
        case 2:
          if (below(100) == 0) life.remove_upto(static_cast<int64_t>(below(100)));
          break;
        case 3:
        case 4:
          life.expect_found(key);
          break;
        default:
          life.count(key, below(3) == 0);
      }
      if (testing::Test::HasFatalFailure()) return;
    }
    life.settle();
    if (step > 5 && below(2) == 0)
      life.reach(now += static_cast<int64_t>(below(below(10) == 0 ? 1500 : 150)));
    if (below(8) == 0) {
      ASSERT_EQ(AgedCopies::read(life.states, 1 + static_cast<int64_t>(below(50))), life.model.rows())
          << "step " << step;
    }
    if (below(12) == 0) {
      life.begin();
    } else if (below(6) == 0) {
      life.checkpoint();
      stored = life.model;
      ASSERT_EQ(AgedCopies::read(life.restored(1 + static_cast<uint32_t>(below(4)))), stored.rows())
          << "step " << step;
    }
    if (stored.age.now_us() != StateAge::kUnknown && below(25) == 0) {
      life.states = life.restored(1 + static_cast<uint32_t>(below(4)));
      life.model = stored;
      now = stored.age.now_us();
      // As a new process.
      ASSERT_TRUE(life.store.begin(++life.epoch).is_ok());
    }
    if (testing::Test::HasFatalFailure()) return;
  }
  EXPECT_EQ(AgedCopies::read(life.states), life.model.rows());
  for (int round = 0; round < 3; ++round) {
    life.reach(now += 2 * kTtl);
    for (int call = 0; call < 40; ++call) life.settle();
  }
  EXPECT_EQ(life.held_keys(), 0U);
  EXPECT_TRUE(AgedCopies::read(life.states).empty());
}

TEST(ValueAge, AnyHistoryIsAnsweredAsTheAgesSay) {
  for (uint32_t seed = 1; seed <= test::last_history_seed(15); ++seed) {
    SCOPED_TRACE(seed);
    live_through(seed, MemoryAccount::kNoLimit);
    if (HasFatalFailure()) return;
  }
}

TEST(ValueAge, AlsoWhenMemoryIsSpent) {
  for (uint32_t seed = 1; seed <= test::last_history_seed(15); ++seed) {
    SCOPED_TRACE(seed);
    live_through(seed, 60'000 + seed * 5'000);
    if (HasFatalFailure()) return;
  }
}

TEST(ValueAge, WhatWasNotWrittenForTheTtlIsGone) {
  AgedCopies life;
  life.count({0, "a"});  // Before any time is known: as of the first one.
  life.reach(1000);
  life.count({0, "b"});
  life.reach(1600);
  life.count({0, "b"});
  EXPECT_NE(life.find({0, "a"}), nullptr);  // Reading is no writing.
  life.reach(1999);
  EXPECT_EQ(AgedCopies::read(life.states).size(), 2U);
  life.reach(2000);
  EXPECT_EQ(AgedCopies::read(life.states), (Rows{{{0, "b"}, 2}}));
  EXPECT_EQ(life.find({0, "a"}), nullptr);
  life.reach(900);  // Time never goes back.
  EXPECT_EQ(life.find({0, "a"}), nullptr);
  life.count({0, "a"}, true);
  EXPECT_EQ(life.find({0, "a"})->count, 1U);
}

TEST(ValueAge, WhatIsGoneIsFreedWhileNewKeysCome) {
  AgedCopies life;
  uint64_t next = 0;
  uint64_t most = 0;
  for (int64_t step = 0; step < 200; ++step) {
    life.reach(step * (kTtl / 20));
    for (int i = 0; i < 400; ++i) life.count({0, aged_page(next++)}, i % 7 == 0);
    life.settle();
    most = std::max(most, life.held_keys());
  }
  const uint64_t within_ttl = 400 * 20;
  EXPECT_GE(most, within_ttl);
  EXPECT_LE(most, 3 * within_ttl);
}

TEST(ValueAge, ACallFreesABoundedNumber) {
  AgedCopies life;
  life.reach(0);
  for (uint64_t i = 0; i < 50'000; ++i) life.count({0, aged_page(i)});
  life.settle();
  life.reach(kTtl);
  life.settle();
  EXPECT_GE(life.held_keys(), 48'000U);
  for (int call = 0; call < 60; ++call) life.settle();
  EXPECT_EQ(life.held_keys(), 0U);
}

TEST(ValueAge, FilesOfWhatIsGoneGo) {
  AgedCopies life(1, 150'000);
  life.reach(0);
  for (uint64_t i = 0; i < 5'000; ++i) {
    life.count({0, aged_page(i)}, true);
    life.settle();
  }
  EXPECT_GT(life.disk.list("/spill0")->size(), 0U);
  life.reach(kTtl / 2);
  life.count({0, "late"});
  life.settle();
  life.reach(kTtl);
  life.settle();
  EXPECT_EQ(life.held_keys(), 1U);
  EXPECT_LE(life.disk.list("/spill0")->size(), 1U);
  life.reach(2 * kTtl);
  life.settle();
  EXPECT_EQ(life.held_keys(), 0U);
  EXPECT_EQ(life.disk.list("/spill0")->size(), 0U);
}

TEST(ValueAge, FilesOfWhichNothingIsGoneAreNotWrittenAgain) {
  AgedCopies life(1, 150'000);
  life.reach(0);
  for (uint64_t i = 0; i < 5'000; ++i) {
    life.count({0, aged_page(i)}, true);
    life.settle();
  }
  const std::vector<DirectoryEntry> before = life.disk.list("/spill0").value();
  EXPECT_GT(before.size(), 0U);
  life.reach(kTtl / 2);
  life.settle();
  EXPECT_TRUE(life.disk.list("/spill0").value() == before);
  EXPECT_EQ(AgedCopies::read(life.states), life.model.rows());
}

TEST(ValueAge, ARestartAgesNothingOfACopyWhoseTimeBeganLater) {
  AgedCopies life(2);
  std::string page;
  for (uint64_t i = 0; page.empty(); ++i) {
    const std::string next = aged_page(i);
    const Keys keys({views({next})});
    if (&life.of(keys) == life.states[1].get()) page = next;
    // Before any time was known: as of the first that comes.
    life.count({0, next});
  }
  ASSERT_GT(life.model.entries.size(), 1U) << "both copies must have a page";
  life.states[0]->reach_event_time(100);
  life.states[1]->reach_event_time(800);
  for (const auto& state : life.states) state->reach_event_time(900);
  life.checkpoint();
  life.states = life.restored(2);
  for (const auto& state : life.states) state->reach_event_time(800 + kTtl - 1);
  EXPECT_NE(life.find({0, page}), nullptr);
  for (const auto& state : life.states) state->reach_event_time(800 + kTtl);
  EXPECT_EQ(life.find({0, page}), nullptr);
}

TEST(ValueAge, SlotsStayForOneCallWhateverTheClockSays) {
  AgedCopies life;
  SimClock clock(1'000'000);
  life.clock = &clock;
  life.states = life.make(1);
  life.model.age.reach(clock.now_us());
  life.count({0, "a"});
  const Slot* const slot = life.find({0, "a"});
  clock.advance_us(kTtl);
  EXPECT_EQ(life.find({0, "a"}), slot);
  life.settle();
  EXPECT_EQ(life.find({0, "a"}), nullptr);
}

TEST(ValueAge, TimeThatPassedIsSavedWithoutTheSlots) {
  AgedCopies life;
  life.reach(0);
  for (uint64_t i = 0; i < 1'000; ++i) life.count({0, aged_page(i)});
  life.reach(600);
  for (uint64_t i = 0; i < 500; ++i) life.count({0, aged_page(i)});
  life.checkpoint();
  life.reach(1100);
  life.checkpoint();
  ASSERT_EQ(life.newest().pages.size(), 2U);
  EXPECT_LT(life.newest().pages[1].size_bytes, 300U);
  EXPECT_EQ(AgedCopies::read(life.restored(3)), life.model.rows());
  EXPECT_EQ(life.model.rows().size(), 500U);
  life.checkpoint();  // Nothing passed.
  EXPECT_EQ(life.newest().pages.back().id.epoch, life.epoch - 1);
  life.reach(1200);
  life.checkpoint();
  EXPECT_EQ(life.newest().pages.size(), 2U);  // The page with the time before is not needed any more.
}

TEST(ValueAge, ALongerTtlRevivesNothing) {
  AgedCopies life;
  life.reach(0);
  life.count({0, "old"});
  life.reach(600);
  life.count({0, "new"});
  life.checkpoint();
  life.reach(1000);  // The page that has the old one stays.
  life.checkpoint();
  ASSERT_EQ(life.newest().pages.size(), 2U);
  life.spec().ttl_us = 10 * kTtl;
  EXPECT_EQ(AgedCopies::read(life.restored(1)), (Rows{{{0, "new"}, 1}}));
  life.spec().ttl_us = 0;
  EXPECT_EQ(AgedCopies::read(life.restored(1)), (Rows{{{0, "new"}, 1}}));
}

TEST(ValueAge, WhatWasStoredWithoutATtlIsOfTheTimeThatComesFirst) {
  AgedCopies life(1, MemoryAccount::kNoLimit, 0);
  life.count({0, "a"});
  life.checkpoint();
  const std::string path = "/c/" + life.newest().pages[0].file;
  EXPECT_EQ(read_all(life.disk, path).value()[8], 2) << "without a ttl a page is as older versions wrote it";
  life.spec().ttl_us = kTtl;
  life.states = life.restored(1);
  life.reach(5000);
  EXPECT_NE(life.find({0, "a"}), nullptr);
  life.reach(5999);
  EXPECT_NE(life.find({0, "a"}), nullptr);
  life.reach(6000);
  EXPECT_EQ(life.find({0, "a"}), nullptr);
}

}  // namespace
}  // namespace weir
