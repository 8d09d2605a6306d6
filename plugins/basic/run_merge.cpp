#include "run_merge.hpp"

#include <algorithm>

namespace weir::basic {

Result<RunMerge> RunMerge::start(std::vector<RunBatches> runs, std::vector<SortColumn> by, ReadBatch read) {
  RunMerge made(std::move(by), std::move(read));
  for (RunBatches& batches : runs) {
    Run run;
    run.batches = std::move(batches);
    made.runs_.push_back(std::move(run));
  }
  for (size_t i = 0; i < made.runs_.size(); ++i) {
    WEIR_ASSIGN_OR_RETURN(const bool has_rows, made.load(made.runs_[i]));
    if (has_rows) made.waiting_.push_back(i);
  }
  std::ranges::make_heap(made.waiting_, [&](size_t a, size_t b) { return made.comes_later(a, b); });
  return made;
}

bool RunMerge::comes_later(size_t a, size_t b) const {
  const int order = runs_[a].keys[runs_[a].row].compare(runs_[b].keys[runs_[b].row]);
  return order != 0 ? order > 0 : a > b;
}

Result<bool> RunMerge::load(Run& run) {
  run.row = 0;
  run.batch = Batch();
  run.keys = SortKeys();
  while (run.next_batch < run.batches.size()) {
    WEIR_ASSIGN_OR_RETURN(run.batch, read_(run.batches[run.next_batch++]));
    if (run.batch.row_count() == 0) continue;
    run.keys = SortKeys(run.batch, by_);
    return true;
  }
  return false;
}

void RunMerge::cut_piece(Run& run, std::vector<Batch>& pieces, std::vector<uint32_t>& places) {
  if (run.picked.empty()) return;
  pieces.push_back(run.batch.select(run.picked));
  places.insert(places.end(), run.places.begin(), run.places.end());
  run.picked.clear();
  run.places.clear();
}

Result<bool> RunMerge::advance(Run& run, std::vector<Batch>& pieces, std::vector<uint32_t>& places) {
  if (++run.row < run.batch.row_count()) return true;
  cut_piece(run, pieces, places);
  return load(run);
}

Result<Batch> RunMerge::next(size_t max_rows) {
  const auto later = [this](size_t a, size_t b) { return comes_later(a, b); };
  std::vector<Batch> pieces;
  std::vector<uint32_t> places;  // Where each row of the pieces stands in the portion.
  uint32_t count = 0;
  while (count < max_rows && !waiting_.empty()) {
    std::ranges::pop_heap(waiting_, later);
    Run& run = runs_[waiting_.back()];
    run.picked.push_back(static_cast<uint32_t>(run.row));
    run.places.push_back(count++);
    WEIR_ASSIGN_OR_RETURN(const bool has_more, advance(run, pieces, places));
    if (has_more)
      std::ranges::push_heap(waiting_, later);
    else
      waiting_.pop_back();
  }
  for (Run& run : runs_) cut_piece(run, pieces, places);
  std::vector<uint32_t> order(count);
  for (uint32_t i = 0; i < count; ++i) order[places[i]] = i;
  return Batch::concat(pieces).select(order);
}

}  // namespace weir::basic
