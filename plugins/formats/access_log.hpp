#pragma once
// access_log: what Apache and nginx write for each request, in the common or combined log format.
//
//   format: access_log
//   format: {type: access_log, columns: {time: timestamp, path: string, status: int64, bytes: int64}}
//
// Fields: host, ident, user, time, method, path, protocol, status, bytes, and in the combined format referer
// and agent. A field that is '-' is null. Lines that differ in anything go to errors.
#include <array>

#include "line_reader.hpp"
#include "planned_decoder.hpp"

namespace weir::formats {

enum class LogStyle { kAuto, kCommon, kCombined };

struct AccessLogOptions {
  DeclaredColumns columns;
  LogStyle style = LogStyle::kAuto;
};

/// Splits a line. Texts within quotes stay as they are, backslashes included.
class AccessLogLine {
 public:
  static constexpr bool kSkipsBlank = true;
  explicit AccessLogLine(LogStyle style) : style_(style) {}
  size_t field_count() const { return style_ == LogStyle::kCommon ? 9 : 11; }
  bool split(std::string_view line, LineField* fields, RecordFault& fault) const;

 private:
  LogStyle style_;
};

class AccessLogDecoder final : public PlannedDecoder {
 public:
  explicit AccessLogDecoder(const AccessLogOptions& options)
      : PlannedDecoder(options.columns), style_(options.style) {}
  Result<Opened> open(std::string_view, std::string_view head) override;
  int64_t find_record(std::string_view bytes, size_t from) const override { return find_line(bytes, from); }
  Result<size_t> decode(const DecodeInput& input, DecodeOutput& output) const override {
    return decode_lines(plan(), fields_, AccessLogLine(style_), input, output);
  }

 private:
  Result<Schema> infer(std::string_view head) override;
  Status check(std::string_view head) override;
  void complete(ColumnPlan& plan) override;

  const LogStyle style_;
  FieldOfColumn fields_;
};

}  // namespace weir::formats
