// A keyed table whose entries have a ttl: what is gone leaves memory and runs.
#include <utility>

#include "state/value_scan.hpp"
#include "state/value_table.hpp"

namespace weir {
namespace {

// A pass must be faster than new records come, or memory would hold ever more of what is gone: with four
// looked at for each row that was asked for no entry stays for longer than about three times the ttl.
constexpr size_t kLooksARow = 4;
constexpr size_t kLooksACall = 1024;

}  // namespace

void ValueTable::reach(int64_t time_us) {
  knows_time_ = true;
  age_.reach(time_us);
}

/// No removals are noted: what pages have of an entry that is gone is as old or older, and they say what time
/// it is.
Status ValueTable::sweep() {
  const size_t looks = kLooksACall + kLooksARow * std::exchange(asked_since_sweep_, 0);
  if (!is_sweeping_) {
    if (!age_.takes_sweep()) return Status::ok();
    if (runs_ != nullptr && runs_->holds_gone()) {
      WEIR_RETURN_IF_ERROR(put_aside());
      return runs_->drop_gone();
    }
    is_sweeping_ = true;
    sweep_at_ = {};
  }
  drop_scanned();
  is_sweeping_ = pool_.visit_some(sweep_at_, looks, [this](Record* record) {
    if (!record->is_live || !is_gone(record)) return;
    // A dead one stays to hide what lies in a run.
    const bool hides = record->is_aside && runs_ != nullptr && !runs_->is_empty();
    hides ? make_gone(record) : take_out(record);
  });
  compact_texts();
  return Status::ok();
}

}  // namespace weir
