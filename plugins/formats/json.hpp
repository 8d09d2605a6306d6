#pragma once
// json: one JSON document as rows, read and written.
//
//   format: json
//   format: {type: json, records: data.items, columns: {id: int64, name: {type: string, path: user.name}}}
//
// The records are the items of an array: the document itself, or what `records` leads to. A single object is
// one row. The whole document is validated before the first row; a fault in it rejects all of it. A column
// with the path $ is the record itself, as JSON text: it takes records that are no objects, too, and is what
// is inferred for them.
#include "byte_order_mark.hpp"
#include "json_encoder.hpp"
#include "json_row.hpp"
#include "json_sample.hpp"
#include "planned_decoder.hpp"

namespace weir::formats {

struct JsonOptions {
  DeclaredColumns columns;
  std::string records;
};

class JsonDecoder final : public PlannedDecoder {
 public:
  explicit JsonDecoder(const JsonOptions& options)
      : PlannedDecoder(options.columns), records_(options.records) {}
  Result<Opened> open(std::string_view, std::string_view head) override {
    WEIR_ASSIGN_OR_RETURN(const size_t mark, byte_order_mark(head));
    return Opened{nullptr, mark};
  }
  int64_t find_record(std::string_view, size_t) const override { return kNotSplittable; }
  Result<size_t> decode(const DecodeInput& input, DecodeOutput& output) const override;

 private:
  Result<Schema> infer(std::string_view head) override;

  const std::string records_;
};

/// Writes an array of objects, one a line.
class JsonEncoder final : public Encoder {
 public:
  static constexpr std::string_view kExtension = "json";
  Status bind(const Schema& schema) override {
    rows_.bind(schema);
    return {};
  }
  Status begin(EncodeOutput& out) override {
    is_first_ = true;
    out.append('[');
    return {};
  }
  Status encode(const Batch& batch, EncodeOutput& out) override {
    const auto separate = [&] {
      out.append(is_first_ ? "\n" : ",\n");
      is_first_ = false;
    };
    rows_.encode(batch, out, separate, [] {});
    return {};
  }
  Status end(EncodeOutput& out) override {
    out.append("\n]\n");
    return {};
  }

 private:
  JsonRowEncoder rows_;
  bool is_first_ = true;
};

}  // namespace weir::formats
