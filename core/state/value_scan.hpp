#pragma once
// What a keyed table keeps between the portions of a scan.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "state/key_columns.hpp"
#include "state/record_order.hpp"
#include "state/sorted_run.hpp"
#include "state/value_table.hpp"

namespace weir {

struct ValueTable::Scan {
  Scan(const KeyShape& key, const RecordShape& shape) : order(key, shape) {}

  bool is_open = false;
  uint64_t cursor = 0;           // What the next call must bring.
  std::optional<int64_t> pane;   // The namespace that `order` holds; none before the first.
  RecordOrder order;             // Its records by key.
  size_t at = 0;                 // The first of them not given yet.
  std::vector<Record*> removed;  // Removed since the scan began; freed at its end.
  // Where something was put aside:
  std::unique_ptr<MergedRuns> runs;
  const RunItem* run_item = nullptr;       // The next one of `runs`; null: not read yet, or none left.
  bool is_at_end = false;                  // Of `runs`.
  uint64_t generation = 0;                 // Of the runs when `runs` was made.
  std::vector<uint64_t> last_words;        // The key that was given last; empty: none was.
  std::vector<std::string> last_texts;     // Its long texts, ...
  std::vector<const char*> last_pointers;  // ... and where they are.
  std::vector<std::pair<Record*, uint64_t>>
      loaded;                       // Brought back for the last portion, with their slot's hash.
  std::vector<Record*> portion;     // What the last call gave, as records, ...
  std::vector<int64_t> namespaces;  // ... and as it was handed out.
  std::vector<void*> slots;
  KeyColumns keys;
};

}  // namespace weir
