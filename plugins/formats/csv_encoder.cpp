#include "csv_encoder.hpp"

#include <algorithm>
#include <cctype>

#include "cell_text.hpp"

namespace weir::formats {

Status DelimitedEncoder::bind(const Schema& schema) {
  const auto stands_in_values = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("+-.:/=").find(c) != std::string_view::npos;
  };
  schema_ = schema;
  may_cut_values_ =
      stands_in_values(settings_.dialect.delimiter) || stands_in_values(settings_.dialect.quote);
  return {};
}

Status DelimitedEncoder::begin(EncodeOutput& out) {
  if (!settings_.has_header) return {};
  for (size_t i = 0; i < schema_.size(); ++i) {
    if (i > 0) out.append(settings_.dialect.delimiter);
    write_text(out, schema_[i].name);
  }
  out.append('\n');
  return {};
}

bool DelimitedEncoder::needs_quotes(std::string_view text) const {
  const CsvDialect& dialect = settings_.dialect;
  const bool has_special = std::ranges::any_of(
      text, [&](char c) { return c == dialect.delimiter || c == dialect.quote || c == '\n' || c == '\r'; });
  const bool is_lost = text.empty() && schema_.size() == 1;  // A line without anything on it is no record.
  const bool is_mark = text.starts_with("\xEF\xBB\xBF");     // Where a text begins it would be no part of it.
  return has_special || is_lost || is_mark ||
         std::ranges::find(settings_.nulls, text) != settings_.nulls.end();
}

void DelimitedEncoder::write_text(EncodeOutput& out, std::string_view text) const {
  const char quote = settings_.dialect.quote;
  if (quote == '\0' || !needs_quotes(text)) return out.append(text);
  out.append(quote);
  for (size_t at = 0;;) {
    const size_t next = text.find(quote, at);
    out.append(text.substr(at, next - at));
    if (next == std::string_view::npos) break;
    out.append(quote);
    out.append(quote);
    at = next + 1;
  }
  out.append(quote);
}

Status DelimitedEncoder::encode(const Batch& batch, EncodeOutput& out) {
  std::vector<CellText> cells;
  for (size_t i = 0; i < batch.column_count(); ++i) cells.emplace_back(schema_[i], batch.raw_column(i));
  const std::string_view null = settings_.nulls.empty() ? std::string_view() : settings_.nulls.front();
  for (size_t row = 0; row < batch.row_count(); ++row) {
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) out.append(settings_.dialect.delimiter);
      if (cells[i].is_null(row)) {
        out.append(null);
      } else if (cells[i].is_text()) {
        write_text(out, cells[i].text(row));
      } else if (!cells[i].is_nested() && !may_cut_values_) {
        cells[i].write(out, row);
      } else {
        EncodedBytes text;
        EncodeOutput into(&text);
        cells[i].write(into, row);
        write_text(out, text.text());
      }
    }
    out.append('\n');
  }
  return {};
}

}  // namespace weir::formats
