#include "expr/value_type.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace weir::expr {
namespace {

constexpr std::array<std::pair<std::string_view, uint8_t>, 44> kNames = {{
    {"bool", WEIR_BOOL},
    {"int8", WEIR_INT8},
    {"int16", WEIR_INT16},
    {"int32", WEIR_INT32},
    {"int64", WEIR_INT64},
    {"uint8", WEIR_UINT8},
    {"uint16", WEIR_UINT16},
    {"uint32", WEIR_UINT32},
    {"uint64", WEIR_UINT64},
    {"float32", WEIR_FLOAT32},
    {"float64", WEIR_FLOAT64},
    {"timestamp", WEIR_TIMESTAMP},
    {"date32", WEIR_DATE32},
    {"string", WEIR_STRING},
    {"binary", WEIR_BINARY},
    {"decimal128", WEIR_DECIMAL128},
    {"interval", kIntervalId},
    {"null", WEIR_NULL},
    {"boolean", WEIR_BOOL},
    {"logical", WEIR_BOOL},
    {"tinyint", WEIR_INT8},
    {"smallint", WEIR_INT16},
    {"short", WEIR_INT16},
    {"int", WEIR_INT32},
    {"integer", WEIR_INT32},
    {"signed", WEIR_INT32},
    {"bigint", WEIR_INT64},
    {"long", WEIR_INT64},
    {"utinyint", WEIR_UINT8},
    {"usmallint", WEIR_UINT16},
    {"uinteger", WEIR_UINT32},
    {"ubigint", WEIR_UINT64},
    {"float", WEIR_FLOAT32},
    {"real", WEIR_FLOAT32},
    {"double", WEIR_FLOAT64},
    {"varchar", WEIR_STRING},
    {"text", WEIR_STRING},
    {"char", WEIR_STRING},
    {"blob", WEIR_BINARY},
    {"date", WEIR_DATE32},
    {"timestamptz", WEIR_TIMESTAMP},
    {"datetime", WEIR_TIMESTAMP},
    {"decimal", WEIR_DECIMAL128},
    {"numeric", WEIR_DECIMAL128},
}};

std::optional<ValueType> parse_decimal(std::string_view arguments) {
  int precision = 0;
  int scale = 0;
  const char* end = arguments.data() + arguments.size();
  const auto first = std::from_chars(arguments.data(), end, precision);
  if (first.ec != std::errc()) return std::nullopt;
  if (first.ptr != end) {
    const auto second = *first.ptr == ',' ? std::from_chars(first.ptr + 1, end, scale) : first;
    if (*first.ptr != ',' || second.ec != std::errc() || second.ptr != end) return std::nullopt;
  }
  if (precision < 1 || precision > 38 || scale < 0 || scale > precision) return std::nullopt;
  return decimal_type(precision, scale);
}

}  // namespace

bool ValueType::operator==(const ValueType& other) const {
  if (id != other.id) return false;
  if (id == WEIR_DECIMAL128) return precision == other.precision && scale == other.scale;
  if (!is_nested()) return true;
  if (!children || !other.children || children->size() != other.children->size())
    return children == other.children;
  return std::equal(
      children->begin(), children->end(), other.children->begin(),
      [](const NamedType& a, const NamedType& b) { return a.name == b.name && a.type == b.type; });
}

ValueType type_of_field(const weir_field& field) {
  ValueType type{field.type, field.precision, field.scale, nullptr};
  if (!type.is_nested()) return type;
  auto children = std::make_shared<std::vector<NamedType>>();
  for (uint32_t i = 0; i < field.child_count; ++i) {
    const weir_field& child = field.children[i];
    children->push_back(
        {std::string(child.name.data, child.name.size), type_of_field(child), child.nullable != 0});
  }
  type.children = std::move(children);
  return type;
}

std::string type_name(const ValueType& type) {
  if (type.is_decimal())
    return "decimal(" + std::to_string(type.precision) + "," + std::to_string(type.scale) + ")";
  if (type.is_nested()) {
    std::string out = type.id == WEIR_LIST ? "list<" : "struct<";
    if (type.children) {
      for (size_t i = 0; i < type.children->size(); ++i) {
        const NamedType& child = (*type.children)[i];
        if (i > 0) out += ", ";
        if (type.id == WEIR_STRUCT) out += child.name + ": ";
        out += type_name(child.type);
      }
    }
    return out + ">";
  }
  for (const auto& [name, id] : kNames)
    if (id == type.id) return std::string(name);
  return "null";
}

std::optional<ValueType> type_from_name(std::string_view name) {
  const size_t open = name.find('(');
  const std::string_view word = name.substr(0, open);
  const auto* found =
      std::find_if(kNames.begin(), kNames.end(), [&](const auto& entry) { return entry.first == word; });
  if (found == kNames.end() || found->second == WEIR_NULL) return std::nullopt;
  const bool has_arguments = open != std::string_view::npos;
  if (found->second == WEIR_DECIMAL128)
    return has_arguments ? parse_decimal(name.substr(open + 1, name.size() - open - 2)) : decimal_type(18, 3);
  // varchar(20) is a string of any length, as in DuckDB.
  if (has_arguments && found->second != WEIR_STRING) return std::nullopt;
  return simple(found->second);
}

const std::vector<std::string>& type_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const auto& entry : kNames)
      if (entry.second != WEIR_NULL) out.emplace_back(entry.first);
    return out;
  }();
  return names;
}

size_t value_width(const ValueType& type) {
  switch (type.id) {
    case WEIR_INT8:
    case WEIR_UINT8:
      return 1;
    case WEIR_INT16:
    case WEIR_UINT16:
      return 2;
    case WEIR_INT32:
    case WEIR_UINT32:
    case WEIR_FLOAT32:
    case WEIR_DATE32:
      return 4;
    case WEIR_INT64:
    case WEIR_UINT64:
    case WEIR_FLOAT64:
    case WEIR_TIMESTAMP:
      return 8;
    case WEIR_STRING:
    case WEIR_BINARY:
    case WEIR_DECIMAL128:
    case kIntervalId:
      return 16;
    default:
      return 0;
  }
}

int integer_digits(const ValueType& type) {
  switch (type.id) {
    case WEIR_INT8:
    case WEIR_UINT8:
      return 3;
    case WEIR_INT16:
    case WEIR_UINT16:
      return 5;
    case WEIR_INT32:
    case WEIR_UINT32:
      return 10;
    case WEIR_UINT64:
      return 20;
    default:
      return 19;
  }
}

bool integer_fits(const ValueType& from, const ValueType& to) {
  if (!from.is_integer() || !to.is_integer()) return false;
  if (from.is_signed() == to.is_signed()) return value_width(from) <= value_width(to);
  return from.is_unsigned() && value_width(from) < value_width(to);
}

namespace {

std::optional<ValueType> common_integer(const ValueType& a, const ValueType& b) {
  if (integer_fits(a, b)) return b;
  if (integer_fits(b, a)) return a;
  for (const uint8_t id : {WEIR_INT16, WEIR_INT32, WEIR_INT64})
    if (integer_fits(a, simple(id)) && integer_fits(b, simple(id))) return simple(id);
  return decimal_type(20, 0);
}

ValueType as_decimal(const ValueType& type) {
  return type.is_decimal() ? type : decimal_type(integer_digits(type), 0);
}

std::optional<ValueType> common_number(const ValueType& a, const ValueType& b) {
  if (a.is_integer() && b.is_integer()) return common_integer(a, b);
  if (a.is_float() || b.is_float()) return a.id == b.id ? a : simple(WEIR_FLOAT64);
  const ValueType x = as_decimal(a);
  const ValueType y = as_decimal(b);
  const int scale = std::max(x.scale, y.scale);
  const int whole = std::max(x.precision - x.scale, y.precision - y.scale);
  return decimal_type(std::min(38, whole + scale), scale);
}

}  // namespace

std::optional<ValueType> common_type(const ValueType& a, const ValueType& b) {
  if (a == b || b.is(WEIR_NULL)) return a;
  if (a.is(WEIR_NULL)) return b;
  if (a.is_number() && b.is_number()) return common_number(a, b);
  const bool are_times =
      (a.is(WEIR_DATE32) || a.is(WEIR_TIMESTAMP)) && (b.is(WEIR_DATE32) || b.is(WEIR_TIMESTAMP));
  if (are_times) return simple(WEIR_TIMESTAMP);
  return std::nullopt;
}

std::optional<int> implicit_cost(const ValueType& from, const ValueType& to) {
  if (from == to) return 0;
  if (from.is(WEIR_NULL)) return 1;
  if (integer_fits(from, to))
    return 1 + static_cast<int>(value_width(to)) - static_cast<int>(value_width(from));
  if (from.is(WEIR_FLOAT32) && to.is(WEIR_FLOAT64)) return 2;
  if (from.is_integer() && to.is(WEIR_FLOAT64)) return 20;
  if (from.is_decimal() && to.is(WEIR_FLOAT64)) return 15;
  if (from.is(WEIR_DATE32) && to.is(WEIR_TIMESTAMP)) return 5;
  return std::nullopt;
}

}  // namespace weir::expr
