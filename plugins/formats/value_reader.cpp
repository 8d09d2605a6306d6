#include "value_reader.hpp"

#include <simdjson.h>

#include <algorithm>

namespace weir::formats {

ValueReader::ValueReader(const PlannedColumn& column, size_t index, bool is_checked)
    : column_(&column), index_(index), kind_(Kind::kRare), is_checked_(is_checked) {
  switch (column.type.type) {
    case Type::kString:
      kind_ = Kind::kText;
      break;
    case Type::kBinary:
      kind_ = Kind::kBinary;
      break;
    case Type::kInt64:
      kind_ = Kind::kInt64;
      break;
    case Type::kFloat64:
      kind_ = Kind::kFloat64;
      break;
    case Type::kTimestamp:
      kind_ = column.format && column.format->text() != "iso" ? Kind::kFormattedTime : Kind::kIsoTime;
      break;
    default:
      break;
  }
}

bool ValueReader::is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

bool ValueReader::read_copy(BatchWriter& writer, std::string_view text) {
  if (kind_ != Kind::kText && kind_ != Kind::kBinary) return read(writer, text);
  if (kind_ == Kind::kText && !is_checked_ && !is_utf8(text)) return false;
  writer.put_copy(index_, text);
  return true;
}

bool ValueReader::read_date_value(BatchWriter& writer, std::string_view text) {
  constexpr int64_t kDayUs = 86'400'000'000;
  int64_t us = 0;
  if (column_->format && column_->format->text() != "iso") {
    if (!column_->format->read(text, us)) return false;
  } else if (const auto days = read_date(text)) {
    writer.put(index_, *days);
    return true;
  } else if (!time_.read(text, us) || us % kDayUs != 0) {
    return false;  // A time of day would be lost.
  }
  writer.put(index_, static_cast<int32_t>((us - (us % kDayUs + kDayUs) % kDayUs) / kDayUs));
  return true;
}

bool ValueReader::read_rare(BatchWriter& writer, std::string_view text) {
  if (kind_ == Kind::kBinary) return writer.put_text(index_, text), true;
  text = trimmed(text);
  switch (column_->type.type) {
    case Type::kTimestamp: {
      int64_t us = 0;
      if (!column_->format->read(text, us)) return false;
      writer.put(index_, us);
      return true;
    }
    case Type::kDate32:
      return read_date_value(writer, text);
    case Type::kBool: {
      bool value = false;
      if (!read_bool(text, value)) return false;
      writer.put_bool(index_, value);
      return true;
    }
    case Type::kInt8:
      return put_integer<int8_t>(writer, text);
    case Type::kInt16:
      return put_integer<int16_t>(writer, text);
    case Type::kInt32:
      return put_integer<int32_t>(writer, text);
    case Type::kUint8:
      return put_integer<uint8_t>(writer, text);
    case Type::kUint16:
      return put_integer<uint16_t>(writer, text);
    case Type::kUint32:
      return put_integer<uint32_t>(writer, text);
    case Type::kUint64:
      return put_integer<uint64_t>(writer, text);
    case Type::kFloat32:
      return put_float<float>(writer, text);
    case Type::kDecimal128: {
      Decimal128 value = 0;
      if (!read_decimal(text, column_->type.precision, column_->type.scale, value)) return false;
      writer.put(index_, value);
      return true;
    }
    default:
      return false;
  }
}

std::string_view ValueReader::fault_code() const {
  switch (column_->type.type) {
    case Type::kString:
      return "bad-utf8";
    case Type::kBool:
      return "bad-bool";
    case Type::kTimestamp:
      return "bad-timestamp";
    case Type::kDate32:
      return "bad-date";
    default:
      return "bad-number";
  }
}

std::string ValueReader::fault_message(std::string_view text) const {
  if (column_->type.type == Type::kString)
    return "found bytes that are not UTF-8 in " + shown(text) +
           ", expected text; declare the column as binary "
           "to keep the bytes, or convert the input to UTF-8";
  std::string expected = column_->type.to_string();
  if (column_->format) expected += " as " + column_->format->text();
  return "found " + shown(text) + ", expected " + expected;
}

std::string shown(std::string_view text) {
  constexpr size_t kShownBytes = 60;
  std::string made = "'";
  size_t size = std::min(text.size(), kShownBytes);
  while (size < text.size() && size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  const bool is_text = ValueReader::is_utf8(text.substr(0, size));
  for (const char c : text.substr(0, size)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7F && (byte < 0x80 || is_text)) {
      made += c;
    } else {
      constexpr std::string_view kHex = "0123456789abcdef";
      made += {'\\', 'x', kHex[byte >> 4U], kHex[byte & 15U]};
    }
  }
  made += size < text.size() ? "...'" : "'";
  return made;
}

bool read_decimal(std::string_view text, int precision, int scale, Decimal128& out) {
  const bool is_negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  const size_t point = std::min(text.find('.'), text.size());
  std::string_view decimals = text.substr(std::min(point + 1, text.size()));
  while (!decimals.empty() && decimals.back() == '0') decimals.remove_suffix(1);
  std::string_view whole = text.substr(0, point);
  if (whole.empty() && (point == text.size() || decimals.empty())) return false;
  while (whole.size() > 1 && whole.front() == '0') whole.remove_prefix(1);
  if (static_cast<int>(decimals.size()) > scale || static_cast<int>(whole.size()) > 38) return false;
  Decimal128 value = 0;
  int digits = 0;
  const auto add = [&](char c) {
    value = value * 10 + (c - '0');
    if (value != 0) ++digits;
    return is_digit(c) && digits <= precision;
  };
  if (!std::all_of(whole.begin(), whole.end(), add) || !std::all_of(decimals.begin(), decimals.end(), add))
    return false;
  for (int i = static_cast<int>(decimals.size()); i < scale; ++i)
    if (!add('0')) return false;
  out = is_negative ? -value : value;
  return true;
}

}  // namespace weir::formats
