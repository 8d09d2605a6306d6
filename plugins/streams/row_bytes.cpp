// A row is its columns one after the other. A value is a byte that says whether there is one, then: the bytes
// of a number, one byte of a bool, u32 and the bytes of a text, u32 and the items of a list, the members of a
// struct. Items lie column by column, so that the reader builds whole columns.
#include "row_bytes.hpp"

#include <cstring>
#include <numeric>

#include <weir/builder.hpp>
#include <weir/fault.hpp>

namespace weir::streams {
namespace {

template <class T>
void put(T value, std::string& out) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

void append_values(const weir_column& column, size_t from, size_t count, std::string& out);

void append_lists(const weir_column& column, size_t from, size_t count, std::string& out) {
  const ListColumn lists(column);
  for (size_t row = from; row < from + count; ++row) {
    put(static_cast<uint8_t>(!lists.is_null(row)), out);
    if (!lists.is_null(row)) put(static_cast<uint32_t>(lists.length(row)), out);
  }
  for (size_t row = from; row < from + count; ++row)
    if (!lists.is_null(row)) append_values(lists.items(), lists.first(row), lists.length(row), out);
}

void append_values(const weir_column& column, size_t from, size_t count, std::string& out) {
  const auto type = static_cast<Type>(column.type);
  if (type == Type::kList) return append_lists(column, from, count, out);
  const Validity validity(column);
  if (type == Type::kStruct) {
    for (size_t row = from; row < from + count; ++row) put(static_cast<uint8_t>(!validity.is_null(row)), out);
    for (uint32_t i = 0; i < column.child_count; ++i) append_values(*column.children[i], from, count, out);
    return;
  }
  const size_t width = type_width(type);
  for (size_t row = from; row < from + count; ++row) {
    put(static_cast<uint8_t>(!validity.is_null(row)), out);
    if (validity.is_null(row)) continue;
    if (type == Type::kString || type == Type::kBinary) {
      const std::string_view text = StringColumn(column)[row];
      put(static_cast<uint32_t>(text.size()), out);
      out += text;
    } else if (type == Type::kBool) {
      put(static_cast<uint8_t>(BoolColumn(column)[row]), out);
    } else {
      out.append(static_cast<const char*>(column.values) + row * width, width);
    }
  }
}

/// What is left of each row, and how many values of the column that is being read each row has.
struct Cursor {
  std::vector<std::string_view>& rest;
  std::vector<uint32_t> counts;

  std::string_view take(size_t row, size_t size) const {
    if (rest[row].size() < size) throw_fault(Code::kCorrupt, "a stored row ends too early");
    const std::string_view taken = rest[row].substr(0, size);
    rest[row].remove_prefix(size);
    return taken;
  }
  template <class T>
  T number(size_t row) const {
    T value;
    std::memcpy(&value, take(row, sizeof(T)).data(), sizeof(T));
    return value;
  }
  /// Calls `each(row)` for every value, after its first byte; `null()` for those that have none.
  template <class Each, class Null>
  void for_each(Each each, Null null) const {
    for (size_t row = 0; row < counts.size(); ++row)
      for (uint32_t i = 0; i < counts[row]; ++i) number<uint8_t>(row) != 0 ? each(row) : null();
  }
  size_t total() const { return std::accumulate(counts.begin(), counts.end(), size_t{0}); }
};

Column read_column(const DataType& type, const Cursor& cursor);

Column read_texts(Type type, const Cursor& cursor) {
  StringBuilder made(type);
  made.reserve(cursor.total());
  cursor.for_each([&](size_t row) { made.append(cursor.take(row, cursor.number<uint32_t>(row))); },
                  [&] { made.append_null(); });
  return std::move(made).finish();
}

Column read_bools(const Cursor& cursor) {
  BoolBuilder made;
  cursor.for_each([&](size_t row) { made.append(cursor.number<uint8_t>(row) != 0); },
                  [&] { made.append_null(); });
  return std::move(made).finish();
}

Column read_fixed(const DataType& type, const Cursor& cursor) {
  const size_t width = type_width(type.type);
  Buffer values = Buffer::allocate(cursor.total() * width);
  ValidityBuilder validity;
  uint8_t* to = values.data();
  cursor.for_each(
      [&](size_t row) {
        std::memcpy(to, cursor.take(row, width).data(), width);
        to += width;
        validity.append(true);
      },
      [&] {
        std::memset(to, 0, width);
        to += width;
        validity.append(false);
      });
  ColumnParts parts(type, WEIR_LAYOUT_FIXED, cursor.total());
  validity.finish_into(parts);
  return parts.values(values.data()).keep(values).make();
}

Column read_lists(const DataType& type, const Cursor& cursor) {
  Cursor items{cursor.rest, std::vector<uint32_t>(cursor.counts.size())};
  GrowingBuffer offsets;
  ValidityBuilder validity;
  int32_t end = 0;
  offsets.push(end);
  cursor.for_each(
      [&](size_t row) {
        const auto length = cursor.number<uint32_t>(row);
        items.counts[row] += length;
        end += static_cast<int32_t>(length);
        offsets.push(end);
        validity.append(true);
      },
      [&] {
        offsets.push(end);
        validity.append(false);
      });
  ColumnParts parts(type, WEIR_LAYOUT_LIST, cursor.total());
  validity.finish_into(parts);
  Buffer made = offsets.finish();
  return parts.values(made.data()).keep(made).child(read_column(type.children[0].type, items)).make();
}

Column read_structs(const DataType& type, const Cursor& cursor) {
  ValidityBuilder validity;
  cursor.for_each([&](size_t) { validity.append(true); }, [&] { validity.append(false); });
  ColumnParts parts(type, WEIR_LAYOUT_STRUCT, cursor.total());
  validity.finish_into(parts);
  for (const Field& member : type.children) parts.child(read_column(member.type, cursor));
  return parts.make();
}

Column read_column(const DataType& type, const Cursor& cursor) {
  switch (type.type) {
    case Type::kString:
    case Type::kBinary:
      return read_texts(type.type, cursor);
    case Type::kBool:
      return read_bools(cursor);
    case Type::kList:
      return read_lists(type, cursor);
    case Type::kStruct:
      return read_structs(type, cursor);
    default:
      return read_fixed(type, cursor);
  }
}

}  // namespace

void append_row(const Batch& batch, size_t row, std::string& out) {
  for (size_t i = 0; i < batch.column_count(); ++i) append_values(batch.raw_column(i), row, 1, out);
}

std::vector<Column> columns_of(std::span<const Field> fields, std::vector<std::string_view> rows) {
  const Cursor cursor{rows, std::vector<uint32_t>(rows.size(), 1)};
  std::vector<Column> made;
  made.reserve(fields.size());
  for (const Field& field : fields) made.push_back(read_column(field.type, cursor));
  return made;
}

}  // namespace weir::streams
