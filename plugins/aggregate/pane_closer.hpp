#pragma once
// Which panes are complete, and giving out their results.
#include <cstdint>
#include <limits>
#include <memory>
#include <set>
#include <span>

#include <weir/emitter.hpp>
#include <weir/progress.hpp>

#include "aggregate_input.hpp"
#include "pane_output.hpp"

namespace weir::aggregates {

/// What closers work with. Borrows everything.
struct PaneWork {
  weir_context* context;
  PaneStates& states;
  const SlotLayout& layout;
  const Windows& windows;
  const PaneOutput& output;
};

/// Gives results out in portions of the emit budget: when a call answers MORE, more() goes on. One object for
/// a copy; what it must know after a restart lies in the states.
///
/// Threads: one instance's.
class PaneCloser {
 public:
  static constexpr int64_t kForever = std::numeric_limits<int64_t>::max();
  static constexpr size_t kPortionRows = 8192;

  explicit PaneCloser(const PaneWork& work) : work_(work) {}
  PaneCloser(const PaneCloser&) = delete;
  PaneCloser& operator=(const PaneCloser&) = delete;
  virtual ~PaneCloser() = default;

  /// Rows went into panes, or singly into windows, that end here.
  virtual Result<Progress> touched(std::span<const int64_t>, std::span<const int64_t>, Emitter&) {
    return Progress::done();
  }
  /// Gives what is complete at this watermark; kForever: everything.
  virtual Result<Progress> reached(int64_t watermark, Emitter& emitter) = 0;
  /// Gives what has changed and is not complete yet.
  virtual Result<Progress> early(Emitter&) { return Progress::done(); }
  virtual Result<Progress> more(Emitter& emitter) = 0;

 protected:
  PaneRows rows_of(PaneState::Portion portion, uint32_t state) const;
  PaneWork work_;
};

/// The ends of the panes that a state holds, known without looking for them at each watermark.
class PaneEnds {
 public:
  explicit PaneEnds(PaneState& state) : state_(state) {}
  /// Before any other call: after a restart they are in the state alone.
  Status load(weir_context* context);
  void add(std::span<const int64_t> ends);
  void remove_upto(int64_t end) { ends_.erase(ends_.begin(), ends_.upper_bound(end)); }
  bool is_empty() const { return ends_.empty(); }
  /// Needs: not empty.
  int64_t first() const { return *ends_.begin(); }
  /// Whether one is in (after, upto].
  bool has_between(int64_t after, int64_t upto) const {
    const auto next = ends_.upper_bound(after);
    return next != ends_.end() && *next <= upto;
  }

 private:
  PaneState& state_;
  std::set<int64_t> ends_;
  bool is_loaded_ = false;
};

/// Of a copy before the exchange: everything up to a time, as partial rows.
std::unique_ptr<PaneCloser> make_partial_closer(const PaneWork& work);
/// Every pane is a window and has one result.
std::unique_ptr<PaneCloser> make_single_closer(const PaneWork& work);
/// Every pane is a window; results may come early, and again when late rows change them. The last one says
/// that it is final.
std::unique_ptr<PaneCloser> make_revising_closer(const PaneWork& work);
/// Each window is put together from its panes when it is complete.
std::unique_ptr<PaneCloser> make_sliding_closer(const PaneWork& work);
/// The same, and then kept: as make_revising_closer().
std::unique_ptr<PaneCloser> make_revising_sliding_closer(const PaneWork& work);
/// Sessions grow pane by pane, and are given when the pane after their last one has nothing to add.
std::unique_ptr<PaneCloser> make_session_closer(const PaneWork& work);

}  // namespace weir::aggregates
