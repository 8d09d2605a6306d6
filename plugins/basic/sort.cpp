// sort: the whole input in order.
//
//   ranked: {type: sort, inputs: totals, by: [{column: revenue, order: desc}, name]}
//
// Rows are sorted in runs that fit into the memory that the pipeline grants; the runs wait in the host's log,
// which spills, and are merged at the end of the input, several times where not all of them fit at once.
// Equal rows keep the order in which they came.
#include <algorithm>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <weir/ext_memory.h>
#include <weir/row_order.hpp>
#include <weir/row_times.hpp>
#include <weir/transform.hpp>

#include "merge_passes.hpp"
#include "run_log.hpp"
#include "run_merge.hpp"
#include "sort_memory.hpp"

namespace {

using namespace weir::basic;

struct SortOptions {
  weir::OrderByList<weir::Order::kAscending> by;
};

class Sort final : public weir::Transform {
 public:
  explicit Sort(SortOptions options) : options_(std::move(options)) {}

  static const void* extension(weir_str name) {
    static constexpr weir_memory_calls kMemory = {
        sizeof(kMemory), 0, [](weir_node*) -> uint64_t { return SortMemory::kWantedBytes; },
        [](weir_instance* instance, uint64_t bytes) {
          weir::shim::shape_of<Sort>(instance).memory_ = SortMemory(bytes);
        }};
    return weir::as_view(name) == WEIR_MEMORY_EXTENSION ? &kMemory : nullptr;
  }

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    const weir::Schema& input = inputs[0].schema;
    if (!inputs[0].is_bounded)
      return weir::Status::invalid(
          "its input never ends, so there is no last row to wait for; sort what an "
          "aggregate over windows gives, or use a bounded source");
    WEIR_ASSIGN_OR_RETURN(by_, weir::sort_columns(options_.by, input));
    std::vector<weir::ColumnId> read;
    for (const weir::SortColumn& by : by_) read.emplace_back(0, static_cast<uint32_t>(by.column));
    weir::Binding binding = weir::Binding::keep_all(input);
    binding.reads(read).single_copy();
    log_.declare(binding, input);
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter&) override {
    // A batch of texts may hold on to the whole buffer that was read.
    weir::Batch rows = plain(batch.compact());
    const uint64_t bytes = order_bytes(rows, by_);
    if (run_bytes_ + bytes > memory_.run_bytes()) WEIR_RETURN_IF_ERROR(end_run());
    run_.push_back(std::move(rows));
    run_bytes_ += bytes;
    return weir::Progress::done();
  }
  // The rows come at the end, however far event time had come before.
  weir::Result<weir::Progress> on_watermark(int64_t, size_t, weir::Emitter&) override {
    hold_event_time(weir::kBeforeAll);
    return weir::Progress::done();
  }
  weir::Result<weir::Progress> on_idle(size_t, weir::Emitter&) override {
    hold_event_time(weir::kBeforeAll);
    return weir::Progress::done();
  }
  weir::Result<weir::Progress> on_barrier(uint64_t, weir::Emitter&) override {
    WEIR_RETURN_IF_ERROR(end_run());
    return weir::Progress::done();
  }
  // No barrier comes before the end is answered with done: what is merged meanwhile is in no checkpoint.
  weir::Result<weir::Progress> on_end(size_t, weir::Emitter& emitter) override {
    WEIR_RETURN_IF_ERROR(end_run());
    WEIR_ASSIGN_OR_RETURN(RunLog::Found found, log_.find(context(), by_));
    row_bytes_ = found.row_bytes;
    passes_.emplace(std::move(found.runs), memory_.merge_bytes());
    WEIR_RETURN_IF_ERROR(begin_merge());
    return more(emitter);
  }
  weir::Result<weir::Progress> more(weir::Emitter& emitter) override {
    while (merge_) {
      if (merge_->is_done()) {
        WEIR_RETURN_IF_ERROR(end_merge());
      } else if (!is_last_merge_) {
        WEIR_RETURN_IF_ERROR(merge_some());
        return weir::Progress::more();
      } else if (!emitter.has_room()) {
        return weir::Progress::more();
      } else {
        WEIR_RETURN_IF_ERROR(emit_some(emitter));
      }
    }
    return weir::Progress::done();
  }

 private:
  static constexpr size_t kRunRows = 2048;  // Of a batch in a run, at most.
  static constexpr size_t kOutputRows = 8192;

  /// Without hidden columns, which mean nothing once rows are out of their place.
  static weir::Batch plain(const weir::Batch& batch) {
    weir_batch like = *batch;
    like.row_watermark = nullptr;
    like.row_origin = nullptr;
    like.origin = {};
    return weir::Batch::make(like, batch.columns());
  }
  weir::Status end_run() {
    if (run_.empty()) return {};
    const weir::Batch all = weir::Batch::concat(run_);
    run_.clear();
    run_bytes_ = 0;
    const weir::SortKeys keys(all, by_);
    std::vector<uint32_t> order(all.row_count());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](uint32_t a, uint32_t b) {
      const int difference = keys[a].compare(keys[b]);
      return difference != 0 ? difference < 0 : a < b;
    });
    const size_t rows =
        rows_within(memory_.batch_bytes(), held_bytes(all) / std::max<size_t>(1, order.size()), kRunRows);
    WEIR_ASSIGN_OR_RETURN(const uint64_t run, log_.next_number(context()));
    for (size_t from = 0; from < order.size(); from += rows) {
      const auto portion = std::span(order).subspan(from, std::min(rows, order.size() - from));
      WEIR_RETURN_IF_ERROR(log_.append(context(), all.select(portion), run));
    }
    return {};
  }
  weir::Status begin_merge() {
    MergePasses::Group group = passes_->next();
    is_last_merge_ = group.is_last;
    WEIR_ASSIGN_OR_RETURN(merged_number_, log_.next_number(context()));
    merged_ = {};
    std::vector<RunBatches> runs;
    for (SortedRun& run : group.runs) {
      merged_.batch_bytes = std::max(merged_.batch_bytes, run.batch_bytes);
      runs.push_back(std::move(run.batches));
    }
    const auto read = [this](uint64_t index) { return log_.read(context(), index); };
    WEIR_ASSIGN_OR_RETURN(RunMerge merge, RunMerge::start(std::move(runs), by_, read));
    merge_.emplace(std::move(merge));
    return {};
  }
  /// The next rows of the merge, as many as fit into `bytes`, and at most `most`.
  weir::Result<weir::Batch> next_rows(uint64_t bytes, size_t most) {
    WEIR_ASSIGN_OR_RETURN(weir::Batch made, merge_->next(rows_within(bytes, row_bytes_, most)));
    // Its texts may lie in a batch of each run, which would stay as long as this one does.
    const bool is_wasteful = held_bytes(made) > 2 * made.row_count() * row_bytes_;
    return is_wasteful ? made.compact() : std::move(made);
  }
  weir::Status merge_some() {
    WEIR_ASSIGN_OR_RETURN(weir::Batch made, next_rows(memory_.batch_bytes(), kRunRows));
    WEIR_ASSIGN_OR_RETURN(const uint64_t index, log_.next_number(context()));
    merged_.batches.push_back(index);
    merged_.batch_bytes = std::max(merged_.batch_bytes, merge_bytes(made, by_));
    return log_.append(context(), std::move(made), merged_number_);
  }
  weir::Status emit_some(weir::Emitter& emitter) {
    WEIR_ASSIGN_OR_RETURN(weir::Batch made, next_rows(memory_.portion_bytes(), kOutputRows));
    emitter.emit(std::move(made));
    return {};
  }
  weir::Status end_merge() {
    merge_.reset();
    if (!is_last_merge_) {
      passes_->add_merged(std::move(merged_));
      return begin_merge();
    }
    passes_.reset();
    return log_.clear(context());
  }

  const SortOptions options_;
  SortMemory memory_;
  std::vector<weir::SortColumn> by_;
  RunLog log_;
  std::vector<weir::Batch> run_;  // What is put into order next.
  uint64_t run_bytes_ = 0;        // What that takes.
  std::optional<MergePasses> passes_;
  std::optional<RunMerge> merge_;
  bool is_last_merge_ = false;
  SortedRun merged_;  // What the merge makes, unless it is the last one.
  uint64_t merged_number_ = 0;
  uint64_t row_bytes_ = 0;
};

}  // namespace

WEIR_TRANSFORM(
    Sort, SortOptions, "sort", "The whole input in order.", weir::traits(weir::Trait::kDeterministic),
    weir::description("Needs a bounded input. Equal rows keep the order in which they came; NaN stands above "
                      "all numbers, texts order by their bytes. What does not fit into memory is written to "
                      "temporary files: it sorts some 30 MiB of rows at a time, or less where the pipeline's "
                      "`memory` grants less, and then merges what it has sorted."),
    weir::example("ranked: {type: sort, inputs: totals, by: [{column: revenue, order: desc}, name]}"),
    weir::required("by", &SortOptions::by,
                   "Columns, the most important first; ascending, and without a value "
                   "last, unless it says otherwise.",
                   weir::example_value("[{column: revenue, order: desc}, name]")));
