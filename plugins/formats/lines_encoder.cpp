#include "lines.hpp"

namespace weir::formats {

Status LinesEncoder::bind(const Schema& schema) {
  const auto named = schema.find(options_.column.text);
  if (!named && schema.size() != 1)
    return Status::invalid("lines writes one string column: found no column '" + options_.column.text +
                           "' among " + schema.to_string() + "; say which with 'column'");
  column_ = named.value_or(0);
  const Field& field = schema[column_];
  if (field.type.type != Type::kString && field.type.type != Type::kBinary)
    return Status::invalid("lines writes one string column: column '" + field.name + "' is " +
                           field.type.to_string());
  return {};
}

Status LinesEncoder::encode(const Batch& batch, EncodeOutput& out) {
  const StringColumn texts(batch.raw_column(column_));
  for (size_t row = 0; row < texts.size(); ++row) {
    if (!texts.is_null(row)) out.append(texts[row]);
    out.append('\n');
  }
  return {};
}

}  // namespace weir::formats
