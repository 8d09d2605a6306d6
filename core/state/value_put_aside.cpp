// A keyed table whose memory is spent: records go into sorted runs, are brought back, and are scanned from
// both.
#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include <xxhash.h>

#include "state/value_scan.hpp"
#include "state/value_table.hpp"

namespace weir {

Status ValueTable::settle() {
  knows_time_ = false;
  if (age_.is_on()) WEIR_RETURN_IF_ERROR(sweep());
  if (spec_.spill_path.empty()) return Status::ok();
  drop_scanned();
  if (held_bytes() <= spec_.memory_bytes) return Status::ok();
  const uint64_t places = runs_ == nullptr ? 0 : runs_->held_bytes();
  if (places <= spec_.memory_bytes / 4 * 3) return put_aside();
  // Not kNoSpace: no room that somebody makes on a disk would help.
  return {Code::kInvalid, std::to_string(key_count()) + " keys do not fit into its " +
                              std::to_string(spec_.memory_bytes) +
                              " bytes of memory: " + std::to_string(places) +
                              " bytes are needed to find those that were put aside. "
                              "Give the pipeline more `memory`"};
}

Status ValueTable::put_aside() {
  drop_scanned();
  if (record_count() == 0) return Status::ok();
  if (runs_ == nullptr) {
    const RunShape shape{spec_.key, spec_.slot_size, spec_.ref_offsets.size()};
    runs_ = std::make_unique<RunStack>(RunStack::Options{spec_.spill_path, shape, &age_}, account_, *disk_);
  }
  WEIR_ASSIGN_OR_RETURN(const std::unique_ptr<RunWriter> writer, runs_->begin_run(record_count()));
  RecordOrder sorted(spec_.key, shape_);
  std::string entry;
  for (const auto& [ns, pane] : panes_) {
    sorted.assign(pane, [](const Record*) { return true; });
    for (size_t place = 0; place < sorted.size(); ++place) {
      Record* const record = sorted.at(place);
      const bool is_put = is_here(record);
      if (!is_put && !record->is_aside) continue;  // Its age took it, and it hides nothing.
      entry.clear();
      is_put ? put_entry(*this, record, entry) : put_remove_entry(*this, record, entry);
      WEIR_RETURN_IF_ERROR(writer->add(shape_.words(record), shape_.texts(record), record->hash,
                                       record->is_stored, record->is_touched || !is_put, entry));
      if (is_put && age_.is_on()) writer->note_time(shape_.time(record));
    }
  }
  WEIR_ASSIGN_OR_RETURN(std::unique_ptr<SortedRun> run, writer->finish());
  forget_memory();
  return runs_->add(std::move(run));
}

/// Everything in memory lies in a run now.
void ValueTable::forget_memory() {
  for (const auto& [ns, pane] : panes_) {
    for (Record* record : pane) {
      if (is_here(record)) runs_->put_aside(ns);
      free_blocks(record);
    }
  }
  account_.uncharge(panes_.size() * kPaneBytes);
  panes_.clear();
  last_pane_ = nullptr;
  changes_.put_aside();
  scan_->order.clear();
  scan_->at = 0;
  scan_->removed.clear();
  scan_->portion.clear();
  TextArena fresh(account_);
  texts_.swap(fresh);
  pool_.clear();
  index_.release();
  count_ = gone_count_ = 0;
}

Result<Record*> ValueTable::seek(uint64_t hash, const uint64_t* words, const char* const* texts) {
  Record* const record = find_one(hash, words, texts);
  if (record != nullptr || runs_ == nullptr) return record;
  WEIR_ASSIGN_OR_RETURN(const bool is_found, runs_->find(hash, words, texts));
  if (!is_found || runs_->item().entry.kind != EntryKind::kPut) return nullptr;
  return bring_back(hash, words, texts, runs_->item());
}

Result<Record*> ValueTable::bring_back(uint64_t hash, const uint64_t* words, const char* const* texts,
                                       const RunItem& item) {
  Record* const record = insert(hash, words, texts);
  if (record == nullptr) return no_memory();
  record->is_stored = item.is_stored;
  record->is_aside = true;
  if (age_.is_on()) shape_.time(record) = item.entry.time_us;
  if (Status status = fill(record, item.entry); !status.is_ok()) {
    take_out(record);
    return status;
  }
  runs_->brought_back(shape_.ns(record));
  return record;
}

Status ValueTable::fill(Record* record, const ValueEntry& entry) {
  char* const slot = shape_.slot(record);
  if (!entry.slot.empty()) std::memcpy(slot, entry.slot.data(), entry.slot.size());  // Its refs are zeros.
  for (size_t i = 0; i < spec_.ref_offsets.size(); ++i) {
    weir_block* block = nullptr;
    WEIR_RETURN_IF_ERROR(block_resize(&block, entry.blocks[i].size()));
    if (block != nullptr) std::memcpy(block->data, entry.blocks[i].data(), entry.blocks[i].size());
    set_block(slot, spec_.ref_offsets[i], block);
  }
  return Status::ok();
}

// ---- Scans. ---------------------------------------------------------------------------------------------

uint64_t ValueTable::slot_hash(Record* record) const {
  char* const slot = shape_.slot(record);
  uint64_t hash = XXH3_64bits(slot, shape_.slot_size());
  for (const uint32_t offset : spec_.ref_offsets) {
    const weir_block* const block = block_in(slot, offset);
    if (block != nullptr) hash = XXH3_64bits_withSeed(block->data, block->size, hash);
  }
  return hash;
}

void ValueTable::drop_scanned() {
  for (const auto& [record, hash] : scan_->loaded) {
    record->is_scanned = false;
    if (!record->is_live || record->is_touched) continue;
    if (slot_hash(record) != hash) {
      note_touched(record);
      continue;
    }
    runs_->put_aside(shape_.ns(record));
    index_.take(record);
    take_from_pane(record);
    // Not discard(): no scan comes to it again.
    const bool was_open = std::exchange(scan_->is_open, false);
    discard(record);
    scan_->is_open = was_open;
  }
  scan_->loaded.clear();
}

void ValueTable::keep_last() {
  Scan& scan = *scan_;
  if (scan.portion.empty()) return;
  const Record* const last = scan.portion.back();
  scan.last_words.assign(shape_.words(last), shape_.words(last) + spec_.key.word_count());
  scan.last_texts.assign(spec_.key.text_count() + 1, {});
  scan.last_pointers.assign(spec_.key.text_count() + 1, nullptr);
  for (const KeyColumn& column : spec_.key.columns()) {
    if (!column.is_text()) continue;
    const uint32_t size = text_size(scan.last_words[column.word]);
    if (size <= kInlineText) continue;
    scan.last_texts[column.text].assign(shape_.texts(last)[column.text], size);
    scan.last_pointers[column.text] = scan.last_texts[column.text].data();
  }
}

bool ValueTable::is_behind_last(const Record* record) const {
  return scan_->last_words.empty() ||
         compare_places(spec_.key, shape_.words(record), shape_.texts(record), scan_->last_words.data(),
                        scan_->last_pointers.data()) > 0;
}

/// Goes on behind the key that was given last, whatever has become of records and runs since.
Status ValueTable::begin_merged() {
  Scan& scan = *scan_;
  if (scan.runs != nullptr && scan.generation == runs_->generation()) return Status::ok();
  scan.runs = std::make_unique<MergedRuns>(runs_->merged());
  scan.generation = runs_->generation();
  scan.run_item = nullptr;
  scan.is_at_end = false;
  scan.order.clear();
  scan.at = 0;
  scan.pane.reset();
  if (scan.last_words.empty()) return Status::ok();
  const auto last_ns = static_cast<int64_t>(scan.last_words[0]);
  if (last_ns != INT64_MIN) scan.pane = last_ns - 1;
  return scan.runs->seek_behind(scan.last_words.data(), scan.last_pointers.data());
}

Record* ValueTable::peek_memory(int64_t upto) {
  Scan& scan = *scan_;
  while (true) {
    if (scan.at == scan.order.size()) {
      if (!load_next_pane(upto)) return nullptr;
      continue;
    }
    Record* const record = scan.order.at(scan.at);
    if (is_here(record) && shape_.ns(record) == *scan.pane && is_behind_last(record)) return record;
    ++scan.at;
  }
}

Status ValueTable::peek_run(int64_t upto, const RunItem*& item) {
  Scan& scan = *scan_;
  while (scan.run_item == nullptr && !scan.is_at_end) {
    WEIR_ASSIGN_OR_RETURN(const SortedRun* const run, scan.runs->next());
    if (run == nullptr) scan.is_at_end = true;
    if (run == nullptr || scan.runs->item().entry.kind != EntryKind::kPut) continue;
    if (!age_.is_gone(scan.runs->item().entry.time_us)) scan.run_item = &scan.runs->item();
  }
  item = scan.run_item != nullptr && scan.run_item->entry.ns <= upto ? scan.run_item : nullptr;
  return Status::ok();
}

Result<Record*> ValueTable::bring_back_for_scan(const RunItem& item) {
  Record* const found = find_one(item.hash, item.words.data(), item.texts.data());
  if (found != nullptr) {
    if (is_here(found)) touch(found);
    return found;
  }
  WEIR_ASSIGN_OR_RETURN(Record* const record,
                        bring_back(item.hash, item.words.data(), item.texts.data(), item));
  // As find() does it: a checkpoint may have been taken since the entry was written.
  record->is_stored = item.is_stored || scan_->runs->run().is_in_checkpoint;
  record->is_scanned = true;
  scan_->loaded.emplace_back(record, slot_hash(record));
  return record;
}

Status ValueTable::fill_merged_portion(int64_t upto, size_t max_rows) {
  WEIR_RETURN_IF_ERROR(begin_merged());
  Scan& scan = *scan_;
  while (scan.portion.size() < max_rows) {
    Record* const memory = peek_memory(upto);
    const RunItem* item = nullptr;
    WEIR_RETURN_IF_ERROR(peek_run(upto, item));
    if (memory == nullptr && item == nullptr) return Status::ok();
    int order = memory == nullptr ? 1 : -1;
    if (memory != nullptr && item != nullptr) {
      order = compare_places(spec_.key, shape_.words(memory), shape_.texts(memory), item->words.data(),
                             item->texts.data());
    }
    if (order >= 0) scan.run_item = nullptr;
    if (order <= 0) {
      ++scan.at;
      touch(memory);
      give(memory);
      continue;
    }
    WEIR_ASSIGN_OR_RETURN(Record* const record, bring_back_for_scan(*item));
    if (is_here(record)) give(record);
  }
  return Status::ok();
}

}  // namespace weir
