#pragma once
// Windows that may be given more than once.
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "pane_closer.hpp"

namespace weir::aggregates {

/// Gives the slots of one state, each a window of a key, when their end is reached, again when late rows have
/// changed them, and for the last time when no row can change them any more; then it forgets them. Slots
/// begin with a RevisionHead.
///
///            watermark, end                        final ones given
///   kNothing --------------> kGivingFinal --------------------------> kGivingChanged --> kNothing
///       |    a late row, early()                                            ^
///       +-------------------------------------------------------------------+
class RevisingCloser final : public PaneCloser {
 public:
  /// Borrows `state`, one of `work`'s.
  RevisingCloser(const PaneWork& work, PaneState& state) : PaneCloser(work), state_(state), ends_(state) {}

  /// Windows that end here have slots; none of them was given.
  void add(std::span<const int64_t> ends) { ends_.add(ends); }
  Result<Progress> touched(std::span<const int64_t> ends, std::span<const int64_t>,
                           Emitter& emitter) override;
  Result<Progress> reached(int64_t watermark, Emitter& emitter) override;
  Result<Progress> early(Emitter& emitter) override { return give_changed(kForever, emitter); }
  /// Gives windows that end up to here for the last time, before reached() gives the others.
  Result<Progress> finish_upto(int64_t end, Emitter& emitter);
  Result<Progress> more(Emitter& emitter) override;

 private:
  enum class Step { kNothing, kGivingFinal, kGivingChanged };

  Result<Progress> give_changed(int64_t upto, Emitter& emitter);
  Result<bool> give_portion(Emitter& emitter);
  PaneRows chosen(PaneRows all);

  PaneState& state_;
  PaneEnds ends_;
  int64_t watermark_ = std::numeric_limits<int64_t>::min();
  int64_t final_upto_ = 0;
  int64_t changed_upto_ = 0;
  uint64_t cursor_ = 0;
  Step step_ = Step::kNothing;
  std::vector<uint32_t> chosen_;
  std::vector<void*> slots_;
};

}  // namespace weir::aggregates
