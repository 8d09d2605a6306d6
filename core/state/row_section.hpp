#pragma once
// Rows of a RowStore as they end a section of a page: columns, a message of Arrow IPC, and each row's time.
#include <span>
#include <string>
#include <vector>

#include <weir/batch.hpp>
#include <weir/schema.hpp>
#include <weir/status.hpp>

#include "state/byte_codec.hpp"
#include "state/row_store.hpp"
#include "state/state_age.hpp"

namespace weir {

/// How many rows a section holds at most.
constexpr size_t kSectionRows = 8192;

/// Appends: i64 now and i64 first time of the state (StateAge), the schema as text, u8 whether times follow
/// and those, u64 size and bytes of the message. `rows` are in the order in which the section's keys name
/// them.
Status put_rows(const RowStore& store, const StateAge& age, std::span<const uint64_t> rows, std::string& out);

struct SectionRows {
  Batch values;
  std::vector<int64_t> times;  ///< Empty when the state has no ttl now.
};

/// Reads back the rows that end a section, and brings `age` to the time that it had. `state` is for messages.
/// Fails: kCorrupt; kInvalid when the columns were others under the same version.
Result<SectionRows> read_rows(ByteReader& from, size_t row_count, const Schema& schema,
                              const std::string& state, StateAge& age);

}  // namespace weir
