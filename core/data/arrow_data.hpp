#pragma once
// Foreign Arrow columns, from a C Data array or from an IPC message, made into Weir's columns.
#include <cstdint>
#include <vector>

#include <weir/column.hpp>
#include <weir/schema.hpp>
#include <weir/status.hpp>

namespace weir {

/// How a foreign column lies in memory, and the field that it becomes.
struct ArrowField {
  enum class Layout {
    kNull,           ///< no buffers; becomes a string column of nulls
    kBits,           ///< bool
    kFixed,          ///< as Weir has it
    kDate64,         ///< int64 [ms]; becomes date32
    kTimestamp,      ///< int64 in `unit`; becomes microseconds
    kNarrowDecimal,  ///< decimals of 4 or 8 bytes (item_size); becomes decimal128
    kText,           ///< 32-bit offsets
    kLargeText,      ///< 64-bit offsets
    kTextView,
    kFixedBinary,  ///< item_size bytes each
    kList,
    kLargeList,
    kFixedList,  ///< item_size items each
    kStruct,
  };

  Field field;
  Layout layout = Layout::kNull;
  int32_t item_size = 0;
  char unit = 'u';                ///< kTimestamp: 's', 'm', 'u' or 'n'
  Type index_type = Type::kNull;  ///< Not kNull: dictionary-encoded; `layout` is then that of the dictionary
  int64_t dictionary_id = 0;      ///< IPC only
  std::vector<ArrowField> children;
};

/// A piece of foreign memory and the buffer that keeps it there.
struct ArrowBuffer {
  const uint8_t* data = nullptr;
  size_t size = 0;  ///< [bytes]
  Buffer keeper;
};

/// The values of one foreign column. `buffers` are in Arrow's order: the null mask first (its data may be
/// null), and after the views of a kTextView their heaps.
struct ArrowData {
  int64_t length = 0;
  int64_t null_count = -1;  ///< -1: not counted
  int64_t offset = 0;       ///< The first row, counted in items of `buffers`.
  std::vector<ArrowBuffer> buffers;
  std::vector<ArrowData> children;
  Column dictionary;  ///< The distinct values of a dictionary-encoded column, already converted.
};

/// Returns the rows as a column that shares the foreign memory where Weir's layout allows it, and copies
/// where it does not: bit masks that do not begin at a byte, misaligned values, other units and widths.
///
/// Every offset, view, code and text is checked against the sizes of the buffers, so that damaged input is a
/// fault and never a wild read.
/// Fails: kCorrupt; kUnsupported for what has no form in Weir; kNoSpace.
Result<Column> column_of_arrow(const ArrowField& field, const ArrowData& data);

}  // namespace weir
