#include "pane_closer.hpp"

#include <optional>

namespace weir::aggregates {

PaneRows PaneCloser::rows_of(PaneState::Portion portion, uint32_t state) const {
  PaneRows rows;
  rows.state = state;
  rows.keys = std::move(portion.keys);
  rows.ends.assign(portion.namespaces.begin(), portion.namespaces.end());
  rows.slots = portion.slots.raw();
  if (work_.windows.kind() == Windows::Kind::kNone) return rows;
  std::optional<Span> window;  // Most rows of a portion are of one.
  for (const int64_t end : rows.ends) {
    if (!window || end != window->end) window = work_.windows.window_before(end);
    rows.starts.push_back(window->start);
  }
  return rows;
}

Status PaneEnds::load(weir_context* context) {
  if (std::exchange(is_loaded_, true)) return {};
  uint64_t cursor = 0;
  for (;;) {
    WEIR_ASSIGN_OR_RETURN(const auto portion,
                          state_.scan(context, PaneCloser::kForever, PaneCloser::kPortionRows, &cursor));
    if (portion.slots.size() == 0) return {};
    add(portion.namespaces);
  }
}

void PaneEnds::add(std::span<const int64_t> ends) {
  int64_t last = 0;
  bool has_last = false;
  for (const int64_t end : ends) {
    // Most rows of a batch lie in one pane.
    if (has_last && end == last) continue;
    ends_.insert(end);
    last = end;
    has_last = true;
  }
}

namespace {

/// Takes one state portion by portion: what is given, and then removed.
class SingleCloser final : public PaneCloser {
 public:
  using PaneCloser::PaneCloser;

  Result<Progress> reached(int64_t watermark, Emitter& emitter) override {
    upto_ = watermark;
    cursor_ = 0;
    return more(emitter);
  }

  Result<Progress> more(Emitter& emitter) override {
    PaneState& panes = work_.states.panes;
    for (;;) {
      if (!emitter.has_room()) return Progress::more();
      WEIR_ASSIGN_OR_RETURN(auto portion, panes.scan(work_.context, upto_, kPortionRows, &cursor_));
      if (portion.slots.size() == 0) break;
      WEIR_ASSIGN_OR_RETURN(Batch made, work_.output.result(rows_of(std::move(portion), panes.index())));
      emitter.emit(std::move(made));
    }
    WEIR_RETURN_IF_ERROR(panes.remove_upto(work_.context, upto_));
    return Progress::done();
  }

 private:
  int64_t upto_ = 0;
  uint64_t cursor_ = 0;
};

class PartialCloser final : public PaneCloser {
 public:
  using PaneCloser::PaneCloser;

  Result<Progress> reached(int64_t watermark, Emitter& emitter) override {
    upto_ = watermark;
    cursor_ = 0;
    is_at_singles_ = false;
    return more(emitter);
  }
  Result<Progress> early(Emitter& emitter) override { return reached(kForever, emitter); }

  Result<Progress> more(Emitter& emitter) override {
    if (!is_at_singles_) {
      WEIR_ASSIGN_OR_RETURN(const Progress progress, give(work_.states.panes, emitter));
      if (progress.answer != WEIR_DONE) return progress;
      is_at_singles_ = true;
      cursor_ = 0;
    }
    if (work_.windows.kind() != Windows::Kind::kSliding) return Progress::done();
    return give(work_.states.singles, emitter);
  }

 private:
  Result<Progress> give(PaneState& state, Emitter& emitter) {
    for (;;) {
      if (!emitter.has_room()) return Progress::more();
      WEIR_ASSIGN_OR_RETURN(auto portion, state.scan(work_.context, upto_, kPortionRows, &cursor_));
      if (portion.slots.size() == 0) break;
      const std::vector<Column> head = head_of(portion);
      WEIR_ASSIGN_OR_RETURN(Batch made,
                            work_.output.partial(rows_of(std::move(portion), state.index()), head));
      emitter.emit(std::move(made));
    }
    WEIR_RETURN_IF_ERROR(state.remove_upto(work_.context, upto_));
    return Progress::done();
  }

  std::vector<Column> head_of(const PaneState::Portion& portion) const {
    std::vector<int64_t> first;
    std::vector<int64_t> last;
    if (work_.windows.kind() == Windows::Kind::kSliding) {
      const int64_t width = is_at_singles_ ? work_.windows.size() : work_.windows.pane_width();
      for (const int64_t end : portion.namespaces) first.push_back(end - width);
      return {times_column(first)};
    }
    if (work_.windows.kind() != Windows::Kind::kSession) return {};
    for (void* const slot : portion.slots.raw()) {
      first.push_back(static_cast<const SessionHead*>(slot)->first);
      last.push_back(static_cast<const SessionHead*>(slot)->last);
    }
    return {times_column(first), times_column(last)};
  }

  int64_t upto_ = 0;
  uint64_t cursor_ = 0;
  bool is_at_singles_ = false;
};

}  // namespace

std::unique_ptr<PaneCloser> make_single_closer(const PaneWork& work) {
  return std::make_unique<SingleCloser>(work);
}
std::unique_ptr<PaneCloser> make_partial_closer(const PaneWork& work) {
  return std::make_unique<PartialCloser>(work);
}

}  // namespace weir::aggregates
