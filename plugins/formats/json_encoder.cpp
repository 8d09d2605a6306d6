#include "json_encoder.hpp"

namespace weir::formats {

void JsonRowEncoder::bind(const Schema& schema) {
  schema_ = schema;
  before_.clear();
  for (const Field& field : schema.fields) {
    EncodedBytes text;
    EncodeOutput out(&text);
    out.append(before_.empty() ? '{' : ',');
    write_json_string(out, field.name);
    out.append(':');
    before_.emplace_back(text.text());
  }
}

}  // namespace weir::formats
