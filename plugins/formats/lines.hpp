#pragma once
// lines: each line of a text as one string column, read and written.
//
//   format: lines
//   format: {type: lines, column: message}
//
// A line without anything on it is a row with an empty text. What is not UTF-8 goes to errors.
#include <weir/encoder.hpp>

#include "line_reader.hpp"
#include "planned_decoder.hpp"

namespace weir::formats {

struct LinesOptions {
  ColumnName column{"line"};
};

struct WholeLine {
  static constexpr bool kSkipsBlank = false;
  size_t field_count() const { return 1; }
  bool split(std::string_view line, LineField* fields, RecordFault&) const {
    fields[0] = {line, false};
    return true;
  }
};

class LinesDecoder final : public PlannedDecoder {
 public:
  explicit LinesDecoder(const LinesOptions& options)
      : PlannedDecoder({{options.column.text, DataType(Type::kString)}}) {}
  Result<Opened> open(std::string_view, std::string_view head) override {
    WEIR_ASSIGN_OR_RETURN(const size_t mark, byte_order_mark(head));
    return Opened{nullptr, mark};
  }
  int64_t find_record(std::string_view bytes, size_t from) const override { return find_line(bytes, from); }
  Result<size_t> decode(const DecodeInput& input, DecodeOutput& output) const override {
    return decode_lines(plan(), {0}, WholeLine{}, input, output);
  }

 private:
  Result<Schema> infer(std::string_view) override { return Status::internal("lines are declared"); }
};

class LinesEncoder final : public Encoder {
 public:
  static constexpr std::string_view kExtension = "txt";
  explicit LinesEncoder(LinesOptions options) : options_(std::move(options)) {}
  Status bind(const Schema& schema) override;
  Status encode(const Batch& batch, EncodeOutput& out) override;

 private:
  const LinesOptions options_;
  size_t column_ = 0;
};

}  // namespace weir::formats
