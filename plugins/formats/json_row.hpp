#pragma once
// One JSON object as a row, read with simdjson on demand.
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "batch_writer.hpp"
#include "record_fault.hpp"

namespace weir::formats {

/// Puts the wanted values of JSON texts into a writer. A column's path names a key, or keys of objects within
/// objects joined by points; a key that contains the points itself fits, too. "$" is the whole record. Of
/// keys that come twice the last one counts. What is missing is null.
///
/// A string column takes strings as they are and every other value as its JSON text.
/// Threads: one call of decode.
class JsonRowReader {
 public:
  /// Borrows the plan. `readable_end`: where memory behind the decoded bytes ends.
  JsonRowReader(const ColumnPlan& plan, const uint8_t* readable_end);
  ~JsonRowReader();
  JsonRowReader(const JsonRowReader&) = delete;
  JsonRowReader& operator=(const JsonRowReader&) = delete;
  /// Puts one record; the caller ends the row, or rejects it for `fault`. Returns false with a fault.
  /// `is_whole_checked`: everything is validated, not only what is read.
  bool read(BatchWriter& writer, std::string_view text, bool is_whole_checked, RecordFault& fault);
  /// Validates a whole document, then puts a row for each record and calls `ends_row` with its bytes, or
  /// `rejects` with them and a fault: the records are the items of the array at `records` (keys joined by
  /// points; empty: the document itself), or the one value there that is no array. Returns false when the
  /// document itself is at fault.
  bool read_document(BatchWriter& writer, std::string_view text, std::string_view records,
                     const std::function<void(std::string_view)>& ends_row,
                     const std::function<void(std::string_view, const RecordFault&)>& rejects,
                     RecordFault& fault);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::formats
