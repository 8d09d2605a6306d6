#include "cell_text.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include <weir/date_text.hpp>

namespace weir::console {
namespace {

template <class T>
void append_number(const weir_column& column, size_t row, std::string& out) {
  const T value = ColumnView<T>(column)[row];
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(value)) {  // There is no NaN below zero.
      out += "nan";
      return;
    }
  }
  char digits[64];
  out.append(digits, std::to_chars(digits, digits + sizeof(digits), value).ptr);
}

void append_time(int64_t microseconds, std::string& out) {
  constexpr int64_t kDayUs = 86'400'000'000;
  const int64_t days = microseconds / kDayUs - (microseconds % kDayUs < 0 ? 1 : 0);
  const int64_t of_day = microseconds - days * kDayUs;
  out += date_text(days);
  char text[40];
  std::snprintf(text, sizeof(text), "T%02d:%02d:%02d", static_cast<int>(of_day / 3'600'000'000),
                static_cast<int>(of_day / 60'000'000 % 60), static_cast<int>(of_day / 1'000'000 % 60));
  out += text;
  if (of_day % 1'000'000 != 0) {
    std::snprintf(text, sizeof(text), ".%06d", static_cast<int>(of_day % 1'000'000));
    out += text;
  }
  out += 'Z';
}

void append_decimal(Decimal128 value, int scale, std::string& out) {
  const bool is_negative = value < 0;
  // Built from the right; the smallest value has no positive twin, so digits are taken from the negative
  // side.
  Decimal128 rest = is_negative ? value : -value;
  std::string digits;
  while (rest != 0 || static_cast<int>(digits.size()) <= scale) {
    digits.insert(digits.begin(), static_cast<char>('0' - static_cast<int>(rest % 10)));
    rest /= 10;
    if (static_cast<int>(digits.size()) == scale + 1 && rest == 0) break;
  }
  if (scale > 0) digits.insert(digits.size() - static_cast<size_t>(scale), ".");
  out += (is_negative ? "-" : "") + digits;
}

void append_escaped(std::string_view text, std::string& out) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      char code[8];
      std::snprintf(code, sizeof(code), "\\x%02x", byte);
      out += code;
    }
  }
}

void append_hex(std::string_view bytes, std::string& out) {
  out += "0x";
  for (const char c : bytes) {
    char code[4];
    std::snprintf(code, sizeof(code), "%02x", static_cast<unsigned char>(c));
    out += code;
  }
}

void append_list(const DataType& type, const weir_column& column, size_t row, std::string& out) {
  const ListColumn list(column);
  out += '[';
  for (size_t i = 0; i < list.length(row); ++i) {
    if (i > 0) out += ", ";
    append_cell(type.children.at(0).type, list.items(), list.first(row) + i, out);
  }
  out += ']';
}

void append_struct(const DataType& type, const weir_column& column, size_t row, std::string& out) {
  const StructColumn members(column);
  out += '{';
  for (size_t i = 0; i < members.member_count(); ++i) {
    if (i > 0) out += ", ";
    out += type.children.at(i).name + ": ";
    append_cell(type.children.at(i).type, members.member(i), row, out);
  }
  out += '}';
}

}  // namespace

void append_cell(const DataType& type, const weir_column& column, size_t row, std::string& out) {
  if (column.validity != nullptr && !get_bit(column.validity, row)) {
    out += "null";
    return;
  }
  switch (type.type) {
    case Type::kBool:
      out += BoolColumn(column)[row] ? "true" : "false";
      return;
    case Type::kInt8:
      return append_number<int8_t>(column, row, out);
    case Type::kInt16:
      return append_number<int16_t>(column, row, out);
    case Type::kInt32:
      return append_number<int32_t>(column, row, out);
    case Type::kUint8:
      return append_number<uint8_t>(column, row, out);
    case Type::kUint16:
      return append_number<uint16_t>(column, row, out);
    case Type::kUint32:
      return append_number<uint32_t>(column, row, out);
    case Type::kUint64:
      return append_number<uint64_t>(column, row, out);
    case Type::kFloat32:
      return append_number<float>(column, row, out);
    case Type::kFloat64:
      return append_number<double>(column, row, out);
    case Type::kTimestamp:
      return append_time(ColumnView<int64_t>(column)[row], out);
    case Type::kDate32:
      out += date_text(ColumnView<int32_t>(column)[row]);
      return;
    case Type::kString:
      return append_escaped(StringColumn(column)[row], out);
    case Type::kBinary:
      return append_hex(StringColumn(column)[row], out);
    case Type::kDecimal128:
      return append_decimal(ColumnView<Decimal128>(column)[row], type.scale, out);
    case Type::kList:
      return append_list(type, column, row, out);
    case Type::kStruct:
      return append_struct(type, column, row, out);
    default:
      return append_number<int64_t>(column, row, out);
  }
}

size_t display_width(std::string_view text) {
  size_t width = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) == 0x80U) continue;
    uint32_t point = byte;
    const size_t more = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : byte >= 0xC0 ? 1 : 0;
    if (more > 0) point = byte & (0x3FU >> more);
    for (size_t k = 1; k <= more && i + k < text.size(); ++k)
      point = point << 6U | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    const bool is_mark = (point >= 0x300 && point <= 0x36F) || point == 0x200B || point == 0x200D ||
                         (point >= 0xFE00 && point <= 0xFE0F);
    const bool is_wide = (point >= 0x1100 && point <= 0x115F) || (point >= 0x2E80 && point <= 0xA4CF) ||
                         (point >= 0xAC00 && point <= 0xD7A3) || (point >= 0xF900 && point <= 0xFAFF) ||
                         (point >= 0xFE30 && point <= 0xFE6F) || (point >= 0xFF00 && point <= 0xFF60) ||
                         (point >= 0xFFE0 && point <= 0xFFE6) || (point >= 0x1F300 && point <= 0x1FAFF) ||
                         (point >= 0x20000 && point <= 0x3FFFD);
    width += is_mark ? 0 : is_wide ? 2 : 1;
  }
  return width;
}

}  // namespace weir::console
