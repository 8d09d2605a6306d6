// Lists, maps and timers through checkpoints: under other numbers of copies, damaged, and by other versions.
#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "state/instance_state.hpp"
#include "state/test_keys.hpp"
#include "world/sim_disk.hpp"

namespace weir {
namespace {

using test::fixed;
using test::KeyFields;
using test::Keys;
using test::views;

constexpr uint32_t kList = 0;
constexpr uint32_t kMap = 1;
constexpr uint32_t kTimers = 2;
constexpr int64_t kTtl = 1'000'000;

/// LIST "rows", MAP "pages", TIMERS "due", by a text and a number.
class KindsSpec {
 public:
  KindsSpec()
      : key_("page: string, user: int64"),
        row_("id: int64, name: string"),
        entry_("at: timestamp, name: string") {
    const char* const names[] = {"rows", "pages", "due"};
    const uint32_t kinds[] = {WEIR_STATE_LIST, WEIR_STATE_MAP, WEIR_STATE_TIMERS};
    for (uint32_t i = 0; i < 3; ++i) {
      weir_state_spec& spec = specs_[i];
      spec.struct_size = sizeof(spec);
      spec.kind = kinds[i];
      spec.name = {names[i], std::string_view(names[i]).size()};
      spec.version = 3;
      spec.keys = key_.data();
      spec.key_count = key_.size();
      if (i == kTimers) continue;
      spec.values = i == kList ? row_.data() : entry_.data();
      spec.value_count = i == kList ? row_.size() : entry_.size();
      spec.ttl_us = kTtl;
    }
    binding_.states = specs_;
    binding_.state_count = 3;
  }
  weir_state_spec& at(uint32_t state) { return specs_[state]; }
  const weir_binding& binding() const { return binding_; }
  void list_columns(const char* columns) {
    row_ = KeyFields(columns);
    specs_[kList].values = row_.data();
    specs_[kList].value_count = row_.size();
  }

 private:
  KeyFields key_;
  KeyFields row_;
  KeyFields entry_;
  weir_state_spec specs_[3] = {};
  weir_binding binding_{};
};

struct KindsWorld {
  SimDisk disk;
  FaultPoints faults;
  CheckpointStore store{disk, faults, "/checkpoints"};
  const std::shared_ptr<MemoryAccount> account = MemoryAccount::make("it");
  KindsWorld() { EXPECT_TRUE(store.open().is_ok()); }

  std::unique_ptr<InstanceState> make(const KindsSpec& spec, uint32_t copy = 0, uint32_t copies = 1) {
    return InstanceState::make(spec.binding(), {.node = "it", .copy = copy, .copies = copies}, *account,
                               &disk)
        .value();
  }
  Manifest checkpoint(uint64_t epoch, const std::vector<InstanceState*>& copies) {
    EXPECT_TRUE(store.begin(epoch).is_ok());
    for (InstanceState* copy : copies) {
      const Status status = copy->snapshot(store);
      EXPECT_TRUE(status.is_ok()) << status.message();
    }
    EXPECT_TRUE(store.commit({}).is_ok());
    return store.latest()->manifest.value();
  }
};

struct Input {
  std::string page;
  int64_t user;
  int64_t time;
};

std::vector<Input> some_input(int64_t count) {
  std::vector<Input> rows;
  for (int64_t i = 0; i < count; ++i)
    rows.push_back({"a page with a long name " + std::to_string(i % 40), i % 7 - 3, i * 37 % 1000});
  return rows;
}

/// The rows that copy `copy` of `copies` would get.
std::vector<Input> share_of(const std::vector<Input>& rows, uint32_t copy, uint32_t copies) {
  std::vector<Input> own;
  for (const Input& row : rows) {
    Keys key({views({row.page}), fixed<int64_t>({row.user})});
    uint8_t group = 0;
    key_groups(key.raw(), nullptr, 1, &group);
    if (copy_of_group(group, copies) == copy) own.push_back(row);
  }
  return own;
}

struct Columns {
  explicit Columns(const std::vector<Input>& rows) {
    test::Texts pages;
    test::Texts names;
    std::vector<std::optional<int64_t>> users;
    std::vector<std::optional<int64_t>> at;
    for (const Input& row : rows) {
      pages.emplace_back(row.page);
      users.emplace_back(row.user);
      at.emplace_back(row.time);
      times.push_back(row.time);
      names.emplace_back("what is known of " + row.page + " at " + std::to_string(row.time));
    }
    page = views(pages);
    user = fixed<int64_t>(users);
    name = views(names);
    time = fixed<int64_t>(at);
    stamp = fixed<int64_t>(at, Type::kTimestamp);
  }
  Column page, user, name, time, stamp;
  std::vector<int64_t> times;
};

void fill(InstanceState& state, const std::vector<Input>& rows) {
  if (rows.empty()) return;
  const Columns columns(rows);
  Keys keys({columns.page, columns.user});
  const weir_column* const entry[] = {columns.stamp.get(), columns.name.get()};
  ASSERT_TRUE(state.map_put(kMap, keys.get(), entry).is_ok());
  keys.namespaces(columns.times);
  const weir_column* const row[] = {columns.time.get(), columns.name.get()};
  ASSERT_TRUE(state.list_append(kList, keys.get(), row).is_ok());
  std::vector<Input> half;  // The same rows, whoever has them.
  std::ranges::copy_if(rows, std::back_inserter(half), [](const Input& input) { return input.user < 0; });
  ASSERT_TRUE(state.timer_set(kTimers, keys.get(), columns.times.data(), 1).is_ok());
  if (half.empty()) return;
  const Columns early(half);
  Keys wall({early.page, early.user});
  wall.namespaces(std::vector<int64_t>(half.size(), -1));
  ASSERT_TRUE(state.timer_set(kTimers, wall.get(), early.times.data(), 0).is_ok());
}

/// Everything that the copies hold, as lines in order.
std::vector<std::string> lines_of(const std::vector<InstanceState*>& copies, const std::vector<Input>& rows) {
  std::vector<std::string> lines;
  const Columns columns(rows);
  for (InstanceState* const copy : copies) {
    Keys keys({columns.page, columns.user});
    const auto add = [&](const char* what, weir_batch* raw) {
      const Batch batch = Batch::adopt(raw);
      for (size_t i = 0; i < batch.row_count(); ++i) {
        std::string line = what + rows[batch.column<uint32_t>(0)[i]].page + " " +
                           std::to_string(batch.column<int64_t>(1)[i]) + " ";
        lines.push_back(line +
                        std::string(StringColumn(batch.raw_column(batch.column_count() - 1)).view_at(i)));
      }
    };
    weir_batch* found = nullptr;
    EXPECT_TRUE(
        copy->list_read(kList, keys.get(), columns.times.data(), columns.times.data(), &found).is_ok());
    add("list ", found);
    EXPECT_TRUE(copy->map_get(kMap, keys.get(), *columns.stamp.get(), &found).is_ok());
    add("map ", found);
    for (const InstanceState::Timers& timers : copy->timers()) {
      for (const DueBy clock : {DueBy::kEvent, DueBy::kWall}) {
        const auto fired = timers.table->take_due(clock, INT64_MAX, 1'000'000);
        EXPECT_TRUE(fired.is_ok());
        if (fired->keys.row_count == 0) continue;
        const StringColumn pages(*fired->keys.columns[0]);
        for (size_t i = 0; i < pages.size(); ++i)
          lines.push_back("timer " + std::to_string(static_cast<int>(clock)) + " " +
                          std::string(pages.view_at(i)) + " " + std::to_string(fired->times[i]) + " " +
                          std::to_string(fired->keys.namespaces[i]));
      }
    }
  }
  std::ranges::sort(lines);
  return lines;
}

TEST(KindsOfState, ACheckpointRestoresUnderAnyNumberOfCopies) {
  const KindsSpec spec;
  const std::vector<Input> rows = some_input(2000);
  std::vector<std::string> expected;
  for (const uint32_t before : {1U, 2U, 3U, 7U}) {
    for (const uint32_t after : {1U, 2U, 3U, 7U}) {
      KindsWorld world;
      std::vector<std::unique_ptr<InstanceState>> owned;
      std::vector<InstanceState*> old;
      for (uint32_t copy = 0; copy < before; ++copy) {
        owned.push_back(world.make(spec, copy, before));
        old.push_back(owned.back().get());
        fill(*old.back(), share_of(rows, copy, before));
      }
      const Manifest manifest = world.checkpoint(1, old);
      std::vector<InstanceState*> fresh;
      for (uint32_t copy = 0; copy < after; ++copy) {
        owned.push_back(world.make(spec, copy, after));
        fresh.push_back(owned.back().get());
        const Status status = fresh.back()->restore(world.store, manifest);
        ASSERT_TRUE(status.is_ok()) << status.message();
      }
      if (expected.empty()) expected = lines_of(old, rows);
      EXPECT_EQ(lines_of(fresh, rows), expected) << before << " -> " << after;
    }
  }
  EXPECT_GT(expected.size(), 6000U);
}

TEST(KindsOfState, AListLongerThanASectionComesBackInOrder) {
  KindsWorld world;
  const KindsSpec spec;
  const auto old = world.make(spec);
  std::vector<Input> rows;
  for (int64_t i = 0; i < 20'000; ++i) rows.push_back({"/", 1, i % 5});
  const Columns columns(rows);
  Keys keys({columns.page, columns.user});
  keys.namespaces(columns.times);
  const Column ids = [] {
    std::vector<std::optional<int64_t>> all;
    for (int64_t i = 0; i < 20'000; ++i) all.emplace_back(i);
    return fixed<int64_t>(all);
  }();
  const weir_column* const row[] = {ids.get(), columns.name.get()};
  ASSERT_TRUE(old->list_append(kList, keys.get(), row).is_ok());
  const Manifest manifest = world.checkpoint(1, {old.get()});
  const auto fresh = world.make(spec);
  ASSERT_TRUE(fresh->restore(world.store, manifest).is_ok());
  Keys one({views({"/"}), fixed<int64_t>({1})});
  const int64_t from = 0;
  const int64_t to = 9;
  weir_batch* raw = nullptr;
  ASSERT_TRUE(fresh->list_read(kList, one.get(), &from, &to, &raw).is_ok());
  const Batch batch = Batch::adopt(raw);
  ASSERT_EQ(batch.row_count(), 20'000U);
  for (size_t i = 0; i < 20'000; ++i)
    ASSERT_EQ(batch.column<int64_t>(2)[i], static_cast<int64_t>(i % 4000 * 5 + i / 4000));
}

TEST(KindsOfState, AgesGoOnAfterARestart) {
  KindsWorld world;
  const KindsSpec spec;
  const std::vector<Input> early = {{"early", 1, 1}};
  const std::vector<Input> late = {{"late", 1, 2}};
  const std::vector<Input> all = {early[0], late[0]};
  const auto old = world.make(spec);
  fill(*old, early);  // Before any time is known: counts as written at the first one.
  old->reach_event_time(5'000'000);
  old->reach_event_time(5'600'000);
  fill(*old, late);
  const Manifest manifest = world.checkpoint(1, {old.get()});
  const auto fresh = world.make(spec);
  ASSERT_TRUE(fresh->restore(world.store, manifest).is_ok());
  fill(*fresh, {{"new", 1, 3}});  // As of the time of the checkpoint, not of nothing.
  const auto held = [&](InstanceState& state) {
    std::string found;
    for (const std::string& line : lines_of({&state}, {early[0], late[0], {"new", 1, 3}})) {
      if (line.starts_with("map ")) found += line.substr(4, line.find(' ', 4) - 3);
    }
    return found;
  };
  fresh->reach_event_time(5'999'999);
  EXPECT_EQ(held(*fresh), "early late new ");
  fresh->reach_event_time(6'000'000);
  EXPECT_EQ(held(*fresh), "late new ");
  fresh->reach_event_time(6'600'000);
  EXPECT_EQ(held(*fresh), "");
}

std::string kinds_restore_message(const std::function<void(KindsSpec&)>& change) {
  KindsWorld world;
  const KindsSpec before;
  const auto old = world.make(before);
  fill(*old, some_input(3));
  const Manifest manifest = world.checkpoint(1, {old.get()});
  KindsSpec changed;
  change(changed);
  return std::string(world.make(changed)->restore(world.store, manifest).message());
}

TEST(KindsOfState, SaysWhyAStoredStateCannotBeUsed) {
  EXPECT_EQ(
      kinds_restore_message([](KindsSpec& spec) { spec.at(kList).version = 4; }),
      "state 'rows' of node 'it' was stored by version 3 of its component; version 4 does not migrate from "
      "it. Use the old component, or start over with --from-scratch");
  EXPECT_EQ(
      kinds_restore_message([](KindsSpec& spec) { spec.at(kTimers).version = 2; }),
      "state 'due' of node 'it' was stored by version 3 of its component; this one is older, version 2. Use "
      "the newer component, or start over with --from-scratch");
  EXPECT_EQ(
      kinds_restore_message([](KindsSpec& spec) { spec.at(kMap).kind = WEIR_STATE_LIST; }),
      "state 'pages' of node 'it' was stored as MAP, it is LIST now. Use the old component, or start over "
      "with --from-scratch");
  EXPECT_EQ(
      kinds_restore_message([](KindsSpec& spec) { spec.list_columns("id: int64, title: string"); }),
      "state 'rows' was stored with the columns (id: int64, name: string) by the same version, which now has "
      "(id: int64, title: string); its version must change");
}

TEST(KindsOfState, NoDamagedByteOfAPageIsAccepted) {
  const KindsSpec spec;
  KindsWorld world;
  const auto old = world.make(spec);
  fill(*old, some_input(4));
  const Manifest manifest = world.checkpoint(1, {old.get()});
  ASSERT_EQ(manifest.pages.size(), 3U);
  size_t flips = 0;
  for (const PageInfo& page : manifest.pages) {
    const std::string path = "/checkpoints/" + page.file;
    for (uint64_t at = 0; at < page.size_bytes; ++at, ++flips) {
      const auto file = world.disk.open(path, OpenMode::kUpdate, 0600).value();
      uint8_t byte = 0;
      ASSERT_EQ(file->pread(&byte, 1, at).value(), 1U);
      const uint8_t damaged = byte ^ static_cast<uint8_t>(1U << (at % 8));
      ASSERT_TRUE(file->pwrite(&damaged, 1, at).is_ok());
      EXPECT_FALSE(world.make(spec)->restore(world.store, manifest).is_ok()) << page.file << " byte " << at;
      ASSERT_TRUE(file->pwrite(&byte, 1, at).is_ok());
      ASSERT_TRUE(file->close().is_ok());
    }
  }
  EXPECT_GT(flips, 2000U);
  EXPECT_TRUE(world.make(spec)->restore(world.store, manifest).is_ok());
}

TEST(KindsOfState, WhatIsHeldIsChargedAndGivenBack) {
  KindsWorld world;
  const KindsSpec spec;
  auto state = world.make(spec);
  fill(*state, some_input(5000));
  EXPECT_GE(world.account->now_bytes(), state->held_bytes() * 9 / 10);
  EXPECT_GT(state->held_bytes(), 1'000'000U);
  state.reset();
  EXPECT_EQ(world.account->now_bytes(), 0U);
}

TEST(KindsOfState, ThatHoldsMoreThanItMaySaysSo) {
  const KindsSpec spec;
  KindsWorld world;
  const auto settled = [&](size_t most_bytes, uint32_t only) {
    auto state = InstanceState::make(spec.binding(), {.node = "it", .kept_memory_bytes = most_bytes},
                                     *world.account, &world.disk)
                     .value();
    const Columns columns(some_input(2000));
    Keys keys({columns.page, columns.user});
    const weir_column* const entry[] = {columns.stamp.get(), columns.name.get()};
    Status filled;
    if (only == kMap) filled = state->map_put(kMap, keys.get(), entry);
    keys.namespaces(columns.times);
    const weir_column* const row[] = {columns.time.get(), columns.name.get()};
    if (only == kList) filled = state->list_append(kList, keys.get(), row);
    if (only == kTimers) filled = state->timer_set(kTimers, keys.get(), columns.times.data(), 1);
    EXPECT_TRUE(filled.is_ok()) << filled.message();
    return state->settle();
  };
  const char* const names[] = {"rows", "pages", "due"};
  for (const uint32_t kind : {kList, kMap, kTimers}) {
    EXPECT_TRUE(settled(10'000'000, kind).is_ok());
    const Status status = settled(30'000, kind);
    EXPECT_EQ(status.code(), Code::kInvalid) << "no room on a disk would help";
    EXPECT_TRUE(status.message().starts_with("state '" + std::string(names[kind]) + "' of node 'it': "))
        << status.message();
    EXPECT_TRUE(status.message().ends_with(
        " bytes, more than its 30000 bytes of memory, and lists, maps and timers do not go into files. "
        "Give the pipeline more `memory`"))
        << status.message();
  }
}

}  // namespace
}  // namespace weir
