#include "stores/dead_letter_rows.hpp"

namespace weir {
namespace {

// Places in the errors schema.
enum Place : size_t {
  kTime,
  kRun,
  kNode,
  kPort,
  kComponent,
  kCode,
  kMessage,
  kPartition,
  kOffset,
  kColumn,
  kRaw
};

std::string text_at(const Batch& batch, Place place, size_t row) {
  const StringColumn column(batch.raw_column(place));
  return column.is_null(row) ? std::string() : std::string(column[row]);
}

}  // namespace

DeadLetter dead_letter_at(const Batch& batch, size_t row) {
  DeadLetter letter;
  letter.time_us = batch.column<int64_t>(kTime)[row];
  letter.run = text_at(batch, kRun, row);
  letter.node = text_at(batch, kNode, row);
  letter.port = text_at(batch, kPort, row);
  letter.component = text_at(batch, kComponent, row);
  letter.code = text_at(batch, kCode, row);
  letter.message = text_at(batch, kMessage, row);
  letter.partition = text_at(batch, kPartition, row);
  const auto offset = batch.column<int64_t>(kOffset);
  if (!offset.is_null(row)) letter.offset = offset[row];
  letter.column = text_at(batch, kColumn, row);
  letter.raw = text_at(batch, kRaw, row);
  return letter;
}

}  // namespace weir
