#include "state/value_scan.hpp"

#include <string>

namespace weir {

void ValueTable::end_scan() {
  drop_scanned();
  scan_->runs.reset();
  scan_->run_item = nullptr;
  scan_->last_words.clear();
  scan_->is_open = false;
  scan_->cursor = 0;
  scan_->pane.reset();
  scan_->order.clear();
  scan_->at = 0;
  for (Record* record : scan_->removed) pool_.give_back(record);
  scan_->removed.clear();
  scan_->keys.clear();
}

bool ValueTable::load_next_pane(int64_t upto) {
  const auto next = scan_->pane ? panes_.upper_bound(*scan_->pane) : panes_.begin();
  if (next == panes_.end() || next->first > upto) return false;
  scan_->pane = next->first;
  scan_->at = 0;
  scan_->order.assign(next->second, [](const Record* record) { return !record->is_scanned; });
  return true;
}

void ValueTable::give(Record* record) {
  scan_->portion.push_back(record);
  scan_->namespaces.push_back(shape_.ns(record));
  scan_->slots.push_back(shape_.slot(record));
}

Status ValueTable::fill_portion(int64_t upto, size_t max_rows) {
  Scan& scan = *scan_;
  drop_scanned();
  scan.portion.clear();
  scan.namespaces.clear();
  scan.slots.clear();
  if (runs_ != nullptr) {
    WEIR_RETURN_IF_ERROR(fill_merged_portion(upto, max_rows));
    keep_last();
    return Status::ok();
  }
  while (scan.portion.size() < max_rows) {
    if (scan.at == scan.order.size()) {
      if (!load_next_pane(upto)) break;
      continue;
    }
    Record* const record = scan.order.at(scan.at++);
    if (!is_here(record) || shape_.ns(record) != *scan.pane) continue;  // Removed or moved meanwhile.
    touch(record);
    give(record);
  }
  keep_last();
  return Status::ok();
}

Status ValueTable::scan(int64_t upto, int64_t max_rows, weir_scan& scan) {
  if (max_rows <= 0) {
    return Status::invalid("state '" + spec_.name + "': a scan of " + std::to_string(max_rows) +
                           " rows a call");
  }
  if (scan.cursor == 0) {
    end_scan();
    scan_->is_open = true;
  } else if (!scan_->is_open || scan.cursor != scan_->cursor) {
    return Status::invalid("state '" + spec_.name + "': the cursor " + std::to_string(scan.cursor) +
                           " is not the one that the last call of scan left");
  }
  WEIR_RETURN_IF_ERROR(fill_portion(upto, static_cast<size_t>(max_rows)));
  if (scan_->portion.empty()) {
    end_scan();
    scan = {};
    return Status::ok();
  }
  WEIR_RETURN_IF_ERROR(scan_->keys.fill(spec_.key, shape_, scan_->portion, account_));
  scan.row_count = static_cast<int64_t>(scan_->portion.size());
  scan.keys = scan_->keys.columns();
  scan.namespaces = scan_->namespaces.data();
  scan.slots = scan_->slots.data();
  scan.cursor = ++scan_->cursor;
  return Status::ok();
}

}  // namespace weir
