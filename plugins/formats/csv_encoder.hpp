#pragma once
// Rows as delimited text.
#include <weir/encoder.hpp>

#include "csv_table.hpp"

namespace weir::formats {

/// Writes RFC 4180: quotes where a value needs them, LF at line ends. Null is the first of the null texts; a
/// text that reads like a null is quoted, and so is an empty one that would be a line by itself.
class DelimitedEncoder : public Encoder {
 public:
  explicit DelimitedEncoder(CsvSettings settings) : settings_(std::move(settings)) {}
  Status bind(const Schema& schema) override;
  Status begin(EncodeOutput& out) override;
  Status encode(const Batch& batch, EncodeOutput& out) override;

 private:
  Status write_text(EncodeOutput& out, std::string_view text, std::string_view column) const;
  bool breaks_the_record(std::string_view text) const;
  bool reads_as_another(std::string_view text) const;

  const CsvSettings settings_;
  Schema schema_;
  bool may_cut_values_ = false;  // The delimiter or the quote is a character of numbers, times or bools.
};

}  // namespace weir::formats
