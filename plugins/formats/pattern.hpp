#pragma once
// pattern: lines of any kind, cut by a regular expression whose named groups are the columns.
//
//   format: {type: pattern, regex: '^(?P<time>\S+) (?P<level>[A-Z]+) (?P<text>.*)$', columns: {time:
//   timestamp,
//            level: string, text: string}}
//
// The expression is RE2's and may match anywhere in a line: ^ and $ make it the whole line. A group that
// takes no part is null. A line without a match goes to errors.
#include <memory>
#include <string>

#include "line_reader.hpp"
#include "planned_decoder.hpp"

namespace weir::formats {

struct PatternOptions {
  std::string regex;
  DeclaredColumns columns;
};

/// A compiled expression with the names of its groups.
///
/// Threads: any; matching changes nothing.
class LinePattern {
 public:
  static constexpr bool kSkipsBlank = true;
  /// Fails: no expression, or none of its groups has a name.
  static Result<LinePattern> compile(const std::string& regex);
  const std::vector<std::string>& names() const { return names_; }
  size_t field_count() const { return names_.size(); }
  bool split(std::string_view line, LineField* fields, RecordFault& fault) const;

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
  std::vector<std::string> names_;
};

class PatternDecoder final : public PlannedDecoder {
 public:
  explicit PatternDecoder(const PatternOptions& options)
      : PlannedDecoder(options.columns), pattern_(LinePattern::compile(options.regex)) {}
  Result<Opened> open(std::string_view partition, std::string_view head) override;
  int64_t find_record(std::string_view bytes, size_t from) const override { return find_line(bytes, from); }
  Result<size_t> decode(const DecodeInput& input, DecodeOutput& output) const override {
    return decode_lines(plan(), fields_, *pattern_, input, output);
  }

 private:
  Result<Schema> infer(std::string_view head) override;
  Status check(std::string_view head) override;

  const Result<LinePattern> pattern_;
  FieldOfColumn fields_;
};

}  // namespace weir::formats
