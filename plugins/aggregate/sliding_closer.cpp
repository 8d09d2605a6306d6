#include "pane_closer.hpp"

namespace weir::aggregates {
namespace {

/// One window after the other: its panes are merged, key by key, into slots of their own, which are given out
/// and forgotten; then the panes that no further window needs are forgotten, too. Merging costs a window's
/// panes once; a row costs the same however many windows overlap.
class SlidingCloser final : public PaneCloser {
 public:
  explicit SlidingCloser(const PaneWork& work) : PaneCloser(work), ends_(work.states.panes) {}

  Result<Progress> touched(std::span<const int64_t> panes, std::span<const int64_t>, Emitter&) override {
    ends_.add(panes);
    return Progress::done();
  }

  Result<Progress> reached(int64_t watermark, Emitter& emitter) override {
    WEIR_RETURN_IF_ERROR(load());
    watermark_ = watermark;
    return more(emitter);
  }

  Result<Progress> more(Emitter& emitter) override {
    for (;;) {
      if (!is_giving_) {
        WEIR_ASSIGN_OR_RETURN(const bool has_window, begin_window());
        if (!has_window) return Progress::done();
      }
      WEIR_ASSIGN_OR_RETURN(const bool is_given, give_window(emitter));
      if (!is_given) return Progress::more();
    }
  }

 private:
  Status load() {
    if (std::exchange(is_loaded_, true)) return {};
    WEIR_RETURN_IF_ERROR(ends_.load(work_.context));
    uint64_t cursor = 0;
    for (;;) {
      WEIR_ASSIGN_OR_RETURN(const auto portion,
                            work_.states.panes.scan(work_.context, kForever, kPortionRows, &cursor));
      if (portion.slots.size() == 0) return {};
      for (void* const slot : portion.slots.raw()) {
        const auto& head = *static_cast<const SlidingHead*>(slot);
        if (head.is_given != 0) given_upto_ = std::max(given_upto_, head.given_upto);
      }
    }
  }

  /// The end of the next window that has a row; kForever: none.
  Result<int64_t> next_window() {
    int64_t next = kForever;
    if (!ends_.is_empty()) {
      const Span pane{ends_.first() - work_.windows.pane_width(), ends_.first()};
      next = std::max(work_.windows.first_window_end(pane), given_upto_ + work_.windows.every());
    }
    uint64_t cursor = 0;
    WEIR_ASSIGN_OR_RETURN(const auto singles, work_.states.singles.scan(work_.context, kForever, 1, &cursor));
    return singles.slots.size() == 0 ? next : std::min(next, singles.namespaces[0]);
  }

  Result<bool> begin_window() {
    WEIR_ASSIGN_OR_RETURN(window_end_, next_window());
    if (window_end_ == kForever || window_end_ > watermark_) return false;
    // What singles added lies in the window's slots already.
    WEIR_RETURN_IF_ERROR(merge_panes());
    cursor_ = 0;
    is_giving_ = true;
    return true;
  }

  /// Panes that are older than the window were forgotten with the last window that needed them.
  Status merge_panes() {
    PaneStates& states = work_.states;
    uint64_t cursor = 0;
    for (;;) {
      WEIR_ASSIGN_OR_RETURN(const auto portion,
                            states.panes.scan(work_.context, window_end_, kPortionRows, &cursor));
      const std::span<void* const> panes = portion.slots.raw();
      if (panes.empty()) return {};
      WEIR_ASSIGN_OR_RETURN(const std::vector<Column> saved, work_.output.save(states.panes.index(), panes));
      for (void* const pane : panes) *static_cast<SlidingHead*>(pane) = {window_end_, 1};
      WEIR_RETURN_IF_ERROR(add_to_window(portion.keys, saved, panes.size()));
    }
  }

  Status add_to_window(const std::vector<Column>& key_columns, const std::vector<Column>& saved,
                       size_t rows) {
    std::vector<const weir_column*> raw_keys;
    for (const Column& key : key_columns) raw_keys.push_back(key.get());
    std::vector<const weir_column*> raw;
    for (const Column& column : saved) raw.push_back(column.get());
    Keys keys(raw_keys, rows);
    const std::vector<int64_t> ends(rows, window_end_);
    keys.namespaces(ends);
    WEIR_ASSIGN_OR_RETURN(const auto slots, work_.states.singles.find_or_insert(work_.context, keys));
    return merge_partial(work_.layout, work_.context, work_.states.singles.index(), slots.raw(), raw.data());
  }

  /// Returns whether all of it was given.
  Result<bool> give_window(Emitter& emitter) {
    PaneState& windows = work_.states.singles;
    for (;;) {
      if (!emitter.has_room()) return false;
      WEIR_ASSIGN_OR_RETURN(auto portion, windows.scan(work_.context, window_end_, kPortionRows, &cursor_));
      if (portion.slots.size() == 0) break;
      WEIR_ASSIGN_OR_RETURN(Batch made, work_.output.result(rows_of(std::move(portion), windows.index())));
      emitter.emit(std::move(made));
    }
    WEIR_RETURN_IF_ERROR(windows.remove_upto(work_.context, window_end_));
    given_upto_ = window_end_;
    is_giving_ = false;
    // The next window begins `every` later; a pane that ends there or before is in none.
    const int64_t unneeded = window_end_ - work_.windows.size() + work_.windows.every();
    WEIR_RETURN_IF_ERROR(work_.states.panes.remove_upto(work_.context, unneeded));
    ends_.remove_upto(unneeded);
    return true;
  }

  PaneEnds ends_;
  int64_t watermark_ = std::numeric_limits<int64_t>::min();
  int64_t given_upto_ = std::numeric_limits<int64_t>::min() / 2;
  int64_t window_end_ = 0;
  uint64_t cursor_ = 0;
  bool is_giving_ = false;
  bool is_loaded_ = false;
};

}  // namespace

std::unique_ptr<PaneCloser> make_sliding_closer(const PaneWork& work) {
  return std::make_unique<SlidingCloser>(work);
}

}  // namespace weir::aggregates
