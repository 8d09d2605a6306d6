#pragma once
// Values as text, as encoders write them.
#include <optional>
#include <string_view>

#include <weir/column.hpp>
#include <weir/encode_output.hpp>

namespace weir::formats {

/// Writes the values of one column. Borrows: the field and the column.
class CellText {
 public:
  CellText(const Field& field, const weir_column& column);
  bool is_null(size_t row) const { return validity_.is_null(row); }
  /// Whether the column holds strings.
  bool is_text() const { return type() == Type::kString; }
  /// Whether write() gives JSON, which delimited text may have to quote.
  bool is_nested() const { return type() == Type::kList || type() == Type::kStruct; }
  /// Needs: a string or binary column.
  std::string_view text(size_t row) const { return (*texts_)[row]; }
  /// Appends the value without quotes: 12, -0.5, true, 2015-09-12T00:46:58.771Z; binary as base64, lists and
  /// structs as JSON. Needs: not null.
  void write(EncodeOutput& out, size_t row) const;
  /// Appends the value as JSON. Decimals are numbers with every digit; NaN and infinities, which JSON does
  /// not have, are texts.
  void write_json(EncodeOutput& out, size_t row) const;

 private:
  Type type() const { return static_cast<Type>(column_->type); }
  template <class T>
  T value(size_t row) const {
    return static_cast<const T*>(column_->values)[row];
  }
  void write_number(EncodeOutput& out, size_t row) const;
  void write_list(EncodeOutput& out, size_t row) const;
  void write_struct(EncodeOutput& out, size_t row) const;

  const Field* field_;
  const weir_column* column_;
  Validity validity_;
  std::optional<StringColumn> texts_;
};

/// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
void write_json_string(EncodeOutput& out, std::string_view text);

}  // namespace weir::formats
