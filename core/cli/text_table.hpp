#pragma once
// Texts in columns that stand below each other.
#include <string>
#include <vector>

namespace weir {

/// Lines of cells, printed with two spaces between the columns and none at the ends of lines.
class TextTable {
 public:
  enum class Align { kLeft, kRight };
  /// Cells longer than this are cut, and end with "...".
  static constexpr size_t kMaxWidth = 48;

  explicit TextTable(std::vector<Align> columns) : columns_(std::move(columns)) {}
  /// Needs: as many cells as columns.
  void add(std::vector<std::string> cells);
  /// Every line with its newline, each begun with `indent`.
  std::string text(const std::string& indent = {}) const;

 private:
  std::vector<Align> columns_;
  std::vector<std::vector<std::string>> lines_;
};

}  // namespace weir
