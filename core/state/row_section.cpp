#include "state/row_section.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <weir/fault.hpp>

#include "state/batch_message.hpp"

namespace weir {

Status put_rows(const RowStore& store, const StateAge& age, std::span<const uint64_t> rows,
                std::string& out) {
  WEIR_ASSIGN_OR_RETURN(const std::vector<Column> columns, store.read(rows));
  MessageBytes message;
  try {
    WEIR_RETURN_IF_ERROR(write_message(store.schema(), *Batch::make(rows.size(), columns), message));
  } catch (const FaultException& fault) {
    return fault.status();
  }
  put_number(out, age.now_us());
  put_number(out, age.first_us());
  put_text(out, store.schema().to_string());
  put_number(out, static_cast<uint8_t>(age.is_on() ? 1 : 0));
  if (age.is_on()) {
    for (const uint64_t row : rows) put_number(out, store.time_of(row));
  }
  put_number(out, static_cast<uint64_t>(message.view().size()));
  out.append(message.view());
  return Status::ok();
}

Result<SectionRows> read_rows(ByteReader& from, size_t row_count, const Schema& schema,
                              const std::string& state, StateAge& age) {
  const auto now_us = from.number<int64_t>();
  const auto first_us = from.number<int64_t>();
  const std::string_view columns = from.text();
  if (from.is_good() && columns != schema.to_string()) {
    return Status::invalid("state '" + state + "' was stored with the columns (" + std::string(columns) +
                           ") by the same version, which now has (" + schema.to_string() +
                           "); its version must change");
  }
  const bool has_times = from.flag();
  const std::string_view times = from.bytes(has_times ? row_count * sizeof(int64_t) : 0);
  const std::string_view message = from.bytes(from.number<uint64_t>());
  if (!from.is_good() || !from.is_at_end())
    return Status::corrupt("state '" + state + "': stored rows are not whole");
  SectionRows rows;
  try {
    const Buffer bytes = Buffer::allocate(message.size());
    if (!message.empty()) std::memcpy(bytes.data(), message.data(), message.size());
    WEIR_ASSIGN_OR_RETURN(rows.values, read_message(schema, bytes, message.size()));
  } catch (const FaultException& fault) {
    return fault.status().with_context("state '" + state + "'");
  }
  if (rows.values.row_count() != row_count)
    return Status::corrupt("state '" + state + "': there are not as many stored rows as their keys say");
  age.restore(now_us, first_us);
  if (!age.is_on()) return rows;
  rows.times.assign(row_count, age.now_us());  // A state that had no ttl kept no times.
  if (!times.empty()) std::memcpy(rows.times.data(), times.data(), times.size());
  // As of the first time of the copy that wrote them, not of the earliest of all.
  for (int64_t& time_us : rows.times) time_us = std::max(time_us, first_us);
  return rows;
}

}  // namespace weir
