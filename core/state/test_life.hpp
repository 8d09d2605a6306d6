#pragma once
// A keyed state on a simulated disk, and beside it a map of what must be in it.
#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "state/instance_state.hpp"
#include "state/test_keys.hpp"
#include "world/sim_disk.hpp"

namespace weir::test {

/// What the state keeps for a key.
struct CountSlot {
  uint64_t count;
  weir_block* text;
};

using Key = std::pair<int64_t, std::string>;             // Namespace, page.
using Model = std::map<Key, std::pair<uint64_t, bool>>;  // Count, whether it has a text.

/// One state "pages", a disk, a store; a second life can be begun at any time.
class Life {
 public:
  /// `memory_bytes` of the state; beyond them it spills.
  explicit Life(size_t memory_bytes = MemoryAccount::kNoLimit) : memory_bytes_(memory_bytes) {
    EXPECT_TRUE(disk.make_dir("/spill", 0700).is_ok());
    spec_.struct_size = sizeof(spec_);
    spec_.kind = WEIR_STATE_VALUES;
    spec_.name = {"pages", 5};
    spec_.version = 1;
    spec_.slot_size = sizeof(CountSlot);
    spec_.ref_offsets = refs_;
    spec_.ref_count = 1;
    spec_.keys = keys_.data();
    spec_.key_count = keys_.size();
    binding_.states = &spec_;
    binding_.state_count = 1;
    EXPECT_TRUE(store.open().is_ok());
    state = make();
  }
  std::unique_ptr<InstanceState> make() {
    InstanceState::Options options{.node = "per_page"};
    options.value_memory_bytes = memory_bytes_;
    // Another one each time: a second life may begin while the first goes on.
    const std::string folder = lives++ == 0 ? "/spill" : "/spill" + std::to_string(lives);
    if (lives > 1) {
      EXPECT_TRUE(disk.make_dir(folder, 0700).is_ok());
    }
    options.spill_directory = folder;
    return InstanceState::make(binding_, options, *account_, &disk).value();
  }
  void count(int64_t ns, const std::string& page, bool has_text) {
    Keys keys({views({page})});
    keys.namespaces({ns});
    void* raw = nullptr;
    ASSERT_TRUE(state->find_or_insert(0, keys.get(), &raw, nullptr).is_ok());
    auto* const slot = static_cast<CountSlot*>(raw);
    auto& expected = model[{ns, page}];
    slot->count = ++expected.first;
    expected.second = has_text;
    ASSERT_TRUE(state->block_resize(0, &slot->text, has_text ? page.size() : 0).is_ok());
    if (has_text) std::memcpy(slot->text->data, page.data(), page.size());
  }
  void expect_count(int64_t ns, const std::string& page) {
    Keys keys({views({page})});
    keys.namespaces({ns});
    void* raw = nullptr;
    ASSERT_TRUE(state->find(0, keys.get(), &raw).is_ok());
    const auto expected = model.find({ns, page});
    ASSERT_EQ(raw != nullptr, expected != model.end());
    if (raw == nullptr) return;
    ASSERT_EQ(static_cast<CountSlot*>(raw)->count, expected->second.first);
  }
  /// Row `i` of a scan was counted once more through its slot.
  void note_counted(const weir_scan& scan, int64_t i) {
    ++model[{scan.namespaces[i], std::string(StringColumn(*scan.keys[0]).view_at(static_cast<size_t>(i)))}]
          .first;
  }
  void remove(int64_t ns, const std::string& page) {
    Keys keys({views({page})});
    keys.namespaces({ns});
    ASSERT_TRUE(state->remove(0, keys.get()).is_ok());
    model.erase({ns, page});
  }
  void move(int64_t ns, const std::string& page, int64_t target) {
    if (!model.contains({ns, page}) || model.contains({target, page})) return;
    Keys keys({views({page})});
    keys.namespaces({ns});
    ASSERT_TRUE(state->move(0, keys.get(), &target).is_ok());
    model[{target, page}] = model[{ns, page}];
    model.erase({ns, page});
  }
  void remove_upto(int64_t ns) {
    ASSERT_TRUE(state->remove_upto(0, ns).is_ok());
    std::erase_if(model, [ns](const auto& entry) { return entry.first.first <= ns; });
  }
  /// Snapshots for the next epoch; the manifest may follow.
  void begin() {
    ASSERT_TRUE(store.begin(++epoch).is_ok());
    const Status status = state->snapshot(store);
    ASSERT_TRUE(status.is_ok()) << status.message();
  }
  void checkpoint() {
    begin();
    const Status status = store.commit({});
    ASSERT_TRUE(status.is_ok()) << status.message();
    ASSERT_TRUE(store.drop_before(epoch).is_ok());
  }
  Manifest newest() { return store.latest()->manifest.value(); }
  uint64_t bytes_of_epoch() {
    uint64_t total = 0;
    for (const PageInfo& page : newest().pages) total += page.id.epoch == epoch ? page.size_bytes : 0;
    return total;
  }
  /// What a new process would go on with.
  Model restored() {
    CheckpointStore next(disk, faults, "/c");
    const auto latest = next.latest();
    EXPECT_TRUE(latest.is_ok()) << latest.status().message();
    const auto fresh = make();
    const Status status = fresh->restore(next, latest->manifest.value());
    EXPECT_TRUE(status.is_ok()) << status.message();
    return read(*fresh);
  }
  static Model read(InstanceState& from, int64_t max_rows = 100) {
    Model rows;
    weir_scan scan{};
    Key last{INT64_MIN, {}};
    while (from.scan(0, INT64_MAX, max_rows, &scan).is_ok() && scan.row_count > 0) {
      const Model portion = rows_of(scan);
      EXPECT_EQ(portion.size(), static_cast<size_t>(scan.row_count));
      EXPECT_LT(last, portion.begin()->first) << "they are ordered by namespace and key";
      last = portion.rbegin()->first;
      rows.insert(portion.begin(), portion.end());
    }
    return rows;
  }
  static void add_rows(const weir_scan& scan, Model& rows) {
    const Model portion = rows_of(scan);
    rows.insert(portion.begin(), portion.end());
  }
  static Model rows_of(const weir_scan& scan) {
    Model rows;
    const StringColumn pages(*scan.keys[0]);
    for (int64_t i = 0; i < scan.row_count; ++i) {
      const auto* const slot = static_cast<const CountSlot*>(scan.slots[i]);
      const std::string page(pages.view_at(static_cast<size_t>(i)));
      const bool has_text = slot->text != nullptr;
      if (has_text) {
        EXPECT_EQ(std::memcmp(slot->text->data, page.data(), page.size()), 0);
      }
      rows[{scan.namespaces[i], page}] = {slot->count, has_text};
    }
    return rows;
  }

  /// Outlives what is charged to it.
  const std::shared_ptr<MemoryAccount> account_ = MemoryAccount::make("per_page");
  SimDisk disk;
  FaultPoints faults;
  CheckpointStore store{disk, faults, "/c"};
  std::unique_ptr<InstanceState> state;
  Model model;
  uint64_t epoch = 0;
  uint64_t lives = 0;  // States made so far.

 private:
  const size_t memory_bytes_;
  KeyFields keys_{"page: string"};
  uint32_t refs_[1] = {8};
  weir_state_spec spec_{};
  weir_binding binding_{};
};

inline std::string page_name(uint64_t number) {
  return (number % 3 == 0 ? "p" : "a page with a longer name ") + std::to_string(number);
}

}  // namespace weir::test
