#include "state/sorted_run.hpp"

#include <algorithm>
#include <utility>

#include <xxhash.h>

#include "state/key_hash.hpp"
#include "world/discard_file.hpp"

namespace weir {
namespace {

constexpr size_t kBlockBytes = 4096;
constexpr size_t kWriteAheadBytes = 256 * 1024;
constexpr uint64_t kBitsAKey = 10;
constexpr uint64_t kBitsALine = 512;
constexpr size_t kWordsALine = kBitsALine / 64;
constexpr int kProbes = 6;
constexpr uint8_t kStoredFlag = 1;
constexpr uint8_t kChangedFlag = 2;

/// Calls `visit` with word index and bit of each probe.
template <class Visit>
void visit_filter_bits(uint64_t hash, size_t filter_words, Visit&& visit) {
  const uint64_t line = (hash >> 32) % (filter_words / kWordsALine);
  uint64_t bits = hash * 0x9e3779b97f4a7c15;
  for (int i = 0; i < kProbes; ++i, bits >>= 9) {
    const uint64_t bit = bits % kBitsALine;
    visit(line * kWordsALine + bit / 64, uint64_t{1} << (bit % 64));
  }
}

/// Reads the item at `at` and moves it on. Returns whether it was whole.
bool read_item(const RunShape& shape, std::string_view block, size_t& at, RunItem& item) {
  ByteReader reader(block.substr(at));
  const auto flags = reader.number<uint8_t>();
  item.is_stored = (flags & kStoredFlag) != 0;
  item.is_changed = (flags & kChangedFlag) != 0;
  if (!read_entry(reader, shape.slot_size, shape.ref_count, item.entry)) return false;
  const size_t size = block.size() - at - reader.rest_size();
  item.bytes = block.substr(at + 1, size - 1);
  at += size;
  item.words.resize(shape.key.word_count());
  item.texts.resize(shape.key.text_count() + 1);
  if (!shape.key.read_key_bytes(item.entry.key, item.words.data(), item.texts.data()).is_ok()) return false;
  item.words[0] = static_cast<uint64_t>(item.entry.ns);
  item.hash = hash_words(item.words.data(), shape.key.word_count());
  return true;
}

}  // namespace

int compare_places(const KeyShape& key, const uint64_t* a, const char* const* a_texts, const uint64_t* b,
                   const char* const* b_texts) {
  const auto a_ns = static_cast<int64_t>(a[0]);
  const auto b_ns = static_cast<int64_t>(b[0]);
  if (a_ns != b_ns) return a_ns < b_ns ? -1 : 1;
  return key.compare(a, a_texts, b, b_texts);
}

SortedRun::SortedRun(const RunShape& shape, MemoryAccount& account, Disk& disk)
    : shape_(shape), account_(account), disk_(disk), texts_(account) {}

SortedRun::~SortedRun() {
  account_.uncharge(held_bytes_);
  discard_file(std::move(file_), disk_);  // What is left over is removed when the next run begins.
}

Status SortedRun::no_memory() const {
  return {Code::kNoSpace, "'" + account_.name() + "' holds " + std::to_string(account_.now_bytes()) +
                              " bytes, and the places of what it put aside do not fit into its memory"};
}

Status SortedRun::charge(size_t bytes) {
  if (!account_.try_charge(bytes)) return no_memory();
  held_bytes_ += bytes;
  return Status::ok();
}

bool SortedRun::may_hold(uint64_t hash) const {
  bool may = true;
  visit_filter_bits(hash, filter_.size(),
                    [&](size_t word, uint64_t bit) { may = may && (filter_[word] & bit) != 0; });
  return may;
}

Status SortedRun::read_block(size_t index, std::string& into) const {
  const Block& block = blocks_[index];
  into.resize(block.size);
  WEIR_ASSIGN_OR_RETURN(const size_t got, file_->pread(into.data(), into.size(), block.offset));
  if (got == block.size && XXH3_64bits(into.data(), into.size()) == block.xxh3) return Status::ok();
  return Status::corrupt("'" + file_->path() + "' was damaged while the run used it");
}

size_t SortedRun::block_of(const uint64_t* words, const char* const* texts) const {
  size_t low = 0;  // The last block whose first key is not behind the key.
  size_t high = blocks_.size();
  while (low + 1 < high) {
    const size_t middle = (low + high) / 2;
    if (compare_places(shape_.key, first_words(middle), first_texts(middle), words, texts) <= 0) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

Result<bool> SortedRun::find(const uint64_t* words, const char* const* texts, std::string& block,
                             RunItem& item) const {
  if (blocks_.empty() || static_cast<int64_t>(words[0]) <= gone_upto) return false;
  WEIR_RETURN_IF_ERROR(read_block(block_of(words, texts), block));
  for (size_t at = 0; at < block.size();) {
    if (!read_item(shape_, block, at, item))
      return Status::corrupt("'" + file_->path() + "' was damaged while the run used it");
    const int order = compare_places(shape_.key, item.words.data(), item.texts.data(), words, texts);
    if (order == 0) return true;
    if (order > 0) return false;
  }
  return false;
}

Result<std::unique_ptr<RunWriter>> RunWriter::open(const RunShape& shape, MemoryAccount& account, Disk& disk,
                                                   const std::string& path, uint64_t most_entries) {
  std::unique_ptr<RunWriter> writer(new RunWriter());
  writer->run_.reset(new SortedRun(shape, account, disk));
  SortedRun& run = *writer->run_;
  WEIR_ASSIGN_OR_RETURN(run.file_, disk.open(path, OpenMode::kCreate, 0600));
  const uint64_t lines = most_entries * kBitsAKey / kBitsALine + 1;
  WEIR_RETURN_IF_ERROR(run.charge(lines * kBitsALine / 8));
  run.filter_.resize(lines * kWordsALine);
  return writer;
}

Status RunWriter::add(const uint64_t* words, const char* const* texts, uint64_t hash, bool is_stored,
                      bool is_changed, std::string_view entry) {
  SortedRun& run = *run_;
  const KeyShape& key = run.shape_.key;
  if (block_.empty()) {
    WEIR_RETURN_IF_ERROR(run.charge(sizeof(SortedRun::Block) + key.word_count() * sizeof(uint64_t) +
                                    key.text_count() * sizeof(char*)));
    run.first_words_.insert(run.first_words_.end(), words, words + key.word_count());
    const size_t first_text = run.first_texts_.size();
    run.first_texts_.resize(first_text + key.text_count());
    for (const KeyColumn& column : key.columns()) {
      if (!column.is_text()) continue;
      const uint32_t size = text_size(words[column.word]);
      if (size <= kInlineText) continue;
      const char* const kept = run.texts_.add({texts[column.text], size});
      if (kept == nullptr) return run.no_memory();
      run.first_texts_[first_text + column.text] = kept;
    }
  }
  block_ += static_cast<char>((is_stored ? kStoredFlag : 0) | (is_changed ? kChangedFlag : 0));
  block_ += entry;
  visit_filter_bits(hash, run.filter_.size(), [&](size_t word, uint64_t bit) { run.filter_[word] |= bit; });
  ++run.entry_count_;
  run.last_ns = static_cast<int64_t>(words[0]);
  return block_.size() < kBlockBytes ? Status::ok() : end_block();
}

Status RunWriter::end_block() {
  if (block_.empty()) return Status::ok();
  run_->blocks_.push_back(
      {run_->file_bytes_, static_cast<uint32_t>(block_.size()), XXH3_64bits(block_.data(), block_.size())});
  run_->file_bytes_ += block_.size();
  waiting_ += block_;
  block_.clear();
  return waiting_.size() < kWriteAheadBytes ? Status::ok() : flush();
}

Status RunWriter::flush() {
  WEIR_RETURN_IF_ERROR(run_->file_->pwrite(waiting_.data(), waiting_.size(), written_bytes_));
  written_bytes_ += waiting_.size();
  waiting_.clear();
  return Status::ok();
}

Result<std::unique_ptr<SortedRun>> RunWriter::finish() {
  WEIR_RETURN_IF_ERROR(end_block());
  WEIR_RETURN_IF_ERROR(flush());
  return std::move(run_);
}

Status RunCursor::seek_behind(const uint64_t* words, const char* const* texts) {
  if (run_.blocks_.empty()) return Status::ok();
  block_ = run_.block_of(words, texts);
  bytes_.clear();
  at_ = 0;
  while (true) {
    const size_t before = at_;
    const size_t block = block_;
    WEIR_ASSIGN_OR_RETURN(const bool has_next, next());
    if (!has_next) return Status::ok();
    if (compare_places(run_.shape_.key, item_.words.data(), item_.texts.data(), words, texts) <= 0) continue;
    at_ = block == block_ ? before : 0;  // So that next() gives it again.
    return Status::ok();
  }
}

Result<bool> RunCursor::next() {
  while (true) {
    if (at_ == bytes_.size()) {
      if (block_ == run_.blocks_.size()) return false;
      WEIR_RETURN_IF_ERROR(run_.read_block(block_++, bytes_));
      at_ = 0;
    }
    if (!read_item(run_.shape_, bytes_, at_, item_))
      return Status::corrupt("'" + run_.file_->path() + "' was damaged while the run used it");
    if (item_.entry.ns > run_.gone_upto) return true;
  }
}

MergedRuns::MergedRuns(const std::vector<const SortedRun*>& runs) : has_item_(runs.size()) {
  for (const SortedRun* run : runs) cursors_.push_back(std::make_unique<RunCursor>(*run));
}

Status MergedRuns::advance(size_t cursor) {
  WEIR_ASSIGN_OR_RETURN(const bool has_item, cursors_[cursor]->next());
  has_item_[cursor] = has_item;
  return Status::ok();
}

Status MergedRuns::seek_behind(const uint64_t* words, const char* const* texts) {
  for (const auto& cursor : cursors_) WEIR_RETURN_IF_ERROR(cursor->seek_behind(words, texts));
  return Status::ok();
}

Result<const SortedRun*> MergedRuns::next() {
  if (!std::exchange(is_begun_, true)) {
    for (size_t i = 0; i < cursors_.size(); ++i) to_advance_.push_back(i);
  }
  for (const size_t cursor : to_advance_) WEIR_RETURN_IF_ERROR(advance(cursor));
  to_advance_.clear();
  for (size_t i = 0; i < cursors_.size(); ++i) {
    if (!has_item_[i]) continue;
    const RunItem& item = cursors_[i]->item();
    int order = -1;
    if (!to_advance_.empty()) {
      const RunItem& best = cursors_[to_advance_.front()]->item();
      order = compare_places(cursors_[i]->run().shape().key, item.words.data(), item.texts.data(),
                             best.words.data(), best.texts.data());
    }
    if (order > 0) continue;
    if (order < 0) to_advance_.clear();
    to_advance_.push_back(i);
    newest_ = i;
  }
  return to_advance_.empty() ? nullptr : &cursors_[newest_]->run();
}

}  // namespace weir
