// csv: the same rows and errors however the text is cut; no line is lost; what is written reads back.
//
// Input: delimiter, quoting, header, columns, two bytes for the cut; then the text.
#include "csv.hpp"

#include "decode_target.hpp"

namespace weir::fuzz {
namespace {

formats::CsvOptions options_from(Input& input) {
  constexpr std::string_view kDelimiters = ",;\t|:";
  constexpr const char* kColumns[] = {"", "a: int64, b: string", "a: timestamp, b: decimal(10,2), c: bool",
                                      "a: float64", "b: binary, a: date32, c: uint8"};
  formats::CsvOptions options;
  options.delimiter = kDelimiters[input.choose(kDelimiters.size())];
  options.quote = input.choose(2) == 0 ? "\"" : "";
  options.has_header = input.choose(2) == 0;
  options.columns = formats::declared(kColumns[input.choose(std::size(kColumns))]);
  options.nulls = {"", "NA"};
  return options;
}

// The lines that are records, when no quote joins any: those with anything on them.
size_t record_count(const formats::CsvOptions& options, std::string_view text) {
  const auto header = formats::read_csv_header(*formats::settings_from(options), text);
  const bool has_own_count = options.has_header || options.columns.empty();
  const size_t fields = has_own_count ? header->names.size() : options.columns.size();
  size_t records = 0;
  for (size_t at = header->size; at < text.size();) {
    const size_t end = std::min(text.find(header->newline, at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const bool is_empty = line.empty() || (header->newline == '\n' && line == "\r");
    if (!is_empty || fields == 1) ++records;
    at = end + 1;
  }
  return records;
}

}  // namespace

WEIR_FUZZ_TARGET(csv) {
  const formats::CsvOptions options = options_from(input);
  const size_t cut = input.place();
  const std::string_view text = input.rest();
  formats::DelimitedDecoder<','> decoder(options);
  const formats::DecodedText made = decode_both_ways(decoder, text, cut);
  if (!made.status.is_ok()) return;
  if (options.quote.empty()) {
    expect_equal("rows and errors, and records",
                 std::to_string(made.decoded.row_count() + made.decoded.rejected.size()),
                 std::to_string(record_count(options, text)));
    return;
  }
  if (!options.columns.empty()) return;
  formats::DelimitedFileEncoder<','> encoder(options);
  formats::DelimitedDecoder<','> reader(options);
  expect_what_is_written_reads_back(made, encoder, reader, decoder.inferred());
}

}  // namespace weir::fuzz
