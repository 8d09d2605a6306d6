#pragma once
// What a keyed table keeps between the portions of a scan.
#include <cstdint>
#include <optional>
#include <vector>

#include "state/key_columns.hpp"
#include "state/value_table.hpp"

namespace weir {

struct ValueTable::Scan {
  bool is_open = false;
  uint64_t cursor = 0;              // What the next call must bring.
  std::optional<int64_t> pane;      // The namespace that `order` holds; none before the first.
  std::vector<Record*> order;       // Its records by key.
  size_t at = 0;                    // The first of them not given yet.
  std::vector<Record*> removed;     // Removed since the scan began; freed at its end.
  std::vector<Record*> portion;     // What the last call gave, as records, ...
  std::vector<int64_t> namespaces;  // ... and as it was handed out.
  std::vector<void*> slots;
  KeyColumns keys;
};

}  // namespace weir
