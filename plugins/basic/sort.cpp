// sort: the whole input in order.
//
//   ranked: {type: sort, inputs: totals, by: [{column: revenue, order: desc}, name]}
//
// Rows are sorted in runs that fit into memory; the runs wait in the host's log, which spills, and are merged
// at the end of the input. Equal rows keep the order in which they came.
#include <algorithm>
#include <map>
#include <numeric>

#include <weir/row_order.hpp>
#include <weir/state.hpp>
#include <weir/transform.hpp>

#include "run_merge.hpp"

namespace {

using namespace weir::basic;

struct SortOptions {
  weir::OrderByList<weir::Order::kAscending> by;
};

class Sort final : public weir::Transform {
 public:
  explicit Sort(SortOptions options) : options_(std::move(options)) {}

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
    rows_.spec().values = input.fields;
    rows_.spec().values.push_back({"run", weir::Type::kInt64, false});
    rows_.declare(binding);
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter&) override {
    // A batch of texts may hold on to the whole buffer that was read.
    held_.push_back(plain(batch.compact()));
    held_bytes_ += weir::approximate_bytes(*held_.back());
    if (held_bytes_ >= kRunBytes) WEIR_RETURN_IF_ERROR(end_run());
    return weir::Progress::done();
  }
  weir::Result<weir::Progress> on_barrier(uint64_t, weir::Emitter&) override {
    WEIR_RETURN_IF_ERROR(end_run());
    return weir::Progress::done();
  }
  weir::Result<weir::Progress> on_end(size_t, weir::Emitter& emitter) override {
    WEIR_RETURN_IF_ERROR(end_run());
    WEIR_ASSIGN_OR_RETURN(std::vector<RunBatches> runs, find_runs());
    const auto read = [this](uint64_t index) -> weir::Result<weir::Batch> {
      WEIR_ASSIGN_OR_RETURN(const weir::Batch stored, rows_.read(context(), index));
      std::vector<weir::Column> columns = stored.columns();
      columns.pop_back();
      return weir::Batch::make(*stored, columns);
    };
    WEIR_ASSIGN_OR_RETURN(RunMerge merge, RunMerge::start(std::move(runs), by_, read));
    merge_.emplace(std::move(merge));
    return more(emitter);
  }
  weir::Result<weir::Progress> more(weir::Emitter& emitter) override {
    while (merge_ && !merge_->is_done()) {
      if (!emitter.has_room()) return weir::Progress::more();
      WEIR_ASSIGN_OR_RETURN(weir::Batch made, merge_->next(kOutputRows));
      emitter.emit(std::move(made));
    }
    merge_.reset();
    WEIR_RETURN_IF_ERROR(rows_.clear(context()));
    return weir::Progress::done();
  }

 private:
  static constexpr int64_t kRunBytes = int64_t{32} << 20;
  static constexpr size_t kRunRows =
      2048;  // Of a batch in a run: each run has one in memory while it is merged.
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
    if (held_.empty()) return {};
    const weir::Batch all = weir::Batch::concat(held_);
    held_.clear();
    held_bytes_ = 0;
    const weir::SortKeys keys(all, by_);
    std::vector<uint32_t> order(all.row_count());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](uint32_t a, uint32_t b) {
      const int difference = keys[a].compare(keys[b]);
      return difference != 0 ? difference < 0 : a < b;
    });
    WEIR_ASSIGN_OR_RETURN(const uint64_t first, rows_.count(context()));
    for (size_t from = 0; from < order.size(); from += kRunRows) {
      const auto portion = std::span(order).subspan(from, std::min(kRunRows, order.size() - from));
      WEIR_RETURN_IF_ERROR(append(all.select(portion), first));
    }
    return {};
  }
  /// A run is called by the number of its first batch.
  weir::Status append(weir::Batch batch, uint64_t run) {
    weir::ColumnBuilder<int64_t> runs(batch.row_count());
    std::ranges::fill(runs.values(), static_cast<int64_t>(run));
    const size_t at = batch.column_count();
    return rows_.append(context(), std::move(batch).with_column(at, std::move(runs).finish()).compact());
  }
  /// The runs as the log has them, also those from before a restart.
  weir::Result<std::vector<RunBatches>> find_runs() {
    WEIR_ASSIGN_OR_RETURN(const uint64_t count, rows_.count(context()));
    std::map<int64_t, RunBatches> by_name;
    for (uint64_t i = 0; i < count; ++i) {
      WEIR_ASSIGN_OR_RETURN(const weir::Batch stored, rows_.read(context(), i));
      if (stored.row_count() > 0) by_name[stored.column<int64_t>(stored.column_count() - 1)[0]].push_back(i);
    }
    std::vector<RunBatches> runs;
    for (auto& [name, batches] : by_name) runs.push_back(std::move(batches));
    return runs;
  }

  const SortOptions options_;
  std::vector<weir::SortColumn> by_;
  weir::LogState rows_{"rows", {}};
  std::vector<weir::Batch> held_;
  int64_t held_bytes_ = 0;
  std::optional<RunMerge> merge_;
};

}  // namespace

WEIR_TRANSFORM(
    Sort, SortOptions, "sort", "The whole input in order.", weir::traits(weir::Trait::kDeterministic),
    weir::description("Needs a bounded input. Equal rows keep the order in which they came; NaN stands above "
                      "all numbers, texts order by their bytes. What does not fit into memory is written to "
                      "temporary files."),
    weir::example("ranked: {type: sort, inputs: totals, by: [{column: revenue, order: desc}, name]}"),
    weir::required("by", &SortOptions::by,
                   "Columns, the most important first; ascending, and without a value "
                   "last, unless it says otherwise.",
                   weir::example_value("[{column: revenue, order: desc}, name]")));
