#pragma once
// Records' keys as columns again.
#include <span>
#include <vector>

#include <weir/abi.h>
#include <weir/status.hpp>

#include "data/memory.hpp"
#include "state/key_shape.hpp"
#include "state/record_pool.hpp"

namespace weir {

/// Owns one reference of each of the columns it made last.
class KeyColumns {
 public:
  KeyColumns() = default;
  ~KeyColumns() { clear(); }
  KeyColumns(const KeyColumns&) = delete;
  KeyColumns& operator=(const KeyColumns&) = delete;

  /// Makes the key columns of these records: texts as views, everything else as its type lies. Charges
  /// `account`. Fails with kNoSpace, holding no columns.
  Status fill(const KeyShape& key, const RecordShape& shape, std::span<Record* const> records,
              MemoryAccount& account);
  const weir_column* const* columns() const { return columns_.data(); }
  void clear();

 private:
  std::vector<const weir_column*> columns_;
};

}  // namespace weir
