#pragma once
// One column's values from text.
#include <string>
#include <string_view>

#include "batch_writer.hpp"
#include "number_text.hpp"

namespace weir::formats {

/// Reads texts as the type of one column and puts them into the writer.
///
/// Threads: one call of decode.
class ValueReader {
 public:
  /// `is_checked`: the texts are known to be valid UTF-8. Borrows the plan's column.
  ValueReader(const PlannedColumn& column, size_t index, bool is_checked);
  size_t index() const { return index_; }
  bool is_text() const { return kind_ == Kind::kText; }
  const PlannedColumn& column() const { return *column_; }
  /// Returns false when the text is no such value; nothing was put then.
  bool read(BatchWriter& writer, std::string_view text) {
    switch (kind_) {
      case Kind::kText:
        if (!is_checked_ && !is_utf8(text)) return false;
        writer.put_text(index_, text);
        return true;
      case Kind::kInt64:
        return put_integer<int64_t>(writer, text);
      case Kind::kFloat64:
        return put_float<double>(writer, text);
      case Kind::kIsoTime: {
        int64_t us = 0;
        if (!time_.read(trimmed(text), us)) return false;
        writer.put(index_, us);
        return true;
      }
      default:
        return read_rare(writer, text);
    }
  }
  /// Why read() said no: a stable word and a sentence.
  std::string_view fault_code() const;
  std::string fault_message(std::string_view text) const;

  /// As read(), for a text that does not lie in the decoded bytes.
  bool read_copy(BatchWriter& writer, std::string_view text);

  static bool is_utf8(std::string_view text);

 private:
  enum class Kind : uint8_t { kText, kBinary, kInt64, kFloat64, kIsoTime, kFormattedTime, kRare };
  static std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
  }
  template <class T>
  bool put_integer(BatchWriter& writer, std::string_view text) {
    T value{};
    if (!read_integer(trimmed(text), value)) return false;
    writer.put(index_, value);
    return true;
  }
  template <class T>
  bool put_float(BatchWriter& writer, std::string_view text) {
    T value{};
    if (!read_float(trimmed(text), value)) return false;
    writer.put(index_, value);
    return true;
  }
  bool read_rare(BatchWriter& writer, std::string_view text);
  bool read_date_value(BatchWriter& writer, std::string_view text);

  const PlannedColumn* column_;
  size_t index_;
  Kind kind_;
  bool is_checked_;
  IsoTimeReader time_;
};

/// Returns the text as a message may show it: in quotes, cut, without control characters.
std::string shown(std::string_view text);

/// Reads "-12.50" as digits of the scale; extra decimals must be zeros.
bool read_decimal(std::string_view text, int precision, int scale, Decimal128& out);

}  // namespace weir::formats
