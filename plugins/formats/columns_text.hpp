#pragma once
// columns_text: text in columns that white space keeps apart, as ps and df print it.
//
//   format: columns_text
//   format: {type: columns_text, names: [user, pid, command], columns: {pid: int64, command: string}}
//
// The first line names the columns unless `names` does. The last column takes the rest of its line, so that
// it may hold spaces. A line with fewer fields goes to errors.
#include <memory>
#include <string>

#include "line_reader.hpp"
#include "planned_decoder.hpp"

namespace weir::formats {

struct ColumnsTextOptions {
  DeclaredColumns columns;
  std::vector<std::string> names = {};
  int64_t skip = 0;
};

/// Splits a line at white space into a known number of fields.
class SpacedLine {
 public:
  static constexpr bool kSkipsBlank = true;
  explicit SpacedLine(size_t count) : count_(count) {}
  size_t field_count() const { return count_; }
  bool split(std::string_view line, LineField* fields, RecordFault& fault) const;

 private:
  size_t count_;
};

class ColumnsTextDecoder final : public PlannedDecoder {
 public:
  explicit ColumnsTextDecoder(const ColumnsTextOptions& options)
      : PlannedDecoder(options.columns), options_(options) {}
  Result<Opened> open(std::string_view partition, std::string_view head) override;

 private:
  struct Header {
    std::vector<std::string> names;
    size_t size = 0;
  };
  Result<Header> read_header(std::string_view head) const;
  Result<Schema> infer(std::string_view head) override;
  Status check(std::string_view head) override;

  const ColumnsTextOptions options_;
};

}  // namespace weir::formats
