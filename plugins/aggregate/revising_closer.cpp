#include "revising_closer.hpp"

#include <algorithm>
#include <utility>

namespace weir::aggregates {

Result<Progress> RevisingCloser::touched(std::span<const int64_t> ends, std::span<const int64_t>,
                                         Emitter& emitter) {
  ends_.add(ends);
  // Late rows that are not too late: their windows were given before.
  for (const int64_t end : ends)
    if (end <= watermark_) return give_changed(watermark_, emitter);
  return Progress::done();
}

Result<Progress> RevisingCloser::reached(int64_t watermark, Emitter& emitter) {
  WEIR_RETURN_IF_ERROR(ends_.load(work_.context));
  const int64_t before = watermark_;
  watermark_ = std::max(watermark_, watermark);
  final_upto_ = work_.windows.closed_upto(watermark_);
  if (!ends_.is_empty() && ends_.first() <= final_upto_) {
    changed_upto_ = watermark_;
    cursor_ = 0;
    step_ = Step::kGivingFinal;
    return more(emitter);
  }
  if (!ends_.has_between(before, watermark_)) return Progress::done();
  return give_changed(watermark_, emitter);
}

Result<Progress> RevisingCloser::finish_upto(int64_t end, Emitter& emitter) {
  final_upto_ = changed_upto_ = end;
  cursor_ = 0;
  step_ = Step::kGivingFinal;
  return more(emitter);
}

Result<Progress> RevisingCloser::more(Emitter& emitter) {
  while (step_ != Step::kNothing) {
    if (!emitter.has_room()) return Progress::more();
    WEIR_ASSIGN_OR_RETURN(const bool has_more, give_portion(emitter));
    if (has_more) continue;
    cursor_ = 0;
    if (step_ == Step::kGivingFinal) {
      WEIR_RETURN_IF_ERROR(state_.remove_upto(work_.context, final_upto_));
      ends_.remove_upto(final_upto_);
      step_ = changed_upto_ > final_upto_ ? Step::kGivingChanged : Step::kNothing;
    } else {
      step_ = Step::kNothing;
    }
  }
  return Progress::done();
}

Result<Progress> RevisingCloser::give_changed(int64_t upto, Emitter& emitter) {
  changed_upto_ = upto;
  cursor_ = 0;
  step_ = Step::kGivingChanged;
  return more(emitter);
}

/// Returns whether there may be more of this step.
Result<bool> RevisingCloser::give_portion(Emitter& emitter) {
  const bool is_final = step_ == Step::kGivingFinal;
  WEIR_ASSIGN_OR_RETURN(auto portion, state_.scan(work_.context, is_final ? final_upto_ : changed_upto_,
                                                  kPortionRows, &cursor_));
  if (portion.slots.size() == 0) return false;
  const std::span<void* const> slots = portion.slots.raw();
  chosen_.clear();
  for (uint32_t i = 0; i < slots.size(); ++i) {
    if (is_final || static_cast<const RevisionHead*>(slots[i])->is_changed != 0) chosen_.push_back(i);
  }
  if (chosen_.empty()) return true;
  PaneRows rows = chosen(rows_of(std::move(portion), state_.index()));
  RevisionColumns revisions{is_final, {}};
  for (void* const slot : rows.slots) {
    auto& head = *static_cast<RevisionHead*>(slot);
    revisions.revisions.push_back(head.revisions++);
    head.is_changed = 0;
  }
  WEIR_ASSIGN_OR_RETURN(Batch made, work_.output.result(rows, &revisions));
  emitter.emit(std::move(made));
  return true;
}

/// The chosen ones of these rows.
PaneRows RevisingCloser::chosen(PaneRows all) {
  if (chosen_.size() == all.slots.size()) return all;
  PaneRows few;
  few.state = all.state;
  if (!all.keys.empty()) few.keys = Batch::make(all.slots.size(), all.keys).select(chosen_).columns();
  slots_.clear();
  for (const uint32_t i : chosen_) {
    if (!all.starts.empty()) few.starts.push_back(all.starts[i]);
    few.ends.push_back(all.ends[i]);
    slots_.push_back(all.slots[i]);
  }
  few.slots = slots_;
  return few;
}

std::unique_ptr<PaneCloser> make_revising_closer(const PaneWork& work) {
  return std::make_unique<RevisingCloser>(work, work.states.panes);
}

}  // namespace weir::aggregates
