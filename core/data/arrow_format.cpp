#include "data/arrow_format.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <utility>

namespace weir {
namespace {

using Layout = ArrowField::Layout;

struct Simple {
  std::string_view format;
  Type type;
  Layout layout;
};
constexpr std::array kSimple = {
    Simple{"n", Type::kString, Layout::kNull},      Simple{"b", Type::kBool, Layout::kBits},
    Simple{"c", Type::kInt8, Layout::kFixed},       Simple{"s", Type::kInt16, Layout::kFixed},
    Simple{"i", Type::kInt32, Layout::kFixed},      Simple{"l", Type::kInt64, Layout::kFixed},
    Simple{"C", Type::kUint8, Layout::kFixed},      Simple{"S", Type::kUint16, Layout::kFixed},
    Simple{"I", Type::kUint32, Layout::kFixed},     Simple{"L", Type::kUint64, Layout::kFixed},
    Simple{"f", Type::kFloat32, Layout::kFixed},    Simple{"g", Type::kFloat64, Layout::kFixed},
    Simple{"tdD", Type::kDate32, Layout::kFixed},   Simple{"tdm", Type::kDate32, Layout::kDate64},
    Simple{"u", Type::kString, Layout::kText},      Simple{"z", Type::kBinary, Layout::kText},
    Simple{"U", Type::kString, Layout::kLargeText}, Simple{"Z", Type::kBinary, Layout::kLargeText},
    Simple{"vu", Type::kString, Layout::kTextView}, Simple{"vz", Type::kBinary, Layout::kTextView},
    Simple{"+l", Type::kList, Layout::kList},       Simple{"+L", Type::kList, Layout::kLargeList},
    Simple{"+m", Type::kList, Layout::kList},       Simple{"+s", Type::kStruct, Layout::kStruct},
};

Status unsupported(std::string_view format) {
  return Status::unsupported("the Arrow type '" + std::string(format) + "' has no form in Weir");
}

bool read_number(std::string_view& text, int& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return true;
}

bool take(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

// "precision,scale" or "precision,scale,bits".
Status read_decimal(std::string_view format, std::string_view rest, ArrowField& field) {
  int precision = 0;
  int scale = 0;
  int bits = 128;
  const bool is_read = read_number(rest, precision) && take(rest, ",") && read_number(rest, scale) &&
                       (rest.empty() || (take(rest, ",") && read_number(rest, bits) && rest.empty()));
  if (!is_read || precision < 1 || precision > 38 || scale < -38 || scale > 38) return unsupported(format);
  if (bits != 32 && bits != 64 && bits != 128) return unsupported(format);
  field.field.type = DataType::decimal(precision, scale);
  field.layout = bits == 128 ? Layout::kFixed : Layout::kNarrowDecimal;
  field.item_size = bits / 8;
  return {};
}

int32_t read_int32(const char*& at) {
  int32_t value = 0;
  std::memcpy(&value, at, sizeof(value));
  at += sizeof(value);
  return value;
}

std::string read_text(const char*& at) {
  const auto size = static_cast<size_t>(read_int32(at));
  std::string text(at, size);
  at += size;
  return text;
}

void append_int32(size_t value, std::string& out) {
  const auto narrow = static_cast<int32_t>(value);
  char bytes[sizeof(narrow)];
  std::memcpy(bytes, &narrow, sizeof(narrow));
  out.append(bytes, sizeof(narrow));
}

}  // namespace

std::string arrow_format(const DataType& type) {
  if (type.type == Type::kTimestamp) return "tsu:UTC";
  if (type.type == Type::kDecimal128)
    return "d:" + std::to_string(int{type.precision}) + "," + std::to_string(int{type.scale});
  for (const Simple& simple : kSimple)
    if (simple.type == type.type && simple.layout != Layout::kNull) return std::string(simple.format);
  return "n";
}

Status read_arrow_format(std::string_view format, ArrowField& field) {
  for (const Simple& simple : kSimple) {
    if (simple.format != format) continue;
    field.field.type.type = simple.type;
    field.layout = simple.layout;
    return {};
  }
  std::string_view rest = format;
  if (take(rest, "d:")) return read_decimal(format, rest, field);
  if (take(rest, "ts") && rest.size() >= 2 &&
      std::string_view("smun").find(rest[0]) != std::string_view::npos && rest[1] == ':') {
    field.field.type.type = Type::kTimestamp;
    field.layout = Layout::kTimestamp;
    field.unit = rest[0];
    return {};
  }
  rest = format;
  const bool is_binary = take(rest, "w:");
  if (!is_binary && !take(rest, "+w:")) return unsupported(format);
  if (!read_number(rest, field.item_size) || !rest.empty() || field.item_size < 0) return unsupported(format);
  field.field.type.type = is_binary ? Type::kBinary : Type::kList;
  field.layout = is_binary ? Layout::kFixedBinary : Layout::kFixedList;
  return {};
}

std::string arrow_metadata(const Metadata& metadata) {
  std::string out;
  append_int32(metadata.size(), out);
  for (const auto& [key, value] : metadata) {
    append_int32(key.size(), out);
    out += key;
    append_int32(value.size(), out);
    out += value;
  }
  return out;
}

Metadata read_arrow_metadata(const char* encoded) {
  Metadata metadata;
  if (encoded == nullptr) return metadata;
  for (int32_t left = read_int32(encoded); left > 0; --left) {
    std::string key = read_text(encoded);
    metadata.emplace_back(std::move(key), read_text(encoded));
  }
  return metadata;
}

}  // namespace weir
