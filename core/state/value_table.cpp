#include "state/value_table.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "state/charged.hpp"
#include "state/key_hash.hpp"
#include "state/value_entry.hpp"
#include "state/value_scan.hpp"

namespace weir {
namespace {

RecordTime time_for(int64_t ttl_us) { return ttl_us > 0 ? RecordTime::kKept : RecordTime::kNone; }

}  // namespace

ValueTable::ValueTable(Spec spec, MemoryAccount& account, Disk* disk)
    : spec_(std::move(spec)),
      shape_(spec_.key, spec_.slot_size, time_for(spec_.ttl_us)),
      account_(account),
      disk_(disk),
      pool_(shape_.record_size(), account),
      texts_(account),
      index_(account),
      block_(spec_.key),
      scan_(std::make_unique<Scan>(spec_.key, shape_)),
      age_(spec_.ttl_us) {}

ValueTable::~ValueTable() {
  end_scan();
  for (auto& [ns, pane] : panes_) {
    for (Record* record : pane) discard(record);
  }
  account_.uncharge(panes_.size() * kPaneBytes);
}

Status ValueTable::no_memory() const {
  return {Code::kNoSpace, "state '" + spec_.name + "' cannot grow beyond " + std::to_string(held_bytes()) +
                              " bytes and " + std::to_string(key_count()) + " keys: '" + account_.name() +
                              "' holds " + std::to_string(account_.now_bytes()) +
                              " bytes and its memory limit, or one above it, is reached"};
}

uint64_t ValueTable::held_bytes() const {
  return pool_.held_bytes() + texts_.held_bytes() + block_bytes_ + index_.held_bytes() +
         panes_.size() * kPaneBytes + (runs_ == nullptr ? 0 : runs_->held_bytes());
}

Status ValueTable::find_or_insert(const weir_keys& keys, void** slots, uint8_t* inserted) {
  return look_up<true>(keys, slots, inserted);
}

Status ValueTable::find(const weir_keys& keys, void** slots) { return look_up<false>(keys, slots, nullptr); }

template <bool kInsert>
Status ValueTable::look_up(const weir_keys& keys, void** slots, uint8_t* inserted) {
  WEIR_RETURN_IF_ERROR(spec_.key.check(keys));
  block_.begin(keys);
  const bool ages = age_.is_on();
  asked_since_sweep_ += static_cast<size_t>(keys.row_count);
  Record* candidates[KeyBlock::kRows];
  for (int64_t first = 0; first < keys.row_count; first += KeyBlock::kRows) {
    const auto count = static_cast<uint32_t>(std::min<int64_t>(KeyBlock::kRows, keys.row_count - first));
    block_.fill(first, count);
    probe_block(count, candidates);
    const bool has_long = block_.has_long_texts();
    for (uint32_t i = 0; i < count; ++i) {
      const uint64_t* const words = block_.words(i);
      const char* const* const texts = block_.texts(i);
      Record* record = candidates[i];
      bool is_new = false;
      if (record == nullptr || !is_same(record, words, texts, has_long)) {
        record = find_one(block_.hash(i), words, texts);
        if (record == nullptr && runs_ != nullptr) {
          WEIR_ASSIGN_OR_RETURN(record, seek(block_.hash(i), words, texts));
        }
        if (kInsert && record == nullptr) {
          record = insert(block_.hash(i), words, texts);
          if (record == nullptr) return no_memory();
          is_new = true;
        }
      }
      if (ages && record != nullptr) record = at_age<kInsert>(record, is_new);
      if (record != nullptr && !record->is_touched) record = first_touch<kInsert>(record, is_new);
      slots[first + i] = record == nullptr ? nullptr : shape_.slot(record);
      if (kInsert && inserted != nullptr) inserted[first + i] = is_new ? 1 : 0;
    }
  }
  return Status::ok();
}

void ValueTable::probe_block(uint32_t count, Record** candidates) const {
  const RecordIndex::Look look = index_.look();
  for (uint32_t i = 0; i < count; ++i) look.prefetch(block_.hash(i));
  for (uint32_t i = 0; i < count; ++i) {
    candidates[i] = look.first(block_.hash(i));
    __builtin_prefetch(candidates[i]);
    __builtin_prefetch(reinterpret_cast<const char*>(candidates[i]) + 64);
  }
}

bool ValueTable::is_same(const Record* record, const uint64_t* words, const char* const* texts,
                         bool has_long) const {
  const uint64_t* const own = shape_.words(record);
  uint64_t difference = 0;
  for (uint32_t i = 0; i < spec_.key.word_count(); ++i) difference |= own[i] ^ words[i];
  if (difference != 0) return false;
  if (!has_long) return true;
  for (const KeyColumn& column : spec_.key.columns()) {
    if (!column.is_text()) continue;
    const uint32_t size = text_size(words[column.word]);
    if (size <= kInlineText) continue;
    if (std::memcmp(shape_.texts(record)[column.text], texts[column.text], size) != 0) return false;
  }
  return true;
}

Record* ValueTable::find_one(uint64_t hash, const uint64_t* words, const char* const* texts) const {
  return index_.look().find(hash, [&](const Record* record) { return is_same(record, words, texts, true); });
}

Record* ValueTable::insert(uint64_t hash, const uint64_t* words, const char* const* texts) {
  if (!index_.reserve(record_count() + 1) || !reserve_pane(static_cast<int64_t>(words[0]))) return nullptr;
  Record* const record = pool_.take();
  if (record == nullptr) {
    drop_empty_pane(static_cast<int64_t>(words[0]));
    return nullptr;
  }
  std::copy(words, words + spec_.key.word_count(), shape_.words(record));
  std::copy(texts, texts + spec_.key.text_count(), shape_.texts(record));
  if (!copy_texts(record, texts_)) {
    pool_.give_back(record);
    drop_empty_pane(static_cast<int64_t>(words[0]));
    return nullptr;
  }
  record->hash = hash;
  record->is_live = true;
  index_.put(record);
  put_in_pane(record);
  ++count_;
  return record;
}

bool ValueTable::copy_texts(Record* record, TextArena& into) const {
  const uint64_t* const words = shape_.words(record);
  const char** const texts = shape_.texts(record);
  bool is_done = true;
  for (const KeyColumn& column : spec_.key.columns()) {
    if (!column.is_text()) continue;
    const uint32_t size = text_size(words[column.word]);
    if (size <= kInlineText || !is_done) {
      texts[column.text] = nullptr;
      continue;
    }
    texts[column.text] = into.add({texts[column.text], size});
    is_done = texts[column.text] != nullptr;
  }
  if (is_done) return true;
  for (const KeyColumn& column : spec_.key.columns()) {
    if (column.is_text() && texts[column.text] != nullptr) into.drop(text_size(words[column.word]));
  }
  return false;
}

Result<Record*> ValueTable::insert_anew(const uint64_t* words, const char* const* texts) {
  const uint64_t hash = hash_words(words, spec_.key.word_count());
  WEIR_ASSIGN_OR_RETURN(Record * record, seek(hash, words, texts));
  if (record != nullptr && record->is_live) remove_found(record);
  // It may have stayed to hide what lies in runs.
  record = find_one(hash, words, texts);
  if (record == nullptr) record = insert(hash, words, texts);
  if (record == nullptr) return no_memory();
  bool is_new = false;
  return first_touch<true>(record, is_new);
}

Status ValueTable::remove_one(const uint64_t* words, const char* const* texts) {
  WEIR_ASSIGN_OR_RETURN(Record* const record, seek(hash_words(words, spec_.key.word_count()), words, texts));
  if (record != nullptr && record->is_live) remove_found(record);
  return Status::ok();
}

void ValueTable::remove_found(Record* record) {
  note_removed(record);
  if (record->is_aside) return make_gone(record);
  take_out(record);
}

void ValueTable::take_out(Record* record) {
  index_.take(record);
  take_from_pane(record);
  discard(record);
}

template <bool kInsert>
Record* ValueTable::at_age(Record* record, bool& is_new) {
  int64_t& time_us = shape_.time(record);
  if (!is_new && age_.is_gone(time_us)) {
    if (!kInsert) return nullptr;
    empty_slot(record);
    is_new = true;
  }
  if (kInsert) time_us = age_.now_us();
  return record;
}

template <bool kInsert>
Record* ValueTable::first_touch(Record* record, bool& is_new) {
  if (!record->is_live) {
    if (!kInsert) return nullptr;
    record->is_live = true;
    --gone_count_;
    ++count_;
    is_new = true;
  }
  note_touched(record);
  return record;
}

uint8_t ValueTable::group_of(Record* record) const {
  if (!record->has_group) {
    std::string key;
    spec_.key.append_key_bytes(shape_.words(record), shape_.texts(record), key);
    record->group = key_group(key);
    record->has_group = true;
  }
  return record->group;
}

void ValueTable::note_touched(Record* record) {
  record->is_touched = true;
  if (!changes_.is_tracking()) return;
  changes_.touch(record);
  changes_.weigh(key_count());
}

/// Needs: its key is still the one under which it was stored.
void ValueTable::note_removed(Record* record) {
  if (!changes_.is_tracking() || !record->is_stored) return;
  std::string entry;
  put_remove_entry(*this, record, entry);
  changes_.remove(group_of(record), std::move(entry));
  changes_.weigh(key_count());
}

bool ValueTable::reserve_pane(int64_t ns) {
  if ((last_pane_ != nullptr && last_namespace_ == ns) || panes_.contains(ns)) return true;
  if (!account_.try_charge(kPaneBytes)) return false;
  panes_.try_emplace(ns);
  return true;
}

void ValueTable::drop_empty_pane(int64_t ns) {
  const auto found = panes_.find(ns);
  if (found == panes_.end() || !found->second.empty()) return;
  panes_.erase(found);
  account_.uncharge(kPaneBytes);
  last_pane_ = nullptr;
}

/// Needs: reserve_pane() of its namespace.
void ValueTable::put_in_pane(Record* record) {
  const int64_t ns = shape_.ns(record);
  if (last_pane_ == nullptr || last_namespace_ != ns) {
    last_pane_ = &panes_[ns];
    last_namespace_ = ns;
  }
  record->position = static_cast<uint32_t>(last_pane_->size());
  last_pane_->push_back(record);
}

void ValueTable::take_from_pane(Record* record) {
  const auto found = panes_.find(shape_.ns(record));
  Pane& pane = found->second;
  pane.back()->position = record->position;
  pane[record->position] = pane.back();
  pane.pop_back();
  drop_empty_pane(found->first);
}

void ValueTable::free_blocks(Record* record) {
  char* const slot = shape_.slot(record);
  for (const uint32_t offset : spec_.ref_offsets) {
    weir_block* block = nullptr;
    std::memcpy(&block, slot + offset, sizeof(block));
    if (block == nullptr) continue;
    block_bytes_ -= sizeof(weir_block) + block->capacity;
    release_charged(account_, block, sizeof(weir_block) + block->capacity);
  }
}

void ValueTable::empty_slot(Record* record) {
  free_blocks(record);
  std::memset(shape_.slot(record), 0, shape_.slot_size());
}

void ValueTable::make_gone(Record* record) {
  empty_slot(record);
  record->is_live = record->is_touched = record->is_stored = false;
  --count_;
  ++gone_count_;
  if (changes_.is_tracking()) changes_.touch(record);
}

void ValueTable::discard(Record* record) {
  free_blocks(record);
  for (const KeyColumn& column : spec_.key.columns()) {
    if (!column.is_text()) continue;
    const uint32_t size = text_size(shape_.words(record)[column.word]);
    if (size > kInlineText) texts_.drop(size);
  }
  record->is_live ? --count_ : --gone_count_;
  record->is_live = record->is_aside = false;
  if (record_count() == 0) changes_.forget_records();
  if (scan_->is_open) {
    scan_->removed.push_back(record);  // The scan may still come to it, to see that it is gone.
  } else {
    pool_.give_back(record);
  }
}

Status ValueTable::remove(const weir_keys& keys) {
  WEIR_RETURN_IF_ERROR(spec_.key.check(keys));
  block_.begin(keys);
  for (int64_t first = 0; first < keys.row_count; first += KeyBlock::kRows) {
    const auto count = static_cast<uint32_t>(std::min<int64_t>(KeyBlock::kRows, keys.row_count - first));
    block_.fill(first, count);
    for (uint32_t i = 0; i < count; ++i) {
      WEIR_ASSIGN_OR_RETURN(Record* const record, seek(block_.hash(i), block_.words(i), block_.texts(i)));
      if (record != nullptr && record->is_live) remove_found(record);
    }
  }
  compact_texts();
  return Status::ok();
}

Status ValueTable::remove_upto(int64_t upto) {
  drop_scanned();  // While what they are in files is there.
  const auto end = panes_.upper_bound(upto);
  size_t leaving = 0;
  for (auto at = panes_.begin(); at != end; ++at) leaving += at->second.size();
  // Taking entries out one by one costs a look at their neighbours' records; beyond half of them it is
  // cheaper to fill the index again from those that stay.
  const bool is_most = leaving > record_count() / 2;
  const bool is_aside = runs_ != nullptr && runs_->has_keys_upto(upto);
  if ((leaving > 0 || is_aside) && changes_.is_tracking()) changes_.remove_upto(upto);
  if (runs_ != nullptr) runs_->remove_upto(upto);
  last_pane_ = nullptr;
  for (auto at = panes_.begin(); at != end; at = panes_.erase(at), account_.uncharge(kPaneBytes)) {
    for (Record* record : at->second) {
      if (!is_most) index_.take(record);
      discard(record);
    }
  }
  if (is_most) {
    index_.clear(record_count());
    for (auto& [ns, pane] : panes_) {
      for (Record* record : pane) index_.put(record);
    }
  }
  compact_texts();
  return Status::ok();
}

void ValueTable::compact_texts() {
  if (!texts_.wants_compaction()) return;
  const uint32_t text_count = spec_.key.text_count();
  std::vector<const char*> before;
  before.reserve(count_ * text_count);
  for_each([&](Record* record) {
    before.insert(before.end(), shape_.texts(record), shape_.texts(record) + text_count);
  });
  TextArena fresh(account_);
  bool is_done = true;
  for_each([&](Record* record) { is_done = is_done && copy_texts(record, fresh); });
  if (is_done) {
    texts_.swap(fresh);
    return;
  }
  // No memory for a second copy: the holes stay.
  texts_.could_not_compact();
  const char* const* at = before.data();
  for_each([&](Record* record) {
    std::copy(at, at + text_count, shape_.texts(record));
    at += text_count;
  });
}

Status ValueTable::move(const weir_keys& keys, const int64_t* targets) {
  WEIR_RETURN_IF_ERROR(spec_.key.check(keys));
  block_.begin(keys);
  std::vector<uint64_t> moved(spec_.key.word_count());
  for (int64_t first = 0; first < keys.row_count; first += KeyBlock::kRows) {
    const auto count = static_cast<uint32_t>(std::min<int64_t>(KeyBlock::kRows, keys.row_count - first));
    block_.fill(first, count);
    for (uint32_t i = 0; i < count; ++i) {
      const uint64_t* const words = block_.words(i);
      WEIR_ASSIGN_OR_RETURN(Record* const record, seek(block_.hash(i), words, block_.texts(i)));
      const auto row = std::to_string(first + i);
      if (record == nullptr || !is_here(record)) {
        return Status::not_found("state '" + spec_.name + "': row " + row + " to be moved has no slot");
      }
      moved.assign(words, words + moved.size());
      moved[0] = static_cast<uint64_t>(targets[first + i]);
      if (moved[0] == words[0]) continue;
      const uint64_t hash = hash_words(moved.data(), spec_.key.word_count());
      WEIR_ASSIGN_OR_RETURN(Record * taken, seek(hash, moved.data(), block_.texts(i)));
      if (taken != nullptr && taken->is_live && is_gone(taken)) {
        remove_found(taken);
        taken = find_one(hash, moved.data(), block_.texts(i));  // It may stay to hide what lies in runs.
      }
      if (taken != nullptr && taken->is_live) {
        return {Code::kExists, "state '" + spec_.name + "': row " + row + " is to be moved to namespace " +
                                   std::to_string(targets[first + i]) + ", where its key has a slot already"};
      }
      if (!reserve_pane(targets[first + i])) return no_memory();
      note_removed(record);
      record->is_stored = false;
      touch(record);
      const bool hides = record->is_aside;
      record->is_aside = taken != nullptr;
      if (taken != nullptr) take_out(taken);
      // It may have been the last of its pane.
      if (taken != nullptr && !reserve_pane(targets[first + i])) return no_memory();
      index_.take(record);
      take_from_pane(record);
      shape_.words(record)[0] = moved[0];
      record->hash = hash;
      index_.put(record);
      put_in_pane(record);
      if (!hides) continue;
      Record* const stays = insert(block_.hash(i), words, block_.texts(i));
      if (stays == nullptr) return no_memory();
      stays->is_aside = true;
      make_gone(stays);
    }
  }
  return Status::ok();
}

Status ValueTable::block_resize(weir_block** ref, uint64_t size) {
  weir_block* const old = *ref;
  const uint64_t old_capacity = old == nullptr ? 0 : old->capacity;
  if (size != 0 && size <= old_capacity) {
    old->size = size;
    return Status::ok();
  }
  weir_block* fresh = nullptr;
  if (size != 0) {
    constexpr uint64_t kSmallest = 48;  // With its header one cache line.
    const uint64_t capacity = std::max({size, old_capacity * 2, kSmallest});
    fresh = static_cast<weir_block*>(allocate_charged(account_, sizeof(weir_block) + capacity));
    if (fresh == nullptr) return no_memory();
    fresh->size = size;
    fresh->capacity = capacity;
    if (old != nullptr) std::memcpy(fresh->data, old->data, old->size);
    block_bytes_ += sizeof(weir_block) + capacity;
  }
  if (old != nullptr) {
    block_bytes_ -= sizeof(weir_block) + old_capacity;
    release_charged(account_, old, sizeof(weir_block) + old_capacity);
  }
  *ref = fresh;
  return Status::ok();
}

void ValueTable::for_each(const std::function<void(Record*)>& visit) const {
  constexpr size_t kAhead = 16;  // Fetched so many records before they are visited.
  for (const auto& [ns, pane] : panes_) {
    for (size_t i = 0; i < pane.size(); ++i) {
      if (i + kAhead < pane.size()) __builtin_prefetch(pane[i + kAhead]);
      visit(pane[i]);
    }
  }
}

}  // namespace weir
