#pragma once
// csv and tsv: delimited text, read and written.
//
//   format: {type: csv, columns: {ts: timestamp, user: string, size: int64}}
//   format: {type: csv, delimiter: ";", header: false, columns: {a: string, b: float64}, nulls: ["", NA]}
//
// Reads RFC 4180 and what is usual beside it: LF, CRLF or CR at line ends, quoted newlines, a byte order
// mark, a quote amid an unquoted field. An empty line is no record, unless there is one column and an empty
// field is null. Columns are found by the names in the header, whatever
// their order; without a header by position. A record with another number of fields than the header goes to
// errors.
#include "csv_encoder.hpp"
#include "csv_table.hpp"
#include "planned_decoder.hpp"

namespace weir::formats {

template <char kDelimiter>
struct DelimitedOptions {
  DeclaredColumns columns;
  std::string delimiter;
  std::string quote;
  bool has_header = true;
  std::vector<std::string> nulls;
};

/// Returns the one byte that an option names. Fails: none or several.
inline Result<char> one_byte(std::string_view option, const std::string& text) {
  if (text == "\\t") return '\t';
  if (text.size() == 1 && text != "\n" && text != "\r") return text[0];
  return Status::invalid(std::string(option) + ": found '" + text +
                         "', expected one character of one byte that is no line end");
}

template <class Options>
Result<CsvSettings> settings_from(const Options& options) {
  CsvSettings settings;
  WEIR_ASSIGN_OR_RETURN(settings.dialect.delimiter, one_byte("delimiter", options.delimiter));
  settings.dialect.quote = '\0';
  if (!options.quote.empty()) {
    WEIR_ASSIGN_OR_RETURN(settings.dialect.quote, one_byte("quote", options.quote));
  }
  if (settings.dialect.quote == settings.dialect.delimiter)
    return Status::invalid("quote: found the delimiter, expected another character");
  settings.has_header = options.has_header;
  settings.nulls = options.nulls;
  return settings;
}

class CsvContext final : public DecodeContext {
 public:
  explicit CsvContext(CsvTable table) : table_(std::move(table)) {}
  int64_t find_record(std::string_view bytes, size_t from) const override {
    return table_.find_record(bytes, from);
  }
  Result<size_t> decode(const DecodeInput& input, DecodeOutput& output) const override {
    return table_.decode(input, output);
  }

 private:
  const CsvTable table_;
};

template <char kDelimiter>
class DelimitedDecoder final : public PlannedDecoder {
 public:
  using Options = DelimitedOptions<kDelimiter>;
  explicit DelimitedDecoder(const Options& options) : PlannedDecoder(options.columns), options_(options) {}

  Result<Opened> open(std::string_view partition, std::string_view head) override {
    WEIR_ASSIGN_OR_RETURN(const CsvSettings settings, settings_from(options_));
    WEIR_ASSIGN_OR_RETURN(const CsvHeader header, read_csv_header(settings, head));
    WEIR_ASSIGN_OR_RETURN(CsvTable table, CsvTable::make(settings, plan(), header, partition));
    return Opened{std::make_unique<CsvContext>(std::move(table)), header.size};
  }

 private:
  Result<Schema> infer(std::string_view head) override {
    WEIR_ASSIGN_OR_RETURN(const CsvSettings settings, settings_from(options_));
    WEIR_ASSIGN_OR_RETURN(const CsvHeader header, read_csv_header(settings, head));
    if (header.names.empty()) return nothing_to_infer_from();
    return infer_csv(settings, header, head);
  }
  Status check(std::string_view head) override {
    WEIR_ASSIGN_OR_RETURN(const CsvSettings settings, settings_from(options_));
    WEIR_ASSIGN_OR_RETURN(const CsvHeader header, read_csv_header(settings, head));
    if (!settings.has_header || header.names.empty()) return {};
    return CsvTable::make(settings, plan(), header, "").status();
  }

  const Options options_;
};

template <char kDelimiter>
class DelimitedFileEncoder final : public Encoder {
 public:
  using Options = DelimitedOptions<kDelimiter>;
  static constexpr std::string_view kExtension = kDelimiter == ',' ? "csv" : "tsv";
  explicit DelimitedFileEncoder(Options options) : options_(std::move(options)) {}
  Status bind(const Schema& schema) override {
    WEIR_ASSIGN_OR_RETURN(CsvSettings settings, settings_from(options_));
    writer_.emplace(std::move(settings));
    return writer_->bind(schema);
  }
  Status begin(EncodeOutput& out) override { return writer_->begin(out); }
  Status encode(const Batch& batch, EncodeOutput& out) override { return writer_->encode(batch, out); }

 private:
  const Options options_;
  std::optional<DelimitedEncoder> writer_;
};

using CsvOptions = DelimitedOptions<','>;
using TsvOptions = DelimitedOptions<'\t'>;

}  // namespace weir::formats
