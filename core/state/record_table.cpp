#include "state/record_table.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "state/key_hash.hpp"

namespace weir {

RecordTable::RecordTable(std::string name, KeyShape key, uint32_t slot_size, MemoryAccount& account)
    : name_(std::move(name)),
      key_(std::move(key)),
      shape_(key_, slot_size),
      account_(account),
      pool_(shape_.record_size(), account),
      texts_(account),
      index_(account),
      block_(key_) {}

uint64_t RecordTable::held_bytes() const {
  return pool_.held_bytes() + texts_.held_bytes() + index_.held_bytes();
}

Status RecordTable::no_memory() const {
  return {Code::kNoSpace, "state '" + name_ + "' cannot grow beyond " + std::to_string(count_) + " keys: '" +
                              account_.name() + "' holds " + std::to_string(account_.now_bytes()) +
                              " bytes and its memory limit, or one above it, is reached"};
}

/// Calls `visit(row, hash, words, texts)`, which returns whether to go on.
template <class Visit>
Status RecordTable::for_each_key(const weir_keys& keys, Visit&& visit) {
  WEIR_RETURN_IF_ERROR(key_.check(keys));
  block_.begin(keys);
  for (int64_t first = 0; first < keys.row_count; first += KeyBlock::kRows) {
    const auto count = static_cast<uint32_t>(std::min<int64_t>(KeyBlock::kRows, keys.row_count - first));
    block_.fill(first, count);
    const RecordIndex::Look look = index_.look();
    for (uint32_t i = 0; i < count; ++i) look.prefetch(block_.hash(i));
    for (uint32_t i = 0; i < count; ++i) {
      if (!visit(static_cast<size_t>(first) + i, block_.hash(i), block_.words(i), block_.texts(i)))
        return no_memory();
    }
  }
  return Status::ok();
}

Status RecordTable::insert(const weir_keys& keys, std::vector<Record*>& records) {
  records.assign(static_cast<size_t>(keys.row_count), nullptr);
  return for_each_key(keys, [&](size_t row, uint64_t hash, const uint64_t* words, const char* const* texts) {
    records[row] = find_one(hash, words, texts);
    if (records[row] == nullptr) records[row] = insert_one(hash, words, texts);
    return records[row] != nullptr;
  });
}

Status RecordTable::find(const weir_keys& keys, std::vector<Record*>& records) {
  records.assign(static_cast<size_t>(keys.row_count), nullptr);
  return for_each_key(keys, [&](size_t row, uint64_t hash, const uint64_t* words, const char* const* texts) {
    records[row] = find_one(hash, words, texts);
    return true;
  });
}

Result<Record*> RecordTable::insert(const uint64_t* words, const char* const* texts) {
  const uint64_t hash = hash_words(words, key_.word_count());
  Record* record = find_one(hash, words, texts);
  if (record == nullptr) record = insert_one(hash, words, texts);
  if (record == nullptr) return no_memory();
  return record;
}

Result<Record*> RecordTable::insert_new(const uint64_t* words, const char* const* texts) {
  const uint64_t hash = hash_words(words, key_.word_count());
  if (find_one(hash, words, texts) != nullptr) {
    return Status::corrupt("state '" + name_ + "': a key is stored twice");
  }
  Record* const record = insert_one(hash, words, texts);
  if (record == nullptr) return no_memory();
  return record;
}

bool RecordTable::is_same(const Record* record, const uint64_t* words, const char* const* texts) const {
  if (std::memcmp(shape_.words(record), words, key_.word_count() * sizeof(uint64_t)) != 0) return false;
  for (const KeyColumn& column : key_.columns()) {
    if (!column.is_text()) continue;
    const uint32_t size = text_size(words[column.word]);
    if (size <= kInlineText) continue;
    if (std::memcmp(shape_.texts(record)[column.text], texts[column.text], size) != 0) return false;
  }
  return true;
}

Record* RecordTable::find_one(uint64_t hash, const uint64_t* words, const char* const* texts) const {
  return index_.look().find(hash, [&](const Record* record) { return is_same(record, words, texts); });
}

Record* RecordTable::insert_one(uint64_t hash, const uint64_t* words, const char* const* texts) {
  if (!index_.reserve(count_ + 1)) return nullptr;
  Record* const record = pool_.take();
  if (record == nullptr) return nullptr;
  std::copy(words, words + key_.word_count(), shape_.words(record));
  std::copy(texts, texts + key_.text_count(), shape_.texts(record));
  if (!copy_texts(record, texts_)) {
    pool_.give_back(record);
    return nullptr;
  }
  record->hash = hash;
  record->is_live = 1;
  index_.put(record);
  ++count_;
  return record;
}

/// Gives the record texts of its own. Returns whether there was memory; without it none of them is its own.
bool RecordTable::copy_texts(Record* record, TextArena& into) const {
  const uint64_t* const words = shape_.words(record);
  const char** const texts = shape_.texts(record);
  bool is_done = true;
  for (const KeyColumn& column : key_.columns()) {
    if (!column.is_text()) continue;
    const uint32_t size = text_size(words[column.word]);
    const bool is_copied = is_done && size > kInlineText;
    texts[column.text] = is_copied ? into.add({texts[column.text], size}) : nullptr;
    if (is_copied) is_done = texts[column.text] != nullptr;
  }
  if (is_done) return true;
  for (const KeyColumn& column : key_.columns()) {
    if (column.is_text() && texts[column.text] != nullptr) into.drop(text_size(words[column.word]));
  }
  return false;
}

void RecordTable::remove(Record* record) {
  changes_.remove(record);
  index_.take(record);
  for (const KeyColumn& column : key_.columns()) {
    if (!column.is_text()) continue;
    const uint32_t size = text_size(shape_.words(record)[column.word]);
    if (size > kInlineText) texts_.drop(size);
  }
  pool_.give_back(record);
  --count_;
  index_.shrink(count_);
  if (texts_.wants_compaction()) compact_texts();
}

void RecordTable::compact_texts() {
  std::vector<const char*> before;
  before.reserve(count_ * key_.text_count());
  for_each([&](Record* record) {
    before.insert(before.end(), shape_.texts(record), shape_.texts(record) + key_.text_count());
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
    std::copy(at, at + key_.text_count(), shape_.texts(record));
    at += key_.text_count();
  });
}

}  // namespace weir
