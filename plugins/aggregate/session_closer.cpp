#include "pane_closer.hpp"

namespace weir::aggregates {
namespace {

/// A pane is as wide as the gap. Rows that are not late come less than a gap behind the watermark, so a pane
/// that ends a gap before it is whole; and a session whose last pane is the one before can only be continued
/// by the pane that follows at once. So whole panes are taken in order: what continues a session is added to
/// it, the rest begins one; what no pane continued is over.
class SessionCloser final : public PaneCloser {
 public:
  explicit SessionCloser(const PaneWork& work) : PaneCloser(work), ends_(work.states.panes) {}

  Result<Progress> touched(std::span<const int64_t> panes, std::span<const int64_t>, Emitter&) override {
    ends_.add(panes);
    return Progress::done();
  }

  Result<Progress> reached(int64_t watermark, Emitter& emitter) override {
    WEIR_RETURN_IF_ERROR(ends_.load(work_.context));
    const int64_t gap = work_.windows.gap();
    int64_t whole = kForever;
    if (watermark != kForever) {
      if (!work_.windows.holds(watermark)) return Progress::done();
      whole = work_.windows.pane_of(watermark - gap).start;
    }
    while (!ends_.is_empty() && ends_.first() <= whole) {
      const int64_t end = ends_.first();
      WEIR_RETURN_IF_ERROR(take_pane(end));
      WEIR_RETURN_IF_ERROR(work_.states.panes.remove_upto(work_.context, end));
      ends_.remove_upto(end);
    }
    over_upto_ = whole == kForever ? kForever : whole - gap;
    cursor_ = 0;
    return more(emitter);
  }

  Result<Progress> more(Emitter& emitter) override {
    PaneState& sessions = work_.states.singles;
    for (;;) {
      if (!emitter.has_room()) return Progress::more();
      WEIR_ASSIGN_OR_RETURN(auto portion, sessions.scan(work_.context, over_upto_, kPortionRows, &cursor_));
      if (portion.slots.size() == 0) break;
      WEIR_ASSIGN_OR_RETURN(Batch made, work_.output.result(sessions_of(std::move(portion))));
      emitter.emit(std::move(made));
    }
    WEIR_RETURN_IF_ERROR(sessions.remove_upto(work_.context, over_upto_));
    return Progress::done();
  }

 private:
  PaneRows sessions_of(PaneState::Portion portion) const {
    PaneRows rows;
    rows.state = work_.states.singles.index();
    rows.keys = std::move(portion.keys);
    rows.slots = portion.slots.raw();
    for (void* const slot : rows.slots) {
      const auto& head = *static_cast<const SessionHead*>(slot);
      rows.starts.push_back(head.first);
      rows.ends.push_back(head.last + work_.windows.gap());
    }
    return rows;
  }

  Status take_pane(int64_t end) {
    PaneState& panes = work_.states.panes;
    uint64_t cursor = 0;
    for (;;) {
      WEIR_ASSIGN_OR_RETURN(const auto portion, panes.scan(work_.context, end, kPortionRows, &cursor));
      const std::span<void* const> slots = portion.slots.raw();
      if (slots.empty()) return {};
      std::vector<const weir_column*> keys;
      for (const Column& key : portion.keys) keys.push_back(key.get());
      WEIR_RETURN_IF_ERROR(continue_sessions(keys, slots, end));
      WEIR_ASSIGN_OR_RETURN(const std::vector<Column> saved, work_.output.save(panes.index(), slots));
      WEIR_RETURN_IF_ERROR(add(keys, slots, saved, end));
    }
  }

  /// Sessions of the pane before that these rows continue get this pane as their last.
  Status continue_sessions(const std::vector<const weir_column*>& key_columns, std::span<void* const> panes,
                           int64_t end) {
    PaneState& sessions = work_.states.singles;
    Keys keys(key_columns, panes.size());
    const std::vector<int64_t> before(panes.size(), end - work_.windows.gap());
    keys.namespaces(before);
    WEIR_ASSIGN_OR_RETURN(const auto found, sessions.find(work_.context, keys));
    continued_.clear();
    for (uint32_t i = 0; i < panes.size(); ++i) {
      if (found.raw()[i] == nullptr) continue;
      const int64_t silence = static_cast<const SessionHead*>(panes[i])->first -
                              static_cast<const SessionHead*>(found.raw()[i])->last;
      if (silence < work_.windows.gap()) continued_.push_back(i);
    }
    if (continued_.empty()) return {};
    const std::vector<int64_t> targets(continued_.size(), end);
    keys.rows(continued_).namespaces(before);
    return sessions.move(work_.context, keys, targets);
  }

  Status add(const std::vector<const weir_column*>& key_columns, std::span<void* const> panes,
             const std::vector<Column>& saved, int64_t end) {
    PaneState& sessions = work_.states.singles;
    Keys keys(key_columns, panes.size());
    const std::vector<int64_t> ends(panes.size(), end);
    keys.namespaces(ends);
    WEIR_ASSIGN_OR_RETURN(const auto slots, sessions.find_or_insert(work_.context, keys));
    for (size_t i = 0; i < panes.size(); ++i)
      widen(*static_cast<SessionHead*>(slots.raw()[i]), *static_cast<const SessionHead*>(panes[i]),
            sessions.was_inserted(i));
    std::vector<const weir_column*> raw;
    for (const Column& column : saved) raw.push_back(column.get());
    return merge_partial(work_.layout, work_.context, sessions.index(), slots.raw(), raw.data());
  }

  PaneEnds ends_;
  int64_t over_upto_ = 0;
  uint64_t cursor_ = 0;
  std::vector<uint32_t> continued_;
};

}  // namespace

std::unique_ptr<PaneCloser> make_session_closer(const PaneWork& work) {
  return std::make_unique<SessionCloser>(work);
}

}  // namespace weir::aggregates
