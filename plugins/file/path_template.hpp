#pragma once
// Paths with values of the row in them.
#include <cstdint>
#include <string>
#include <vector>

#include <weir/batch.hpp>
#include <weir/schema.hpp>
#include <weir/status.hpp>

namespace weir::file {

/// A path such as "out/{day}/{part}.ndjson".
class PathTemplate {
 public:
  /// Fails: kInvalid for a brace without its other, a column that is not there or whose type no path takes,
  /// and for a path that names no file.
  static Result<PathTemplate> parse(const std::string& text, const Schema& schema);

  /// As it was written.
  const std::string& text() const { return text_; }
  bool has_columns() const { return !columns_.empty(); }
  bool has_part() const { return has_part_; }
  /// Returns the directory in front of everything that varies.
  const std::string& fixed_directory() const { return fixed_directory_; }
  /// How many directories lie between that one and the files.
  size_t depth() const { return depth_; }

  /// Returns the path for a row. Text that cannot stand in a name is written %2F; a null is `_null`, an empty
  /// text `_empty`; a timestamp is 2025-01-31 at midnight and else 2025-01-31T12-30-00.
  std::string path(const Batch& batch, size_t row, const std::string& part) const;
  /// Needs: !has_columns().
  std::string path(const std::string& part) const;

 private:
  struct Piece {
    enum class Kind { kText, kColumn, kPart } kind;
    std::string text;
    size_t column = 0;
  };
  std::string text_;
  std::vector<Piece> pieces_;
  std::vector<size_t> columns_;
  bool has_part_ = false;
  std::string fixed_directory_;
  size_t depth_ = 0;
};

/// The longest name that file systems take.
inline constexpr size_t kMaxNameBytes = 255;
/// Whether any name in the path is longer than that.
bool has_long_name(const std::string& path);

}  // namespace weir::file
