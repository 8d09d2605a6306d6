#include "csv_encoder.hpp"

#include <algorithm>
#include <cctype>

#include "cell_text.hpp"
#include "value_reader.hpp"

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
    WEIR_RETURN_IF_ERROR(write_text(out, schema_[i].name, schema_[i].name));
  }
  out.append('\n');
  return {};
}

bool DelimitedEncoder::breaks_the_record(std::string_view text) const {
  const CsvDialect& dialect = settings_.dialect;
  return std::ranges::any_of(text, [&](char c) {
    const bool is_quote = c == dialect.quote && dialect.quote != '\0';
    return is_quote || c == dialect.delimiter || c == '\n' || c == '\r';
  });
}

bool DelimitedEncoder::reads_as_another(std::string_view text) const {
  const bool is_lost = text.empty() && schema_.size() == 1;  // A line without anything on it is no record.
  const bool is_mark = text.starts_with("\xEF\xBB\xBF");     // Where a text begins it would be no part of it.
  return is_lost || is_mark || std::ranges::find(settings_.nulls, text) != settings_.nulls.end();
}

Status DelimitedEncoder::write_text(EncodeOutput& out, std::string_view text, std::string_view column) const {
  const char quote = settings_.dialect.quote;
  const bool breaks = breaks_the_record(text);
  if (quote == '\0' && breaks)
    return Status::invalid("column '" + std::string(column) + "': found " + shown(text) +
                           ", which holds a delimiter or a line end, and there is no quote to put around it");
  if (quote == '\0' || (!breaks && !reads_as_another(text))) {
    out.append(text);
    return {};
  }
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
  return {};
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
        WEIR_RETURN_IF_ERROR(write_text(out, cells[i].text(row), schema_[i].name));
      } else if (!cells[i].is_nested() && !may_cut_values_) {
        cells[i].write(out, row);
      } else {
        EncodedBytes text;
        EncodeOutput into(&text);
        cells[i].write(into, row);
        WEIR_RETURN_IF_ERROR(write_text(out, text.text(), schema_[i].name));
      }
    }
    out.append('\n');
  }
  return {};
}

}  // namespace weir::formats
