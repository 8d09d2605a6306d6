#pragma once
// The types of values inside an expression.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weir/abi_data.h>

namespace weir::expr {

__extension__ typedef __int128 Int128;            // NOLINT(modernize-use-using)
__extension__ typedef unsigned __int128 Uint128;  // NOLINT(modernize-use-using)

/// A span of time; lives only inside expressions. Months and days have no fixed length.
struct Interval {
  int32_t months = 0;
  int32_t days = 0;
  int64_t micros = 0;
};

/// The one type that is no column's: WEIR_* numbers end far below it.
inline constexpr uint8_t kIntervalId = 100;

struct NamedType;

/// What a value is: a weir_type with its parameters, or an interval. WEIR_NULL is the type of a bare NULL.
struct ValueType {
  uint8_t id = WEIR_NULL;
  uint8_t precision = 0;  ///< Decimals.
  int8_t scale = 0;
  std::shared_ptr<const std::vector<NamedType>> children;  ///< Lists and structs.

  bool is(uint8_t other) const { return id == other; }
  bool is_signed() const { return id >= WEIR_INT8 && id <= WEIR_INT64; }
  bool is_unsigned() const { return id >= WEIR_UINT8 && id <= WEIR_UINT64; }
  bool is_integer() const { return id >= WEIR_INT8 && id <= WEIR_UINT64; }
  bool is_float() const { return id == WEIR_FLOAT32 || id == WEIR_FLOAT64; }
  bool is_decimal() const { return id == WEIR_DECIMAL128; }
  bool is_number() const { return is_integer() || is_float() || is_decimal(); }
  bool is_text() const { return id == WEIR_STRING; }
  bool is_views() const { return id == WEIR_STRING || id == WEIR_BINARY; }
  bool is_nested() const { return id == WEIR_LIST || id == WEIR_STRUCT; }
  bool operator==(const ValueType& other) const;
};

struct NamedType {
  std::string name;
  ValueType type;
  bool nullable = true;
};

inline ValueType simple(uint8_t id) { return {id, 0, 0, nullptr}; }
inline ValueType decimal_type(int precision, int scale) {
  return {WEIR_DECIMAL128, static_cast<uint8_t>(precision), static_cast<int8_t>(scale), nullptr};
}

ValueType type_of_field(const weir_field& field);

/// "int64", "decimal(10,2)", "list<string>", "null".
std::string type_name(const ValueType& type);
/// Weir's names and the usual SQL ones; int8 is 8 bits wide. Needs: lower case.
std::optional<ValueType> type_from_name(std::string_view name);
/// Every name that type_from_name knows.
const std::vector<std::string>& type_names();

/// [bytes] of one value; 0 for bools (bits) and nested types.
size_t value_width(const ValueType& type);

/// Digits that hold every value of an integer type: 3, 5, 10, 19 (20 for uint64).
int integer_digits(const ValueType& type);
/// Whether every value of `from` is one of `to` (integers only).
bool integer_fits(const ValueType& from, const ValueType& to);

/// The narrowest type to which both convert without loss of meaning, for CASE, COALESCE, IN and comparisons.
/// int32 and uint32 give int64; int64 and uint64 decimal(20,0); an integer or decimal with a float gives
/// float64; date and timestamp give timestamp.
std::optional<ValueType> common_type(const ValueType& a, const ValueType& b);

/// Whether a value of `from` may stand where `to` is wanted, and how willingly: 0 is best.
std::optional<int> implicit_cost(const ValueType& from, const ValueType& to);

}  // namespace weir::expr
