#include "csv.hpp"

namespace weir::formats {
namespace {

constexpr std::string_view kDelimiterDoc = "What stands between fields: one byte.";
constexpr std::string_view kQuoteDoc =
    "What stands around fields that hold delimiters or newlines, doubled within: one byte; empty for none.";
constexpr std::string_view kHeaderDoc = "Whether the first line names the columns.";
constexpr std::string_view kNullsDoc =
    "Texts that mean null where they stand without quotes; the first one is written for null.";

}  // namespace

WEIR_FORMAT(DelimitedDecoder<','>, DelimitedFileEncoder<','>, CsvOptions, "csv",
            "Comma-separated values: RFC 4180 and its usual relatives.",
            optional("columns", &CsvOptions::columns, kColumnsDoc),
            optional("delimiter", &CsvOptions::delimiter, "','", kDelimiterDoc),
            optional("quote", &CsvOptions::quote, "'\"'", kQuoteDoc),
            optional("header", &CsvOptions::has_header, true, kHeaderDoc),
            optional("nulls", &CsvOptions::nulls, "['']", kNullsDoc),
            example("format: {type: csv, columns: {ts: timestamp, user: string, size: int64}}"));

WEIR_FORMAT(DelimitedDecoder<'\t'>, DelimitedFileEncoder<'\t'>, TsvOptions, "tsv", "Tab-separated values.",
            optional("columns", &TsvOptions::columns, kColumnsDoc),
            optional("delimiter", &TsvOptions::delimiter, "\"\\t\"", kDelimiterDoc),
            optional("quote", &TsvOptions::quote, "'\"'", kQuoteDoc),
            optional("header", &TsvOptions::has_header, true, kHeaderDoc),
            optional("nulls", &TsvOptions::nulls, "['']", kNullsDoc),
            example("format: {type: tsv, columns: {ts: timestamp, user: string, size: int64}}"));

}  // namespace weir::formats
