#include "json.hpp"

namespace weir::formats {
namespace {

constexpr size_t kMaxRawBytes = 64 << 10;  // Of a document that is refused as a whole.

}  // namespace

Result<size_t> JsonDecoder::decode(const DecodeInput& input, DecodeOutput& output) const {
  if (!input.is_last()) return size_t{0};
  BatchWriter writer(plan(), input, output);
  JsonRowReader reader(plan(), readable_end(input));
  RecordFault fault;
  const auto* const data = reinterpret_cast<const uint8_t*>(input.text().data());
  const auto bytes = [](const char* at) { return reinterpret_cast<const uint8_t*>(at); };
  const bool is_read = reader.read_document(
      writer, input.text(), records_,
      [&](std::string_view record) { writer.end_row(bytes(record.data() + record.size())); },
      [&](std::string_view record, const RecordFault& why) {
        writer.reject(bytes(record.data()), bytes(record.data() + record.size()), why.code, why.message,
                      why.column);
      },
      fault);
  if (!is_read)
    writer.reject(data, data + std::min(input.size(), kMaxRawBytes), fault.code, fault.message, fault.column);
  writer.finish(data + input.size());
  return input.size();
}

Result<Schema> JsonDecoder::infer(std::string_view head) {
  WEIR_ASSIGN_OR_RETURN(const size_t mark, byte_order_mark(head));
  JsonSample sample;
  sample.add_document(head.substr(mark), records_);
  Schema schema = sample.schema();
  // Also where the sample is cut or no JSON at all: decoding says what is wrong.
  if (schema.fields.empty()) schema.fields.push_back({"$", Type::kString});
  return schema;
}

}  // namespace weir::formats
