// top_n: the first rows of each group, in an order.
//
//   best: {type: top_n, inputs: totals, n: 10, by: revenue, per: [page]}
//
// In:  any columns; those of `by` have an order. Where `window_start` and `window_end` are among them, each
//      window has its own best.
// Out: the same columns, at most `n` rows a group, and with `rank` their number in it. What one parallel copy
//      gives is sorted by window, group and rank. A window's rows come when the watermark reaches its end,
//      the others at the end of the input. `late`: rows of a window that was closed.
//
// State: the best rows so far of each group and window, so that it does not grow with the input.
#include <numeric>

#include <weir/builder.hpp>
#include <weir/keyed_transform.hpp>
#include <weir/row_order.hpp>
#include <weir/row_times.hpp>

#include "best_rows.hpp"
#include "row_bytes.hpp"

namespace {

using namespace weir::streams;

struct TopNOptions {
  int64_t n = 0;
  weir::OrderByList<weir::Order::kDescending> by;
  std::vector<weir::ColumnRef> per;
  std::optional<weir::ColumnName> rank;
  weir::Duration allowed_lateness{};
};

class TopN final : public weir::KeyedTransform {
 public:
  explicit TopN(TopNOptions options)
      : options_(std::move(options)), limit_(static_cast<size_t>(options_.n)) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    input_ = inputs[0].schema;
    WEIR_ASSIGN_OR_RETURN(order_, weir::sort_columns(options_.by, input_));
    WEIR_RETURN_IF_ERROR(find_window());
    if (window_end_ < 0 && !inputs[0].is_bounded)
      return weir::Status::invalid(
          "its input never ends and has no window_start and window_end, so there is no last row to wait for; "
          "put an aggregate with a window before it, or use a bounded source");
    std::vector<weir::ColumnId> read(options_.per.begin(), options_.per.end());
    for (const weir::SortColumn& by : order_) read.emplace_back(0, static_cast<uint32_t>(by.column));
    if (window_end_ >= 0) read.emplace_back(0, static_cast<uint32_t>(window_end_));
    break_ties();
    weir::Binding binding = weir::Binding::keep_all(input_);
    if (options_.rank) {
      if (input_.find(options_.rank->text))
        return weir::Status::invalid("rank: its input has a column '" + options_.rank->text +
                                     "' already; choose another name");
      binding.add_column({options_.rank->text, weir::Type::kInt64, false}, read,
                         weir::Derivation::kAggregated);
    }
    binding.add_kept_output(input_).reads(read);
    options_.per.empty() ? binding.single_copy() : binding.key_by(options_.per);
    best_.declare(binding);
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    sort_out(batch, emitter);
    if (picked_.empty()) return weir::Progress::done();
    weir::Keys keys(batch, options_.per);
    keys.rows(picked_).namespaces(ends_);
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<BestRows> slots, best_.find_or_insert(context(), keys));
    const weir::SortKeys order(batch, order_);
    for (size_t i = 0; i < picked_.size(); ++i) {
      const uint32_t row = picked_[i];
      if (!is_among_best(*slots[i], limit_, order[row])) continue;
      row_.clear();
      append_row(batch, row, row_);
      WEIR_RETURN_IF_ERROR(insert_best(best_, context(), *slots[i], limit_, order[row], row_));
    }
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> on_watermark(int64_t time, size_t, weir::Emitter& emitter) override {
    watermark_ = std::max(watermark_, time);
    if (window_end_ < 0) return wait_for_end();
    return give_upto(closed_upto(), emitter);
  }
  weir::Result<weir::Progress> on_idle(size_t, weir::Emitter&) override {
    return window_end_ < 0 ? wait_for_end() : weir::Progress::done();
  }
  weir::Result<weir::Progress> on_end(size_t, weir::Emitter& emitter) override {
    return give_upto(weir::kNever, emitter);
  }
  weir::Result<weir::Progress> more(weir::Emitter& emitter) override {
    // So many groups at once that they make about one batch.
    const size_t groups = std::max<size_t>(1, kOutputRows / limit_);
    for (;;) {
      if (!emitter.has_room()) return weir::Progress::more();
      WEIR_ASSIGN_OR_RETURN(const auto some, best_.scan(context(), giving_upto_, groups, &cursor_));
      if (some.slots.size() == 0) break;
      emitter.emit(ranked(some.slots));
    }
    WEIR_RETURN_IF_ERROR(best_.remove_upto(context(), giving_upto_));
    return weir::Progress::done();
  }

 private:
  static constexpr size_t kOutputRows = 8192;

  /// All rows come at the end, however far event time had come before.
  weir::Progress wait_for_end() const {
    hold_event_time(weir::kBeforeAll);
    return weir::Progress::done();
  }
  weir::Status find_window() {
    const auto start = input_.find("window_start");
    const auto end = input_.find("window_end");
    if (!start || !end) return {};
    if (input_[*end].type.type != weir::Type::kTimestamp)
      return weir::Status::invalid("its input's column 'window_end' is " + input_[*end].type.to_string() +
                                   ", expected timestamp");
    window_end_ = static_cast<int>(*end);
    return {};
  }
  /// Rows that agree in `by` are ordered by all other columns, so that the same rows win at every run.
  void break_ties() {
    for (size_t i = 0; i < input_.size(); ++i) {
      const bool is_named = std::ranges::any_of(order_, [i](const auto& by) { return by.column == i; });
      if (!is_named && weir::can_sort_by(input_[i].type.type)) order_.push_back({i});
    }
  }
  /// Fills picked_ with the rows that take part, and ends_ with the ends of their windows.
  void sort_out(const weir::Batch& batch, weir::Emitter& emitter) {
    picked_.resize(batch.row_count());
    std::iota(picked_.begin(), picked_.end(), 0U);
    ends_.assign(batch.row_count(), weir::kNever);
    if (window_end_ < 0) return;
    const weir::RowTimes times(batch, static_cast<size_t>(window_end_), watermark_);
    weir::RowErrors errors;
    std::vector<uint32_t> late;
    const int64_t closed = closed_upto();
    size_t kept = 0;
    for (uint32_t row = 0; row < batch.row_count(); ++row) {
      if (!times.check(row, "window_end", errors)) continue;
      if (times[row] <= closed) {
        late.push_back(row);
        continue;
      }
      picked_[kept] = row;
      ends_[kept++] = times[row];
    }
    picked_.resize(kept);
    ends_.resize(kept);
    emitter.reject(batch, errors);
    if (!late.empty()) emitter.emit(batch.select(late), 1);
  }
  /// Windows up to this end get no more rows.
  int64_t closed_upto() const { return weir::time_before(watermark_, options_.allowed_lateness.count()); }
  weir::Result<weir::Progress> give_upto(int64_t window_end, weir::Emitter& emitter) {
    giving_upto_ = window_end;
    cursor_ = 0;
    return more(emitter);
  }
  weir::Batch ranked(const weir::Slots<BestRows>& slots) const {
    std::vector<std::string_view> rows;
    weir::ColumnBuilder<int64_t> ranks;
    for (size_t group = 0; group < slots.size(); ++group) {
      uint32_t at = 0;
      for (uint32_t i = 0; i < slots[group]->count; ++i) {
        const BestRow best = BestRow::at(*slots[group]->rows, at);
        rows.push_back(best.row);
        ranks.append(int64_t{i} + 1);
        at = best.end;
      }
    }
    weir_batch like{};
    like.row_count = static_cast<int64_t>(rows.size());
    like.entered_ns = weir::host()->monotonic_ns(weir::host());
    std::vector<weir::Column> columns = columns_of(input_.fields, std::move(rows));
    if (options_.rank) columns.push_back(std::move(ranks).finish());
    return weir::Batch::make(like, columns);
  }

  const TopNOptions options_;
  const size_t limit_;
  weir::Schema input_;
  std::vector<weir::SortColumn> order_;
  int window_end_ = -1;  // The column; -1: the whole input is one window.
  weir::ValueState<BestRows> best_{"best"};
  int64_t watermark_ = weir::kBeforeAll;
  int64_t giving_upto_ = 0;  // What the running scan gives out.
  uint64_t cursor_ = 0;
  // Used again for each batch.
  std::vector<uint32_t> picked_;
  std::vector<int64_t> ends_;
  std::string row_;
};

}  // namespace

WEIR_TRANSFORM(
    TopN, TopNOptions, "top_n", "The first rows of each group, in an order.",
    weir::traits(weir::Trait::kDeterministic),
    weir::description(
        "Rows are ordered as by `sort`, but the largest first unless it says otherwise; NaN stands above all "
        "numbers. Rows that agree in `by` are ordered by their other columns, from the left, the smallest "
        "first: which rows win depends on nothing but the rows. Where the input has the columns "
        "`window_start` and `window_end`, as `aggregate` gives them, each window is for itself and its rows "
        "come when the watermark reaches its end; else the rows come at the end of the input, which must "
        "have one. What one parallel copy gives is sorted by window, group and rank. Nulls in `per` are a "
        "group of their own. Rows of a window that was closed go to `late`. Every row takes part: where an "
        "`aggregate` before gives early results or later ones for one window, keep its last with a filter "
        "`where: is_final`, and give `allowed_lateness` the same value as there. Behind session windows it "
        "is twice their gap."),
    weir::example("best: {type: top_n, inputs: totals, n: 10, by: revenue, per: [page]}"),
    weir::output("out", "The first rows of each group."),
    weir::output("late", "Rows of windows that were closed, as they were.", WEIR_PORT_OPTIONAL),
    weir::required("n", &TopNOptions::n, weir::range(1, 1e6), "How many rows a group gives."),
    weir::required(
        "by", &TopNOptions::by,
        "Columns, the most important first; the largest first, and without a value last, unless it "
        "says otherwise.",
        weir::example_value("[{column: latency_ms, order: asc}, name]")),
    weir::optional("per", &TopNOptions::per, "What makes a group. One group where it is left out.",
                   weir::example_value("[page]")),
    weir::optional("rank", &TopNOptions::rank, "The name of a column to add: 1 for the first row of a group.",
                   weir::example_value("place")),
    weir::optional("allowed_lateness", &TopNOptions::allowed_lateness, "0s", weir::range(0, 3.2e14),
                   "How long after its end rows of a window still come: what the aggregate before it says.",
                   weir::example_value("2m")));
