#include "cell_text.hpp"

#include <charconv>
#include <cmath>

#include "time_text.hpp"
#include "value_reader.hpp"

namespace weir::formats {
namespace {

template <class T>
void put_integer(EncodeOutput& out, T value) {
  char* const at = out.reserve(24);
  out.commit(static_cast<size_t>(std::to_chars(at, at + 24, value).ptr - at));
}

template <class T>
void put_float(EncodeOutput& out, T value) {
  if (std::isnan(value)) return out.append("NaN");
  if (std::isinf(value)) return out.append(value < 0 ? "-Infinity" : "Infinity");
  char* const at = out.reserve(40);
  out.commit(static_cast<size_t>(std::to_chars(at, at + 40, value).ptr - at));
}

void put_decimal(EncodeOutput& out, Decimal128 value, int scale) {
  char digits[48];
  char* at = digits + sizeof(digits);
  const bool is_negative = value < 0;
  int written = 0;
  while (value != 0 || written <= scale) {
    if (written == scale && scale > 0) *--at = '.';
    const auto digit = static_cast<int>(value % 10);
    *--at = static_cast<char>('0' + (digit < 0 ? -digit : digit));
    value /= 10;
    ++written;
  }
  if (is_negative) *--at = '-';
  out.append(std::string_view(at, static_cast<size_t>(digits + sizeof(digits) - at)));
}

void put_base64(EncodeOutput& out, std::string_view bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j)
      group = group << 8U | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (size_t j = 0; j < 4; ++j)
      out.append(i + j > bytes.size() ? '=' : kLetters[group >> (18 - 6 * j) & 63U]);
  }
}

bool needs_escape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; }

void put_escape(EncodeOutput& out, unsigned char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out.append('\\');
  switch (c) {
    case '\n':
      return out.append('n');
    case '\r':
      return out.append('r');
    case '\t':
      return out.append('t');
    case '"':
    case '\\':
      return out.append(static_cast<char>(c));
    default:
      out.append("u00");
      out.append(kHex[c >> 4U]);
      out.append(kHex[c & 15U]);
  }
}

/// Returns how many bytes the UTF-8 character at the front has, 0 when it is none.
size_t character_size(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  return size <= text.size() && ValueReader::is_utf8(text.substr(0, size)) ? size : 0;
}

}  // namespace

void write_json_string(EncodeOutput& out, std::string_view text) {
  out.append('"');
  size_t done = 0;
  const bool is_valid = ValueReader::is_utf8(text);
  for (size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    const size_t size = is_valid || c < 0x80 ? 1 : character_size(text.substr(at));
    if (size > 0 && !needs_escape(c)) {
      at += size;
      continue;
    }
    out.append(text.substr(done, at - done));
    size == 0 ? out.append("\xEF\xBF\xBD") : put_escape(out, c);
    done = ++at;
  }
  out.append(text.substr(done));
  out.append('"');
}

CellText::CellText(const Field& field, const weir_column& column)
    : field_(&field), column_(&column), validity_(column) {
  if (column.type == WEIR_STRING || column.type == WEIR_BINARY) texts_.emplace(column);
}

void CellText::write_number(EncodeOutput& out, size_t row) const {
  switch (type()) {
    case Type::kInt8:
      return put_integer(out, int{value<int8_t>(row)});
    case Type::kInt16:
      return put_integer(out, value<int16_t>(row));
    case Type::kInt32:
      return put_integer(out, value<int32_t>(row));
    case Type::kInt64:
      return put_integer(out, value<int64_t>(row));
    case Type::kUint8:
      return put_integer(out, int{value<uint8_t>(row)});
    case Type::kUint16:
      return put_integer(out, value<uint16_t>(row));
    case Type::kUint32:
      return put_integer(out, value<uint32_t>(row));
    case Type::kUint64:
      return put_integer(out, value<uint64_t>(row));
    case Type::kFloat32:
      return put_float(out, value<float>(row));
    case Type::kFloat64:
      return put_float(out, value<double>(row));
    default:
      return put_decimal(out, value<Decimal128>(row), column_->scale);
  }
}

void CellText::write(EncodeOutput& out, size_t row) const {
  char text[40];
  switch (type()) {
    case Type::kBool:
      return out.append(get_bit(static_cast<const uint8_t*>(column_->values), row) ? "true" : "false");
    case Type::kTimestamp:
      return out.append(write_time(value<int64_t>(row), text));
    case Type::kDate32:
      return out.append(write_date(value<int32_t>(row), text));
    case Type::kString:
      return out.append(this->text(row));
    case Type::kBinary:
      return put_base64(out, this->text(row));
    case Type::kList:
      return write_list(out, row);
    case Type::kStruct:
      return write_struct(out, row);
    default:
      return write_number(out, row);
  }
}

void CellText::write_json(EncodeOutput& out, size_t row) const {
  if (is_null(row)) return out.append("null");
  switch (type()) {
    case Type::kString:
      return write_json_string(out, text(row));
    case Type::kFloat32:
    case Type::kFloat64: {
      const double number = type() == Type::kFloat64 ? value<double>(row) : double{value<float>(row)};
      if (std::isfinite(number)) return write(out, row);
      break;
    }
    case Type::kTimestamp:
    case Type::kDate32:
    case Type::kBinary:
      break;
    default:
      return write(out, row);
  }
  out.append('"');
  write(out, row);
  out.append('"');
}

void CellText::write_list(EncodeOutput& out, size_t row) const {
  const ListColumn list(*column_);
  const CellText items(field_->type.children.at(0), list.items());
  out.append('[');
  for (size_t i = list.first(row); i < list.first(row) + list.length(row); ++i) {
    if (i > list.first(row)) out.append(',');
    items.write_json(out, i);
  }
  out.append(']');
}

void CellText::write_struct(EncodeOutput& out, size_t row) const {
  out.append('{');
  for (size_t i = 0; i < field_->type.children.size(); ++i) {
    const Field& member = field_->type.children[i];
    if (i > 0) out.append(',');
    write_json_string(out, member.name);
    out.append(':');
    CellText(member, *column_->children[i]).write_json(out, row);
  }
  out.append('}');
}

}  // namespace weir::formats
