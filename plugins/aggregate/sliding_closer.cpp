#include "pane_closer.hpp"

#include <algorithm>

#include "revising_closer.hpp"
#include "sliding_panes.hpp"

namespace weir::aggregates {
namespace {

/// One window after the other: it is put together, given out and forgotten.
class SlidingCloser final : public PaneCloser {
 public:
  explicit SlidingCloser(const PaneWork& work) : PaneCloser(work), panes_(work) {}

  Result<Progress> touched(std::span<const int64_t> panes, std::span<const int64_t>, Emitter&) override {
    panes_.add(panes);
    return Progress::done();
  }

  Result<Progress> reached(int64_t watermark, Emitter& emitter) override {
    WEIR_RETURN_IF_ERROR(panes_.load());
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
  /// The end of the next window that has a row; kForever: none.
  Result<int64_t> next_window() {
    const int64_t next = panes_.next_window();
    uint64_t cursor = 0;
    WEIR_ASSIGN_OR_RETURN(const auto singles, work_.states.singles.scan(work_.context, kForever, 1, &cursor));
    return singles.slots.size() == 0 ? next : std::min(next, singles.namespaces[0]);
  }

  Result<bool> begin_window() {
    WEIR_ASSIGN_OR_RETURN(window_end_, next_window());
    if (window_end_ == kForever || window_end_ > watermark_) return false;
    // What singles added lies in the window's slots already.
    WEIR_RETURN_IF_ERROR(panes_.put_together(window_end_));
    cursor_ = 0;
    is_giving_ = true;
    return true;
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
    is_giving_ = false;
    WEIR_RETURN_IF_ERROR(panes_.leave(window_end_));
    return true;
  }

  SlidingPanes panes_;
  int64_t watermark_ = std::numeric_limits<int64_t>::min();
  int64_t window_end_ = 0;
  uint64_t cursor_ = 0;
  bool is_giving_ = false;
};

/// A window is put together when its end is reached, and kept until no row can change it. Rows that come
/// meanwhile are added to it alone, never to its panes. Windows that are given only once, because much time
/// has passed at once, are put together and forgotten one by one, so that history needs no room for all of
/// them.
class RevisingSlidingCloser final : public PaneCloser {
 public:
  explicit RevisingSlidingCloser(const PaneWork& work)
      : PaneCloser(work), panes_(work), windows_(work, work.states.singles) {}

  Result<Progress> touched(std::span<const int64_t> panes, std::span<const int64_t> windows,
                           Emitter& emitter) override {
    panes_.add(panes);
    return windows_.touched(windows, {}, emitter);
  }

  Result<Progress> reached(int64_t watermark, Emitter& emitter) override {
    WEIR_RETURN_IF_ERROR(panes_.load());
    watermark_ = watermark;
    is_finishing_ = true;
    return more(emitter);
  }

  /// What panes hold becomes part of each window that they are in: rows for all of them are about to be
  /// given.
  Result<Progress> early(Emitter& emitter) override {
    WEIR_RETURN_IF_ERROR(panes_.load());
    std::vector<int64_t> ends;
    WEIR_RETURN_IF_ERROR(panes_.spread(ends));
    windows_.add(ends);
    return windows_.early(emitter);
  }

  Result<Progress> more(Emitter& emitter) override {
    for (;;) {
      WEIR_ASSIGN_OR_RETURN(const Progress progress, windows_.more(emitter));
      if (progress.answer != WEIR_DONE || !is_finishing_) return progress;
      const int64_t end = panes_.next_window();
      if (end == kForever || end > work_.windows.closed_upto(watermark_)) break;
      WEIR_RETURN_IF_ERROR(put_together(end));
      WEIR_ASSIGN_OR_RETURN(const Progress finished, windows_.finish_upto(end, emitter));
      if (finished.answer != WEIR_DONE) return finished;
    }
    is_finishing_ = false;
    for (int64_t end = panes_.next_window(); end <= watermark_ && end != kForever; end = panes_.next_window())
      WEIR_RETURN_IF_ERROR(put_together(end));
    return windows_.reached(watermark_, emitter);
  }

 private:
  Status put_together(int64_t end) {
    WEIR_RETURN_IF_ERROR(panes_.put_together(end));
    windows_.add({&end, 1});
    return panes_.leave(end);
  }

  SlidingPanes panes_;
  RevisingCloser windows_;
  int64_t watermark_ = std::numeric_limits<int64_t>::min();
  bool is_finishing_ = false;
};

}  // namespace

std::unique_ptr<PaneCloser> make_sliding_closer(const PaneWork& work) {
  return std::make_unique<SlidingCloser>(work);
}
std::unique_ptr<PaneCloser> make_revising_sliding_closer(const PaneWork& work) {
  return std::make_unique<RevisingSlidingCloser>(work);
}

}  // namespace weir::aggregates
