#pragma once
// ndjson: one JSON object a line, read and written.
//
//   format: {type: ndjson, columns: {ts: timestamp, user: string, size: {type: int64, path: payload.size}}}
//
// A path goes into objects within objects. A key that is missing is null, of keys that come twice the last
// one counts, arrays and objects come as their JSON text in string columns. What is read is validated; with
// `validate: full` so is the rest of each line.
#include "byte_order_mark.hpp"
#include "json_encoder.hpp"
#include "json_sample.hpp"
#include "line_reader.hpp"
#include "ndjson_reader.hpp"
#include "planned_decoder.hpp"

namespace weir::formats {

enum class Validate { kRead, kFull };

struct NdjsonOptions {
  DeclaredColumns columns;
  Validate validate = Validate::kRead;
};

class NdjsonDecoder final : public PlannedDecoder {
 public:
  explicit NdjsonDecoder(const NdjsonOptions& options)
      : PlannedDecoder(options.columns), is_whole_checked_(options.validate == Validate::kFull) {}

  Result<Opened> open(std::string_view, std::string_view head) override {
    WEIR_ASSIGN_OR_RETURN(const size_t mark, byte_order_mark(head));
    return Opened{nullptr, mark};
  }
  int64_t find_record(std::string_view bytes, size_t from) const override { return find_line(bytes, from); }
  Result<size_t> decode(const DecodeInput& input, DecodeOutput& output) const override {
    return decode_ndjson(plan(), is_whole_checked_, input, output);
  }

 private:
  Result<Schema> infer(std::string_view head) override {
    constexpr size_t kSampledLines = 5000;
    WEIR_ASSIGN_OR_RETURN(size_t at, byte_order_mark(head));
    JsonSample sample;
    for (size_t line = 0; line < kSampledLines && at < head.size(); ++line) {
      const size_t end = std::min(head.find('\n', at), head.size());
      sample.add(head.substr(at, end - at));
      at = end + 1;
    }
    const Schema schema = sample.schema();
    if (head.empty()) return nothing_to_infer_from();
    if (schema.fields.empty())
      return Status::invalid(
          "no line of the sample is a JSON object, so that no columns can be inferred; declare them with "
          "'columns', or say another format");
    return schema;
  }

  const bool is_whole_checked_;
};

class NdjsonEncoder final : public Encoder {
 public:
  static constexpr std::string_view kExtension = "ndjson";
  Status bind(const Schema& schema) override {
    rows_.bind(schema);
    return {};
  }
  Status encode(const Batch& batch, EncodeOutput& out) override {
    rows_.encode(batch, out, [] {}, [&] { out.append('\n'); });
    return {};
  }

 private:
  JsonRowEncoder rows_;
};

}  // namespace weir::formats
