#pragma once
// What columns are called and what they hold.
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/abi_data.h"
#include "weir/status.hpp"

namespace weir {

/// What a value is; the numbers are those of weir_type.
enum class Type : uint8_t {
  kNull = WEIR_NULL,
  kBool = WEIR_BOOL,
  kInt8 = WEIR_INT8,
  kInt16 = WEIR_INT16,
  kInt32 = WEIR_INT32,
  kInt64 = WEIR_INT64,
  kUint8 = WEIR_UINT8,
  kUint16 = WEIR_UINT16,
  kUint32 = WEIR_UINT32,
  kUint64 = WEIR_UINT64,
  kFloat32 = WEIR_FLOAT32,
  kFloat64 = WEIR_FLOAT64,
  kTimestamp = WEIR_TIMESTAMP,
  kDate32 = WEIR_DATE32,
  kString = WEIR_STRING,
  kBinary = WEIR_BINARY,
  kDecimal128 = WEIR_DECIMAL128,
  kList = WEIR_LIST,
  kStruct = WEIR_STRUCT,
};

/// Returns the word for a type as YAML and messages have it: "float64", "list".
std::string_view type_name(Type type);
/// Returns the bytes of one value of a fixed-width type, 0 for every other type.
size_t type_width(Type type);

struct Field;

/// A type with its parameters. Written "int64", "decimal(12,2)", "list<string>", "struct<a: int64, b:
/// date32>".
struct DataType {
  Type type = Type::kNull;
  uint8_t precision = 0;        ///< decimal: digits, 1..38
  int8_t scale = 0;             ///< decimal: digits after the point
  std::vector<Field> children;  ///< list: one field named "item"; struct: its fields

  DataType();
  DataType(Type simple);  // NOLINT(google-explicit-constructor)
  DataType(const DataType& other);
  DataType(DataType&& other) noexcept;
  DataType& operator=(const DataType& other);
  DataType& operator=(DataType&& other) noexcept;
  ~DataType();
  static DataType decimal(int precision, int scale);
  static DataType list(DataType item);
  static DataType structure(std::vector<Field> fields);
  /// Fails: kInvalid, with what was found.
  static Result<DataType> parse(std::string_view text);
  std::string to_string() const;
  bool operator==(const DataType& other) const;
};

using Metadata = std::vector<std::pair<std::string, std::string>>;

/// One column of a schema. Labels live in its metadata: "weir.sensitivity" = direct | quasi | sensitive |
/// none.
struct Field {
  std::string name;
  DataType type;
  bool nullable = true;
  Metadata metadata = {};

  /// Returns the value of a metadata key, or an empty text.
  std::string_view metadata_value(std::string_view key) const {
    for (const auto& [k, v] : metadata)
      if (k == key) return v;
    return {};
  }
  void set_metadata(std::string_view key, std::string_view value) {
    for (auto& [k, v] : metadata)
      if (k == key) {
        v = value;
        return;
      }
    metadata.emplace_back(key, value);
  }
  bool operator==(const Field& other) const = default;
};

/// The columns of a port, in order.
struct Schema {
  std::vector<Field> fields;
  int event_time = -1;  ///< Index of the column that carries event time; -1: none.

  size_t size() const { return fields.size(); }
  const Field& operator[](size_t index) const { return fields[index]; }
  /// Returns the index of a column by its name.
  std::optional<size_t> find(std::string_view name) const {
    for (size_t i = 0; i < fields.size(); ++i)
      if (fields[i].name == name) return i;
    return std::nullopt;
  }
  /// Reads "t: float64, tags: list<string>", also within braces. Fails: kInvalid.
  static Result<Schema> parse(std::string_view text);
  /// Returns it as parse() reads it.
  std::string to_string() const;
  bool operator==(const Schema& other) const = default;
};

}  // namespace weir

#include "weir/schema_text.hpp"  // IWYU pragma: export
