#pragma once
// Types and schemas as text: the definitions behind schema.hpp.
#include <array>

#include "weir/schema.hpp"

namespace weir {
namespace detail {

struct TypeFacts {
  std::string_view name;
  uint8_t width;
};
inline constexpr std::array<TypeFacts, 19> kTypeFacts = {{{"null", 0},
                                                          {"bool", 0},
                                                          {"int8", 1},
                                                          {"int16", 2},
                                                          {"int32", 4},
                                                          {"int64", 8},
                                                          {"uint8", 1},
                                                          {"uint16", 2},
                                                          {"uint32", 4},
                                                          {"uint64", 8},
                                                          {"float32", 4},
                                                          {"float64", 8},
                                                          {"timestamp", 8},
                                                          {"date32", 4},
                                                          {"string", 0},
                                                          {"binary", 0},
                                                          {"decimal", 16},
                                                          {"list", 0},
                                                          {"struct", 0}}};

/// Reads a type, and the fields within a struct or a schema, from left to right.
class TypeReader {
 public:
  explicit TypeReader(std::string_view text) : text_(text) {}

  Result<DataType> type() {
    const std::string_view word = name();
    DataType made;
    bool is_known = false;
    for (size_t i = 1; i < kTypeFacts.size() && !is_known; ++i)
      if (kTypeFacts[i].name == word) {
        made.type = static_cast<Type>(i);
        is_known = true;
      }
    if (!is_known) return Status::invalid("no type '" + std::string(word) + "'");
    if (made.type == Type::kDecimal128) return decimal();
    if (made.type == Type::kList) return list();
    if (made.type == Type::kStruct) return structure();
    return made;
  }

  /// Reads "name: type, name: type" up to `end` (0: the text's end).
  Result<std::vector<Field>> fields(char end) {
    std::vector<Field> made;
    while (!at(end)) {
      if (!made.empty() && !take(',')) return missing(',');
      if (at(end)) break;
      Field field;
      field.name = name();
      if (field.name.empty())
        return Status::invalid("a column name is missing in '" + std::string(text_) + "'");
      if (!take(':')) return missing(':');
      WEIR_ASSIGN_OR_RETURN(field.type, type());
      made.push_back(std::move(field));
    }
    if (end != '\0') take(end);
    return made;
  }

  bool take(char wanted) {
    if (!at(wanted)) return false;
    ++at_;
    return true;
  }
  bool at_end() { return at('\0'); }

 private:
  static bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || (static_cast<unsigned char>(c) & 0x80U) != 0;
  }
  bool at(char wanted) {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
    return at_ == text_.size() ? wanted == '\0' : text_[at_] == wanted;
  }
  std::string_view name() {
    at('\0');
    if (at_ < text_.size() && text_[at_] == '"') {
      const size_t close = text_.find('"', at_ + 1);
      if (close == std::string_view::npos) return {};
      const std::string_view quoted = text_.substr(at_ + 1, close - at_ - 1);
      at_ = close + 1;
      return quoted;
    }
    const size_t from = at_;
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    return text_.substr(from, at_ - from);
  }
  Status missing(char wanted) const {
    return Status::invalid(std::string("'") + wanted + "' is missing in '" + std::string(text_) + "'");
  }
  bool number(int* out) {
    at('\0');
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), *out);
    at_ = static_cast<size_t>(end - text_.data());
    return error == std::errc();
  }
  Result<DataType> decimal() {
    int precision = 0;
    int scale = 0;
    if (!take('(') || !number(&precision) || (take(',') && !number(&scale)) || !take(')') || precision < 1 ||
        precision > 38 || scale < 0 || scale > precision)
      return Status::invalid(
          "a decimal is written decimal(digits, digits after the point), as decimal(12,2)");
    return DataType::decimal(precision, scale);
  }
  Result<DataType> list() {
    if (!take('<')) return missing('<');
    WEIR_ASSIGN_OR_RETURN(DataType item, type());
    if (!take('>')) return missing('>');
    return DataType::list(std::move(item));
  }
  Result<DataType> structure() {
    if (!take('<')) return missing('<');
    WEIR_ASSIGN_OR_RETURN(std::vector<Field> members, fields('>'));
    return DataType::structure(std::move(members));
  }

  std::string_view text_;
  size_t at_ = 0;
};

inline void print_fields(const std::vector<Field>& fields, std::string* out) {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) *out += ", ";
    const bool is_plain =
        !fields[i].name.empty() && fields[i].name.find_first_of(" ,:<>(){}\"\n\t") == std::string::npos;
    *out += is_plain ? fields[i].name : '"' + fields[i].name + '"';
    *out += ": " + fields[i].type.to_string();
  }
}

}  // namespace detail

inline std::string_view type_name(Type type) { return detail::kTypeFacts[static_cast<size_t>(type)].name; }
inline size_t type_width(Type type) { return detail::kTypeFacts[static_cast<size_t>(type)].width; }

// Here and not in the class, because a vector of fields needs to know what a field is.
inline DataType::DataType() = default;
inline DataType::DataType(Type simple) : type(simple) {}
inline DataType::DataType(const DataType& other) = default;
inline DataType::DataType(DataType&& other) noexcept = default;
inline DataType& DataType::operator=(const DataType& other) = default;
inline DataType& DataType::operator=(DataType&& other) noexcept = default;
inline DataType::~DataType() = default;

inline DataType DataType::decimal(int precision, int scale) {
  DataType made(Type::kDecimal128);
  made.precision = static_cast<uint8_t>(precision);
  made.scale = static_cast<int8_t>(scale);
  return made;
}
inline DataType DataType::list(DataType item) {
  DataType made(Type::kList);
  made.children.push_back(Field{"item", std::move(item)});
  return made;
}
inline DataType DataType::structure(std::vector<Field> fields) {
  DataType made(Type::kStruct);
  made.children = std::move(fields);
  return made;
}

inline bool DataType::operator==(const DataType& other) const {
  return type == other.type && precision == other.precision && scale == other.scale &&
         children == other.children;
}

inline Result<DataType> DataType::parse(std::string_view text) {
  detail::TypeReader reader(text);
  WEIR_ASSIGN_OR_RETURN(DataType made, reader.type());
  if (!reader.at_end()) return Status::invalid("more than one type in '" + std::string(text) + "'");
  return made;
}

inline std::string DataType::to_string() const {
  std::string out(type_name(type));
  if (type == Type::kDecimal128) out += '(' + std::to_string(precision) + ',' + std::to_string(scale) + ')';
  if (type == Type::kList) out += '<' + (children.empty() ? "null" : children[0].type.to_string()) + '>';
  if (type == Type::kStruct) {
    out += '<';
    detail::print_fields(children, &out);
    out += '>';
  }
  return out;
}

inline Result<Schema> Schema::parse(std::string_view text) {
  detail::TypeReader reader(text);
  const bool in_braces = reader.take('{');
  Schema schema;
  WEIR_ASSIGN_OR_RETURN(schema.fields, reader.fields(in_braces ? '}' : '\0'));
  if (!reader.at_end()) return Status::invalid("text after the last column in '" + std::string(text) + "'");
  return schema;
}

inline std::string Schema::to_string() const {
  std::string out;
  detail::print_fields(fields, &out);
  return out;
}

}  // namespace weir
