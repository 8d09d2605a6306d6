#include "data/row_json.hpp"

#include <charconv>
#include <cmath>

#include <weir/column.hpp>
#include <weir/text.hpp>

#include "data/value_text.hpp"

namespace weir {
namespace {

template <class T>
T value_at(const weir_column& column, int64_t row) {
  return static_cast<const T*>(column.values)[row];
}

template <class T>
void append_integer(const weir_column& column, int64_t row, std::string& out) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof(text), value_at<T>(column, row)).ptr);
}

template <class T>
void append_json_float(const weir_column& column, int64_t row, std::string& out) {
  const T value = value_at<T>(column, row);
  const bool is_number = std::isfinite(value);
  if (!is_number) out += '"';
  append_float(value, out);
  if (!is_number) out += '"';
}

void append_base64(std::string_view bytes, std::string& out) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? static_cast<uint8_t>(bytes[i + k]) : 0U);
    for (size_t k = 0; k < 4; ++k) out += i + k <= bytes.size() ? kDigits[group >> (18 - 6 * k) & 63] : '=';
  }
}

// The size of the UTF-8 character that `text` begins with; 0 when it begins with none.
size_t character_size(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<uint8_t>(text[i]) : uint8_t{0}; };
  const auto follows = [&](size_t i, uint8_t low = 0x80, uint8_t high = 0xBF) {
    return byte(i) >= low && byte(i) <= high;
  };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF)
    return follows(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF) && follows(2) ? 3 : 0;
  if (first >= 0xF0 && first <= 0xF4)
    return follows(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF) && follows(2) && follows(3)
               ? 4
               : 0;
  return 0;
}

void append_control(char c, std::string& out) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    case '\b':
      out += "\\b";
      break;
    case '\f':
      out += "\\f";
      break;
    default:
      out += "\\u00";
      out += kHex[static_cast<uint8_t>(c) >> 4];
      out += kHex[c & 15];
  }
}

void append_list(const weir_field& field, const weir_column& column, int64_t row, std::string& out) {
  const auto* offsets = static_cast<const int32_t*>(column.values);
  out += '[';
  for (int64_t i = offsets[row]; i < offsets[row + 1]; ++i) {
    if (i > offsets[row]) out += ',';
    append_value_json(field.children[0], *column.children[0], i, out);
  }
  out += ']';
}

void append_object(const weir_field* fields, const weir_column* const* columns, uint32_t count, int64_t row,
                   std::string& out) {
  out += '{';
  for (uint32_t i = 0; i < count; ++i) {
    if (i > 0) out += ',';
    append_json_string(as_view(fields[i].name), out);
    out += ':';
    append_value_json(fields[i], *columns[i], row, out);
  }
  out += '}';
}

void append_quoted(void (*append)(int64_t, std::string&), int64_t value, std::string& out) {
  out += '"';
  append(value, out);
  out += '"';
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  out += '"';
  while (!text.empty()) {
    const size_t size = character_size(text);
    const auto first = static_cast<uint8_t>(text[0]);
    if (size == 0) {
      out += "\xEF\xBF\xBD";
    } else if (first < 0x20 || first == '"' || first == '\\' || first == 0x7F) {
      append_control(text[0], out);
    } else {
      out.append(text.substr(0, size));
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  out += '"';
}

void append_value_json(const weir_field& field, const weir_column& column, int64_t row, std::string& out) {
  if (column.validity != nullptr && !get_bit(column.validity, static_cast<size_t>(row))) {
    out += "null";
    return;
  }
  switch (column.type) {
    case WEIR_BOOL:
      out += get_bit(static_cast<const uint8_t*>(column.values), static_cast<size_t>(row)) ? "true" : "false";
      break;
    case WEIR_INT8:
      append_integer<int8_t>(column, row, out);
      break;
    case WEIR_INT16:
      append_integer<int16_t>(column, row, out);
      break;
    case WEIR_INT32:
      append_integer<int32_t>(column, row, out);
      break;
    case WEIR_INT64:
      append_integer<int64_t>(column, row, out);
      break;
    case WEIR_UINT8:
      append_integer<uint8_t>(column, row, out);
      break;
    case WEIR_UINT16:
      append_integer<uint16_t>(column, row, out);
      break;
    case WEIR_UINT32:
      append_integer<uint32_t>(column, row, out);
      break;
    case WEIR_UINT64:
      append_integer<uint64_t>(column, row, out);
      break;
    case WEIR_FLOAT32:
      append_json_float<float>(column, row, out);
      break;
    case WEIR_FLOAT64:
      append_json_float<double>(column, row, out);
      break;
    case WEIR_TIMESTAMP:
      append_quoted(append_timestamp, value_at<int64_t>(column, row), out);
      break;
    case WEIR_DATE32:
      append_quoted(append_date, value_at<int32_t>(column, row), out);
      break;
    case WEIR_STRING:
      append_json_string(StringColumn(column)[static_cast<size_t>(row)], out);
      break;
    case WEIR_BINARY:
      out += '"';
      append_base64(StringColumn(column)[static_cast<size_t>(row)], out);
      out += '"';
      break;
    case WEIR_DECIMAL128:
      append_decimal(static_cast<const uint8_t*>(column.values) + 16 * row, column.scale, out);
      break;
    case WEIR_LIST:
      append_list(field, column, row, out);
      break;
    case WEIR_STRUCT:
      append_object(field.children, column.children, column.child_count, row, out);
      break;
    default:
      out += "null";
  }
}

void append_row_json(const weir_schema& schema, const weir_batch& batch, int64_t row, std::string& out) {
  append_object(schema.fields, batch.columns, batch.column_count, row, out);
}

}  // namespace weir
