#include "state/run_stack.hpp"

#include <algorithm>
#include <utility>

namespace weir {

RunStack::RunStack(Options options, MemoryAccount& account, Disk& disk)
    : options_(std::move(options)), account_(account), disk_(disk) {}

Result<std::unique_ptr<RunWriter>> RunStack::begin_run(uint64_t most_entries) {
  return RunWriter::open(options_.shape, account_, disk_, options_.path + "." + std::to_string(next_file_++),
                         most_entries);
}

Status RunStack::add(std::unique_ptr<SortedRun> run) {
  runs_.push_back(std::move(run));
  ++generation_;
  while (true) {
    const uint32_t level = runs_.back()->level;
    const auto other = std::ranges::find_if(runs_.rbegin(), runs_.rend(),
                                            [level](const auto& one) { return one->level != level; });
    const auto count = static_cast<size_t>(other - runs_.rbegin());
    if (count < kRunsALevel) return Status::ok();
    WEIR_RETURN_IF_ERROR(merge_newest(count, level + 1));
    if (runs_.empty()) return Status::ok();
  }
}

bool RunStack::holds_gone() const {
  return options_.age != nullptr && std::ranges::any_of(runs_, [this](const auto& run) {
           return run->oldest_us != INT64_MAX && options_.age->is_gone(run->oldest_us);
         });
}

Status RunStack::drop_gone() {
  if (runs_.empty()) return Status::ok();
  const auto by_level = [](const auto& a, const auto& b) { return a->level < b->level; };
  const uint32_t level = (*std::ranges::max_element(runs_, by_level))->level;
  WEIR_RETURN_IF_ERROR(merge_newest(runs_.size(), level));
  ++generation_;
  return Status::ok();
}

Status RunStack::merge_newest(size_t count, uint32_t level) {
  const size_t first = runs_.size() - count;
  std::vector<const SortedRun*> sources;
  uint64_t most_entries = 0;
  bool is_in_checkpoint = true;
  for (size_t i = first; i < runs_.size(); ++i) {
    sources.push_back(runs_[i].get());
    most_entries += runs_[i]->entry_count();
    is_in_checkpoint = is_in_checkpoint && runs_[i]->is_in_checkpoint;
  }
  WEIR_ASSIGN_OR_RETURN(const std::unique_ptr<RunWriter> writer, begin_run(most_entries));
  MergedRuns merged(sources);
  while (true) {
    WEIR_ASSIGN_OR_RETURN(const SortedRun* const from, merged.next());
    if (from == nullptr) break;
    const RunItem& item = merged.item();
    // Where nothing older is left there is nothing to hide.
    if (first == 0 && item.entry.kind == EntryKind::kRemove) continue;
    // Only then, too: an older value that it hides would come to light.
    if (first == 0 && item.entry.has_time && options_.age != nullptr &&
        options_.age->is_gone(item.entry.time_us)) {
      brought_back(item.entry.ns);  // It is not here any more.
      continue;
    }
    WEIR_RETURN_IF_ERROR(writer->add(item.words.data(), item.texts.data(), item.hash,
                                     item.is_stored || from->is_in_checkpoint,
                                     item.is_changed && !from->is_in_checkpoint, item.bytes));
    if (item.entry.has_time) writer->note_time(item.entry.time_us);
  }
  WEIR_ASSIGN_OR_RETURN(std::unique_ptr<SortedRun> made, writer->finish());
  made->level = level;
  made->is_in_checkpoint = is_in_checkpoint;
  runs_.resize(first);
  if (made->entry_count() > 0) runs_.push_back(std::move(made));
  return Status::ok();
}

Result<bool> RunStack::find(uint64_t hash, const uint64_t* words, const char* const* texts) {
  for (auto run = runs_.rbegin(); run != runs_.rend(); ++run) {
    if (!(*run)->may_hold(hash)) continue;
    WEIR_ASSIGN_OR_RETURN(const bool is_found, (*run)->find(words, texts, block_, item_));
    if (!is_found) continue;
    item_.is_stored = item_.is_stored || (*run)->is_in_checkpoint;
    return true;
  }
  return false;
}

void RunStack::brought_back(int64_t ns) {
  const auto found = keys_.find(ns);
  WEIR_CHECK(found != keys_.end());
  --key_count_;
  if (--found->second == 0) keys_.erase(found);
}

void RunStack::remove_upto(int64_t upto) {
  const auto end = keys_.upper_bound(upto);
  for (auto at = keys_.begin(); at != end; ++at) key_count_ -= at->second;
  keys_.erase(keys_.begin(), end);
  for (const auto& run : runs_) run->gone_upto = std::max(run->gone_upto, upto);
  // What is left of such a run hides nothing but puts that are gone, too.
  std::erase_if(runs_, [](const auto& run) { return run->last_ns <= run->gone_upto; });
  if (key_count_ == 0) runs_.clear();
  ++generation_;
}

MergedRuns RunStack::merged() const {
  std::vector<const SortedRun*> all;
  for (const auto& run : runs_) all.push_back(run.get());
  return MergedRuns(all);
}

bool RunStack::has_changes() const {
  return std::ranges::any_of(runs_, [](const auto& run) { return !run->is_in_checkpoint; });
}

void RunStack::mark_in_checkpoint() {
  for (const auto& run : runs_) run->is_in_checkpoint = true;
}

uint64_t RunStack::held_bytes() const {
  uint64_t total = keys_.size() * kNamespaceBytes;
  for (const auto& run : runs_) total += run->held_bytes();
  return total;
}

uint64_t RunStack::file_bytes() const {
  uint64_t total = 0;
  for (const auto& run : runs_) total += run->file_bytes();
  return total;
}

}  // namespace weir
