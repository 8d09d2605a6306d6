#pragma once
// Delimited text: what its first bytes say, and its records as rows.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <weir/decoder.hpp>

#include "byte_order_mark.hpp"
#include "column_plan.hpp"
#include "csv_scan.hpp"

namespace weir::formats {

struct CsvSettings {
  CsvDialect dialect;
  bool has_header = true;
  std::vector<std::string> nulls = {""};  ///< Texts that mean null where they are not quoted.
};

/// What stands before the first record.
struct CsvHeader {
  std::vector<std::string> names;  ///< Empty ones become column_1.., a second "a" becomes "a_2".
  size_t size = 0;                 ///< [bytes] of the byte order mark and the header line.
  char newline = '\n';
};

/// Reads the header line, or without one counts the fields of the first record and names them column_1...
/// Fails: another encoding.
Result<CsvHeader> read_csv_header(const CsvSettings& settings, std::string_view head);

/// Returns columns for all names, typed by the records in `head`.
Schema infer_csv(const CsvSettings& settings, const CsvHeader& header, std::string_view head);

/// One partition's layout: which field of a record goes to which column.
///
/// Threads: constant after make(); each call of decode works by itself.
class CsvTable {
 public:
  /// Borrows the plan. Columns are found by their path among the header's names, or by position when there
  /// is no header. Fails: columns that are not there; all of them are named.
  static Result<CsvTable> make(const CsvSettings& settings, const ColumnPlan& plan, const CsvHeader& header,
                               std::string_view partition);
  /// The first byte of a line at or after `from`, as far as can be told without knowing the quotes before.
  int64_t find_record(std::string_view bytes, size_t from) const;
  /// As DecodeContext::decode(). Returns the bytes that were used.
  size_t decode(const DecodeInput& input, DecodeOutput& output) const;

 private:
  friend class CsvReader;
  struct Wanted {
    size_t field;   // In the record.
    size_t column;  // In the plan.
  };
  CsvSettings settings_;
  const ColumnPlan* plan_ = nullptr;
  size_t field_count_ = 0;
  std::vector<Wanted> wanted_;
};

}  // namespace weir::formats
