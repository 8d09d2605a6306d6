#include "state/instance_state.hpp"

#include <cstring>
#include <map>
#include <optional>
#include <tuple>

#include <gtest/gtest.h>
#include <weir/fault.hpp>

#include "state/test_keys.hpp"
#include "world/sim_disk.hpp"

namespace weir {
namespace {

using test::fixed;
using test::KeyFields;
using test::Keys;
using test::views;

using Migrate = int32_t (*)(uint32_t, const void*, uint32_t, void*, weir_fault*);

/// A slot: a count, and a block with a text.
struct Slot {
  uint64_t count;
  weir_block* text;
};

/// A binding with VALUES state "panes" (state 0) and LOG state "rows" (state 1).
class Spec {
 public:
  explicit Spec(const char* key = "page: string, user: int64")
      : keys_(key), values_("id: int64, name: string") {
    specs_[0].struct_size = sizeof(weir_state_spec);
    specs_[0].kind = WEIR_STATE_VALUES;
    specs_[0].name = {"panes", 5};
    specs_[0].version = 1;
    specs_[0].slot_size = sizeof(Slot);
    specs_[0].ref_offsets = refs_;
    specs_[0].ref_count = 1;
    specs_[0].keys = keys_.data();
    specs_[0].key_count = keys_.size();
    specs_[1].struct_size = sizeof(weir_state_spec);
    specs_[1].kind = WEIR_STATE_LOG;
    specs_[1].name = {"rows", 4};
    specs_[1].version = 1;
    specs_[1].values = values_.data();
    specs_[1].value_count = values_.size();
    binding_.states = specs_;
    binding_.state_count = 2;
  }
  weir_state_spec& panes() { return specs_[0]; }
  weir_state_spec& rows() { return specs_[1]; }
  const weir_binding& binding() const { return binding_; }

 private:
  KeyFields keys_;
  KeyFields values_;
  uint32_t refs_[1] = {8};
  weir_state_spec specs_[2] = {};
  weir_binding binding_{};
};

struct World {
  SimDisk disk;
  FaultPoints faults;
  CheckpointStore store{disk, faults, "/checkpoints"};
  const std::shared_ptr<MemoryAccount> account = MemoryAccount::make("per_page");
  World() { EXPECT_TRUE(store.open().is_ok()); }

  Result<std::unique_ptr<InstanceState>> make(const Spec& spec, uint32_t copy = 0, uint32_t copies = 1) {
    return InstanceState::make(spec.binding(), {"per_page", copy, copies}, *account, &disk);
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

/// Counts rows of (page, user, namespace) and keeps "page/user" in each slot's block.
void count(InstanceState& state, const std::vector<std::tuple<std::string, int64_t, int64_t>>& rows) {
  test::Texts pages;
  std::vector<std::optional<int64_t>> users;
  std::vector<int64_t> namespaces;
  for (const auto& [page, user, ns] : rows) {
    pages.emplace_back(page);
    users.emplace_back(user);
    namespaces.push_back(ns);
  }
  Keys keys({views(pages), fixed<int64_t>(users)});
  keys.namespaces(namespaces);
  std::vector<void*> slots(rows.size());
  ASSERT_TRUE(state.find_or_insert(0, keys.get(), slots.data(), nullptr).is_ok());
  for (size_t i = 0; i < rows.size(); ++i) {
    auto* const slot = static_cast<Slot*>(slots[i]);
    ++slot->count;
    const std::string text = *pages[i] + "/" + std::to_string(*users[i]);
    ASSERT_TRUE(state.block_resize(0, &slot->text, text.size()).is_ok());
    std::memcpy(slot->text->data, text.data(), text.size());
  }
}

using StateRow = std::tuple<int64_t, std::string, int64_t, uint64_t, std::string>;
void add_rows(InstanceState& state, std::vector<StateRow>& rows) {
  weir_scan scan{};
  while (state.scan(0, INT64_MAX, 100, &scan).is_ok() && scan.row_count > 0) {
    const StringColumn pages(*scan.keys[0]);
    for (int64_t i = 0; i < scan.row_count; ++i) {
      const auto* const slot = static_cast<const Slot*>(scan.slots[i]);
      rows.emplace_back(scan.namespaces[i], pages.view_at(static_cast<size_t>(i)),
                        static_cast<const int64_t*>(scan.keys[1]->values)[i], slot->count,
                        slot->text == nullptr
                            ? std::string("none")
                            : std::string(reinterpret_cast<const char*>(slot->text->data), slot->text->size));
    }
  }
}

std::vector<StateRow> rows_of(const std::vector<InstanceState*>& copies) {
  std::vector<StateRow> rows;
  for (InstanceState* copy : copies) add_rows(*copy, rows);
  std::ranges::sort(rows);
  return rows;
}

std::vector<std::tuple<std::string, int64_t, int64_t>> some_rows() {
  std::vector<std::tuple<std::string, int64_t, int64_t>> rows;
  for (int64_t i = 0; i < 3000; ++i) {
    rows.emplace_back("a page with a long name " + std::to_string(i % 50), i % 13 - 5, i % 4 * 60);
  }
  return rows;
}

TEST(InstanceState, ACheckpointRestoresUnderAnyNumberOfCopies) {
  const Spec spec;
  for (const uint32_t before : {1U, 2U, 3U}) {
    for (const uint32_t after : {1U, 2U, 5U, 7U}) {
      World world;
      std::vector<std::unique_ptr<InstanceState>> owned;
      std::vector<InstanceState*> old;
      std::vector<std::vector<std::tuple<std::string, int64_t, int64_t>>> shares(before);
      for (const auto& row : some_rows()) {
        Keys key({views({std::get<0>(row)}), fixed<int64_t>({std::get<1>(row)})});
        uint8_t group = 0;
        key_groups(key.raw(), nullptr, 1, &group);
        shares[copy_of_group(group, before)].push_back(row);
      }
      for (uint32_t copy = 0; copy < before; ++copy) {
        owned.push_back(world.make(spec, copy, before).value());
        old.push_back(owned.back().get());
        count(*old.back(), shares[copy]);
      }
      const std::vector<StateRow> expected = rows_of(old);
      const Manifest manifest = world.checkpoint(1, old);
      EXPECT_EQ(manifest.pages.size(), before);
      std::vector<InstanceState*> fresh;
      for (uint32_t copy = 0; copy < after; ++copy) {
        owned.push_back(world.make(spec, copy, after).value());
        fresh.push_back(owned.back().get());
        const Status status = fresh.back()->restore(world.store, manifest);
        ASSERT_TRUE(status.is_ok()) << status.message();
        for (const StateRow& row : rows_of({fresh.back()})) {
          Keys key({views({std::get<1>(row)}), fixed<int64_t>({std::get<2>(row)})});
          uint8_t group = 0;
          key_groups(key.raw(), nullptr, 1, &group);
          EXPECT_TRUE(fresh.back()->groups().contains(group));
        }
      }
      EXPECT_EQ(rows_of(fresh), expected);
      EXPECT_EQ(expected.size(), 50U * 13 * 2);
    }
  }
}

TEST(InstanceState, WhatHoldsNothingMakesNoPage) {
  const Spec spec;
  World world;
  const auto state = world.make(spec).value();
  EXPECT_TRUE(world.checkpoint(1, {state.get()}).pages.empty());
}

TEST(InstanceState, AKeyMayHaveGrownWider) {
  World world;
  const Spec narrow("page: string, user: int16");
  const auto old = world.make(narrow).value();
  Keys keys({views({"/"}), fixed<int16_t>({int16_t{-3}})});
  void* slot = nullptr;
  ASSERT_TRUE(old->find_or_insert(0, keys.get(), &slot, nullptr).is_ok());
  const Manifest manifest = world.checkpoint(1, {old.get()});
  const Spec grown;
  const auto fresh = world.make(grown).value();
  ASSERT_TRUE(fresh->restore(world.store, manifest).is_ok());
  Keys wide({views({"/"}), fixed<int64_t>({-3})});
  ASSERT_TRUE(fresh->find(0, wide.get(), &slot).is_ok());
  EXPECT_NE(slot, nullptr);
  const Spec other("page: int64, user: int64");
  EXPECT_EQ(world.make(other).value()->restore(world.store, manifest).message(),
            "a stored key does not fit the key's columns as they are declared now");
}

TEST(InstanceState, AnOlderVersionMigrates) {
  World world;
  const Spec spec;
  const auto old = world.make(spec).value();
  count(*old, {{"/", 1, 60}, {"/", 1, 60}});
  const Manifest manifest = world.checkpoint(1, {old.get()});
  struct Wide {
    uint64_t version_seen;
    weir_block* text;
    uint64_t count;
  };
  Spec newer;
  newer.panes().version = 2;
  newer.panes().slot_size = sizeof(Wide);
  newer.panes().migrate = [](uint32_t from, const void* old_slot, uint32_t size, void* slot,
                             weir_fault*) -> int32_t {
    EXPECT_EQ(size, sizeof(Slot));
    const auto* const was = static_cast<const Slot*>(old_slot);
    *static_cast<Wide*>(slot) = {from, was->text, was->count};
    return 0;
  };
  const auto fresh = world.make(newer).value();
  const Status status = fresh->restore(world.store, manifest);
  ASSERT_TRUE(status.is_ok()) << status.message();
  weir_scan scan{};
  ASSERT_TRUE(fresh->scan(0, 60, 10, &scan).is_ok());
  ASSERT_EQ(scan.row_count, 1);
  const auto* const slot = static_cast<const Wide*>(scan.slots[0]);
  EXPECT_EQ(slot->version_seen, 1U);
  EXPECT_EQ(slot->count, 2U);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(slot->text->data), slot->text->size), "//1");
}

std::string restore_message(const std::function<void(Spec&)>& change) {
  World world;
  const Spec before;
  const auto old = world.make(before).value();
  count(*old, {{"/", 1, 60}});
  const Manifest manifest = world.checkpoint(1, {old.get()});
  Spec changed;
  change(changed);
  const auto fresh = world.make(changed).value();
  std::string message(fresh->restore(world.store, manifest).message());
  EXPECT_GT(world.account->now_bytes(), 0U);
  return message;
}

TEST(InstanceState, SaysWhyAStoredStateCannotBeUsed) {
  EXPECT_EQ(restore_message([](Spec& spec) { spec.panes().version = 2; }),
            "state 'panes' of node 'per_page' was stored by version 1 of its component; version 2 does not "
            "migrate from it. Use the old component, or start over with --from-scratch");
  EXPECT_EQ(restore_message([](Spec& spec) {
              spec.panes().version = 0;
              spec.panes().migrate = [](uint32_t, const void*, uint32_t, void*, weir_fault*) -> int32_t {
                ADD_FAILURE() << "what is newer cannot be migrated";
                return 0;
              };
            }),
            "state 'panes' of node 'per_page' was stored by version 1 of its component; this one is older, "
            "version 0. Use the newer component, or start over with --from-scratch");
  EXPECT_EQ(
      restore_message([](Spec& spec) { spec.panes().slot_size = 32; }),
      "state 'panes' of node 'per_page' was stored with slots of 16 bytes and 1 refs by the same version "
      "1, which now has 32 bytes and 1 refs; its version must change");
  EXPECT_EQ(restore_message([](Spec& spec) { spec.panes().name = {"other", 5}; }),
            "node 'per_page' has no state 'panes' any more, which is stored in checkpoint 1. Use the old "
            "component, or start over with --from-scratch");
  EXPECT_EQ(restore_message([](Spec& spec) {
              spec.panes().version = 2;
              spec.panes().migrate = [](uint32_t, const void*, uint32_t, void*,
                                        weir_fault* fault) -> int32_t {
                return fill_fault(Status::invalid("the sketch has no such form"), fault);
              };
            }),
            "state 'panes' cannot be migrated from version 1: the sketch has no such form");
  EXPECT_EQ(restore_message([](Spec& spec) {
              spec.panes().version = 2;
              spec.panes().migrate = [](uint32_t, const void*, uint32_t, void* slot, weir_fault*) -> int32_t {
                static_cast<Slot*>(slot)->text = reinterpret_cast<weir_block*>(16);
                return 0;
              };
            }),
            "state 'panes': migrate put into a ref what is no block of the old slot");
}

std::string make_message(const std::function<void(Spec&)>& change) {
  World world;
  Spec spec;
  change(spec);
  return std::string(world.make(spec).status().message());
}

TEST(InstanceState, RefusesStatesThatItCannotKeep) {
  EXPECT_EQ(make_message([](Spec& spec) { spec.panes().kind = 9; }),
            "state 'panes': it is of a kind that this host does not know");
  EXPECT_EQ(make_message([](Spec& spec) { spec.rows().ttl_us = 1; }),
            "state 'rows': a ttl of 1 us: only entries of VALUES, LIST and MAP age");
  EXPECT_EQ(make_message([](Spec& spec) { spec.panes().ttl_us = -1; }),
            "state 'panes': a ttl of -1 us: it must not be negative");
  EXPECT_EQ(make_message([](Spec& spec) { spec.panes().kind = WEIR_STATE_MAP; }),
            "state 'panes': a MAP needs the column of its second key");
  EXPECT_EQ(make_message([](Spec& spec) { spec.panes().slot_size = 12; }),
            "state 'panes': the ref at byte 8 is not 8-aligned inside the slot of 12 bytes");
  EXPECT_EQ(make_message([](Spec& spec) { spec.rows().name = {"panes", 5}; }),
            "state 'panes': two states of one node have this name");
}

TEST(InstanceState, CallsForAnotherKindOrNoStateAreFaults) {
  World world;
  const Spec spec;
  const auto state = world.make(spec).value();
  uint64_t number = 0;
  EXPECT_EQ(state->log_count(0, &number).message(), "state 'panes' is VALUES, the call is for LOG");
  EXPECT_EQ(state->remove_upto(1, 0).message(), "state 'rows' is LOG, the call is for VALUES");
  EXPECT_EQ(state->remove_upto(2, 0).message(), "there is no state 2; the node has 2");
}

Batch log_batch(int64_t first, size_t rows) {
  std::vector<std::optional<int64_t>> ids;
  test::Texts names;
  for (size_t i = 0; i < rows; ++i) {
    ids.emplace_back(first + static_cast<int64_t>(i));
    names.emplace_back("the name of row " + std::to_string(*ids.back()));
  }
  const std::vector<Column> columns = {fixed<int64_t>(ids), views(names)};
  return Batch::make(rows, columns);
}

void expect_log(InstanceState& state, uint64_t batches, size_t rows) {
  uint64_t found = 0;
  ASSERT_TRUE(state.log_count(1, &found).is_ok());
  ASSERT_EQ(found, batches);
  for (uint64_t index = 0; index < batches; ++index) {
    weir_batch* raw = nullptr;
    const Status status = state.log_read(1, index, &raw);
    ASSERT_TRUE(status.is_ok()) << status.message();
    const Batch batch = Batch::adopt(raw);
    ASSERT_EQ(batch.row_count(), rows);
    for (size_t i = 0; i < rows; ++i) {
      const auto id = static_cast<int64_t>(index * rows + i);
      EXPECT_EQ(batch.column<int64_t>(0)[i], id);
      EXPECT_EQ(StringColumn(batch.raw_column(1)).view_at(i), "the name of row " + std::to_string(id));
    }
  }
}

TEST(InstanceState, ALogSpillsAndReadsBackInOrder) {
  World world;
  ASSERT_TRUE(world.disk.make_dir("/spill", 0700).is_ok());
  const Spec spec;
  InstanceState::Options options{"per_page", 0, 1, "/spill", 20'000};
  auto state = InstanceState::make(spec.binding(), options, *world.account, &world.disk).value();
  for (int64_t i = 0; i < 20; ++i)
    ASSERT_TRUE(state->log_append(1, log_batch(i * 100, 100).release()).is_ok());
  EXPECT_LE(state->held_bytes(), 20'000U);
  EXPECT_EQ(world.disk.list("/spill")->at(0).name, "per_page.1.0.log");
  expect_log(*state, 20, 100);
  const Manifest manifest = world.checkpoint(1, {state.get()});
  const auto fresh = world.make(spec).value();
  ASSERT_TRUE(fresh->restore(world.store, manifest).is_ok());
  expect_log(*fresh, 20, 100);
  weir_batch* none = nullptr;
  EXPECT_EQ(state->log_read(1, 20, &none).message(), "state 'rows' has 20 batches; there is no batch 20");
  ASSERT_TRUE(state->log_clear(1).is_ok());
  expect_log(*state, 0, 0);
  state.reset();
  EXPECT_TRUE(world.disk.list("/spill")->empty());
}

TEST(InstanceState, LogsGoToTheirCopyModuloTheNewCount) {
  World world;
  const Spec spec;
  std::vector<std::unique_ptr<InstanceState>> old;
  std::vector<InstanceState*> raw;
  for (uint32_t copy = 0; copy < 3; ++copy) {
    old.push_back(world.make(spec, copy, 3).value());
    raw.push_back(old.back().get());
    ASSERT_TRUE(old.back()->log_append(1, log_batch(copy, 1).release()).is_ok());
  }
  const Manifest manifest = world.checkpoint(1, raw);
  uint64_t total = 0;
  for (uint32_t copy = 0; copy < 2; ++copy) {
    const auto fresh = world.make(spec, copy, 2).value();
    ASSERT_TRUE(fresh->restore(world.store, manifest).is_ok());
    uint64_t found = 0;
    ASSERT_TRUE(fresh->log_count(1, &found).is_ok());
    EXPECT_EQ(found, copy == 0 ? 2U : 1U);
    total += found;
  }
  EXPECT_EQ(total, 3U);
}

}  // namespace
}  // namespace weir
