#include "key_hashes.hpp"

#include "../aggregate/hash_of_value.hpp"
#include "../aggregate/kept_value.hpp"

namespace weir::behaviour {
namespace {

constexpr uint64_t kOdd = 0x9E3779B97F4A7C15U;  // So that the order of a key's columns counts.

/// Rows whose slots are their hashes, as for_kept() takes them.
struct HashRows {
  const std::vector<uint32_t>& rows;
  std::vector<uint64_t>& hashes;
  size_t size() const { return rows.size(); }
  size_t row(size_t i) const { return rows[i]; }
  uint64_t& slot(size_t i) const { return hashes[i]; }
};

}  // namespace

void hash_keys(const Batch& batch, const std::vector<uint32_t>& rows, const std::vector<ColumnRef>& keys,
               std::vector<uint64_t>& hashes) {
  hashes.assign(rows.size(), 0);
  const HashRows hashed{rows, hashes};
  bool is_first = true;
  for (const ColumnRef& ref : keys) {
    const Column column = Column::retain(&batch.raw_column(ref.index));
    aggregates::for_kept(hashed, column, [is_first](uint64_t& hash, auto value, size_t) {
      const uint64_t next = aggregates::hash_of(value);
      hash = is_first ? next : aggregates::sketch_hash(hash * kOdd + next);
    });
    is_first = false;
  }
}

}  // namespace weir::behaviour
