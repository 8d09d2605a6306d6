#include "state/value_pages.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include <weir/fault.hpp>

#include "state/byte_codec.hpp"
#include "state/group_sections.hpp"
#include "state/live_sections.hpp"
#include "state/value_entry.hpp"

namespace weir {
namespace {

/// The blocks of one stored slot, freed unless they became a slot's own.
class Blocks {
 public:
  explicit Blocks(ValueTable& table) : table_(table) {}
  ~Blocks() {
    for (weir_block*& block : blocks_) (void)table_.block_resize(&block, 0);
  }
  Blocks(const Blocks&) = delete;
  Blocks& operator=(const Blocks&) = delete;
  Status add(std::string_view bytes) {
    blocks_.push_back(nullptr);
    WEIR_RETURN_IF_ERROR(table_.block_resize(&blocks_.back(), bytes.size()));
    if (!bytes.empty()) std::memcpy(blocks_.back()->data, bytes.data(), bytes.size());
    return Status::ok();
  }
  weir_block* at(size_t index) const { return blocks_[index]; }
  /// Returns whether `block` was one of these; it is the caller's then.
  bool hand_over(const weir_block* block) {
    const auto found = std::find(blocks_.begin(), blocks_.end(), block);
    if (found == blocks_.end()) return false;
    *found = nullptr;
    return true;
  }

 private:
  ValueTable& table_;
  std::vector<weir_block*> blocks_;
};

/// Reads the slots of one page into a table.
class SlotReader {
 public:
  SlotReader(const PageReader& page, const SlotReading& reading, ValueTable& table)
      : page_(page),
        reading_(reading),
        table_(table),
        words_(table.spec().key.word_count()),
        texts_(table.spec().key.text_count() + 1) {}

  Status check() const {
    const ValueTable::Spec& spec = table_.spec();
    const PageState& stored = page_.state();
    const std::string who = "state '" + spec.name + "' of node '" + page_.id().node + "'";
    if (stored.kind != WEIR_STATE_VALUES) {
      return Status::invalid(who + " was stored as another kind of state (" + std::to_string(stored.kind) +
                             ")");
    }
    if (stored.version > reading_.version) {
      return Status::invalid(who + " was stored by version " + std::to_string(stored.version) +
                             " of its component; this one is older, version " +
                             std::to_string(reading_.version) +
                             ". Use the newer component, or start over with --from-scratch");
    }
    if (stored.version != reading_.version) {
      if (reading_.migrate != nullptr) return Status::ok();
      return Status::invalid(who + " was stored by version " + std::to_string(stored.version) +
                             " of its component; version " + std::to_string(reading_.version) +
                             " does not migrate from it. Use the old component, or start over with "
                             "--from-scratch");
    }
    if (stored.slot_size == spec.slot_size && stored.ref_offsets == spec.ref_offsets) return Status::ok();
    return Status::invalid(who + " was stored with slots of " + std::to_string(stored.slot_size) +
                           " bytes and " + std::to_string(stored.ref_offsets.size()) +
                           " refs by the same version " + std::to_string(stored.version) +
                           ", which now has " + std::to_string(spec.slot_size) + " bytes and " +
                           std::to_string(spec.ref_offsets.size()) + " refs; its version must change");
  }

  /// But for what was removed later by its namespace, and what `age` had taken when the newest page was
  /// written.
  Status read_section(std::string_view bytes, int64_t gone_upto, const StateAge& age) {
    gone_upto_ = gone_upto;
    age_ = &age;
    ByteReader reader(bytes);
    while (!reader.is_at_end()) {
      if (!read_entry(reader, page_.state().slot_size, page_.state().ref_offsets.size(), entry_))
        return not_whole();
      WEIR_RETURN_IF_ERROR(take(entry_));
    }
    return Status::ok();
  }

 private:
  struct alignas(16) Aligned {
    char bytes[16];
  };
  Status not_whole() const {
    return Status::corrupt("state '" + table_.spec().name + "': a stored slot is not whole");
  }

  Status take(const ValueEntry& entry) {
    if (entry.ns <= gone_upto_ || (entry.has_time && age_->is_gone(entry.time_us))) return Status::ok();
    WEIR_RETURN_IF_ERROR(table_.spec().key.read_key_bytes(entry.key, words_.data(), texts_.data()));
    words_[0] = static_cast<uint64_t>(entry.ns);
    if (entry.kind == EntryKind::kRemove) return table_.remove_one(words_.data(), texts_.data());
    Blocks blocks(table_);
    for (const std::string_view block : entry.blocks) WEIR_RETURN_IF_ERROR(blocks.add(block));
    WEIR_ASSIGN_OR_RETURN(Record* const record, table_.insert_anew(words_.data(), texts_.data()));
    // As of the first time of its own copy, not of the earliest of all; a state that had no ttl kept no
    // times.
    if (table_.age().is_on()) {
      table_.set_time(record,
                      entry.has_time ? std::max(entry.time_us, age_->first_us()) : table_.age().now_us());
    }
    return fill_slot(table_.shape().slot(record), entry.slot, blocks);
  }

  Status fill_slot(char* slot, std::string_view stored, Blocks& blocks) {
    // Only now: a damaged page may claim slots of any size, and this one's bytes are there.
    old_slot_.resize(stored.size() / sizeof(Aligned) + 1);
    char* const old_slot = old_slot_.data()->bytes;
    if (!stored.empty()) std::memcpy(old_slot, stored.data(), stored.size());
    for (size_t i = 0; i < page_.state().ref_offsets.size(); ++i) {
      const uint32_t offset = page_.state().ref_offsets[i];
      if (offset + sizeof(weir_block*) > stored.size()) return not_whole();
      set_block(old_slot, offset, blocks.at(i));
    }
    if (page_.state().version == reading_.version) {
      std::memcpy(slot, old_slot, stored.size());
    } else {
      WEIR_RETURN_IF_ERROR(migrate(slot, old_slot));
    }
    return take_blocks(slot, blocks);
  }

  Status migrate(char* slot, const char* old_slot) {
    // Into memory of its own: a slot that a failed migration left behind must not be freed as if it were
    // whole.
    std::vector<Aligned> fresh(table_.spec().slot_size / sizeof(Aligned) + 1);
    weir_fault fault{};
    const int32_t code = reading_.migrate(page_.state().version, old_slot, page_.state().slot_size,
                                          fresh.data()->bytes, &fault);
    if (code != 0) {
      return status_of(code, fault)
          .with_context("state '" + table_.spec().name + "' cannot be migrated from version " +
                        std::to_string(page_.state().version));
    }
    std::memcpy(slot, fresh.data()->bytes, table_.spec().slot_size);
    return Status::ok();
  }

  Status take_blocks(char* slot, Blocks& blocks) {
    bool is_own = true;
    for (const uint32_t offset : table_.spec().ref_offsets) {
      weir_block* const block = block_in(slot, offset);
      if (block == nullptr || blocks.hand_over(block)) continue;
      set_block(slot, offset, nullptr);
      is_own = false;
    }
    if (is_own) return Status::ok();
    return Status::invalid("state '" + table_.spec().name +
                           "': migrate put into a ref what is no block of the old slot");
  }

  const PageReader& page_;
  const SlotReading& reading_;
  ValueTable& table_;
  std::vector<uint64_t> words_;
  std::vector<const char*> texts_;
  std::vector<Aligned> old_slot_;
  ValueEntry entry_;
  int64_t gone_upto_ = INT64_MIN;
  const StateAge* age_ = nullptr;  // Of the section that is read.
};

/// Writes one table into one page.
class TableSaver {
 public:
  TableSaver(ValueTable& table, FaultPoints& faults, PageWriter& page)
      : table_(table), faults_(faults), sections_(page) {}

  Status save_whole() {
    for (uint32_t group = 0; group < kKeyGroupCount; ++group) is_whole_[group] = true;
    return save_whole_groups();
  }

  Status save_changes() {
    ValueChanges& changes = table_.changes();
    if (const auto turn = changes.turn(table_.key_count())) {
      for (uint32_t group = *turn; group < kKeyGroupCount; group += ValueChanges::kTurns) {
        is_whole_[group] = true;
        sections_.begin_whole(group);
      }
      WEIR_RETURN_IF_ERROR(save_whole_groups());
    }
    // What is gone first: a key that came back was touched.
    if (const auto upto = changes.removed_upto()) {
      for (uint32_t group = 0; group < kKeyGroupCount; ++group) {
        if (!is_whole_[group]) sections_.removed_upto(group, *upto);
      }
    }
    for (const ValueChanges::Removed& removed : changes.removed()) {
      if (is_whole_[removed.group]) continue;
      sections_.bytes(removed.group) += removed.entry;
      WEIR_RETURN_IF_ERROR(sections_.added(removed.group));
    }
    if (table_.runs() != nullptr) WEIR_RETURN_IF_ERROR(save_changes_of_runs());
    const std::vector<Record*>& touched = changes.touched();
    for (size_t i = 0; i < touched.size(); ++i) {
      if (i + kAhead < touched.size()) table_.shape().prefetch(touched[i + kAhead]);
      Record* const record = touched[i];
      if (!record->is_live && record->is_aside) WEIR_RETURN_IF_ERROR(save_gone(record));
      if (!record->is_live || !record->is_touched) continue;
      if (!table_.is_here(record)) {
        record->is_touched = false;  // What pages have of it, if anything, is older.
        continue;
      }
      if (faults_.skip("state.dirty.mark")) {
        record->is_touched = false;
      } else {
        WEIR_RETURN_IF_ERROR(save(record));
      }
    }
    return Status::ok();
  }

  Status finish() { return sections_.finish(); }

 private:
  /// They lie anywhere: so many records before one is written it is fetched.
  static constexpr size_t kAhead = 8;

  Status save_whole_groups() {
    if (table_.runs() != nullptr) {
      // In order with the others, so that the newest value is seen once.
      WEIR_RETURN_IF_ERROR(table_.put_aside());
      return save_whole_groups_of_runs();
    }
    Status status;
    table_.for_each([&](Record* record) {
      if (!status.is_ok() || !is_whole_[table_.group_of(record)]) return;
      if (table_.is_here(record)) {
        status = save(record);
      } else {
        record->is_touched = record->is_stored = false;
      }
    });
    return status;
  }
  Status save_whole_groups_of_runs() {
    MergedRuns runs = table_.runs()->merged();
    while (true) {
      WEIR_ASSIGN_OR_RETURN(const SortedRun* const found, runs.next());
      if (found == nullptr) return Status::ok();
      if (runs.item().entry.kind != EntryKind::kPut || is_gone(runs.item())) continue;
      const uint8_t group = key_group(runs.item().entry.key);
      if (is_whole_[group]) WEIR_RETURN_IF_ERROR(save(group, runs.item().bytes));
    }
  }
  Status save_changes_of_runs() {
    return table_.runs()->visit_changes([this](const RunItem& item) {
      if (item.entry.kind == EntryKind::kPut && is_gone(item)) return Status::ok();
      const uint8_t group = key_group(item.entry.key);
      return is_whole_[group] ? Status::ok() : save(group, item.bytes);
    });
  }
  bool is_gone(const RunItem& item) const {
    return item.entry.has_time && table_.age().is_gone(item.entry.time_us);
  }
  Status save_gone(Record* record) {
    const uint8_t group = table_.group_of(record);
    if (is_whole_[group]) return Status::ok();
    put_remove_entry(table_, record, sections_.bytes(group));
    return sections_.added(group);
  }
  Status save(uint8_t group, std::string_view entry) {
    sections_.bytes(group) += entry;
    return sections_.added(group);
  }
  Status save(Record* record) {
    record->is_touched = false;
    record->is_stored = true;
    const uint8_t group = table_.group_of(record);
    put_entry(table_, record, sections_.bytes(group));
    return sections_.added(group);
  }

  ValueTable& table_;
  FaultPoints& faults_;
  GroupSections sections_;
  std::array<bool, kKeyGroupCount> is_whole_{};
};

}  // namespace

Status save_values(ValueTable& table, PageForm form, FaultPoints& faults, PageWriter& page) {
  TableSaver saver(table, faults, page);
  WEIR_RETURN_IF_ERROR(form == PageForm::kWhole ? saver.save_whole() : saver.save_changes());
  WEIR_RETURN_IF_ERROR(saver.finish());
  if (table.runs() != nullptr) table.runs()->mark_in_checkpoint();
  table.changes().begin_anew();
  table.age().mark_stored();
  return Status::ok();
}

namespace {

/// Tells `age` of the times in pages of a state with a ttl.
void restore_age(const PageState& page, StateAge& age) {
  if (page.ttl_us > 0) age.restore(page.now_us, page.first_us);
}

/// Returns the age of each copy's entries as its newest page says it.
std::map<uint32_t, StateAge> ages_of_copies(std::span<const PageReader> pages) {
  std::map<uint32_t, StateAge> ages;
  for (const PageReader& page : pages) {
    StateAge age(page.state().ttl_us);
    restore_age(page.state(), age);
    ages.insert_or_assign(page.id().copy, age);
  }
  return ages;
}

}  // namespace

Status restore_values(std::span<PageReader> pages, KeyGroupRange groups, const SlotReading& reading,
                      ValueTable& table) {
  std::vector<SlotReader> readers;
  for (const PageReader& page : pages) {
    readers.emplace_back(page, reading, table);
    WEIR_RETURN_IF_ERROR(readers.back().check());
    restore_age(page.state(), table.age());
  }
  const std::map<uint32_t, StateAge> ages = ages_of_copies(pages);
  for (const LiveSection& live : live_sections(pages, groups)) {
    WEIR_ASSIGN_OR_RETURN(const std::string bytes, pages[live.page].read(live.section));
    WEIR_RETURN_IF_ERROR(
        readers[live.page].read_section(bytes, live.gone_upto, ages.at(pages[live.page].id().copy)));
    WEIR_RETURN_IF_ERROR(table.settle());
  }
  table.finish_restore();
  return Status::ok();
}

}  // namespace weir
