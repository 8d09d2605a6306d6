#include "plan/row_values.hpp"

#include <cstring>
#include <string>
#include <utility>
#include <vector>
#include <weir/builder.hpp>

#include "expr/compile.hpp"

namespace weir {
namespace {

/// The values of one column, row by row; null where a row has none.
using Values = std::vector<const YamlValue*>;

bool is_integer(Type type) { return type >= Type::kInt8 && type <= Type::kUint64; }

int base64_digit(char c) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const size_t digit = kDigits.find(c);
  return digit == std::string_view::npos ? -1 : static_cast<int>(digit);
}

std::optional<std::string> bytes_of_base64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string bytes;
  uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const int digit = base64_digit(c);
    if (digit < 0) return std::nullopt;
    group = group << 6 | static_cast<uint32_t>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(group >> bits & 0xFF);
  }
  return bytes;
}

class RowReader {
 public:
  RowReader(BinaryText binary, FaultList& faults) : binary_(binary), faults_(faults) {}

  Column column(const std::string& name, const DataType& type, const Values& values) {
    switch (type.type) {
      case Type::kString:
      case Type::kBinary:
        return texts(name, type, values);
      case Type::kList:
        return lists(name, type, values);
      case Type::kStruct:
        return structs(name, type, values);
      default:
        return casts(name, type, values);
    }
  }

 private:
  void add_fault(const YamlValue& value, const std::string& column, std::string message) {
    faults_.error(value.place, "bad-value", "column '" + column + "': " + std::move(message));
  }

  /// Whether there is a value of this kind; says so when there is one of another.
  bool is_kind(const YamlValue* value, YamlValue::Kind kind, const std::string& column,
               const DataType& type) {
    if (value == nullptr || value->is_null() || value->is_faulty) return false;
    if (value->kind == kind) return true;
    add_fault(*value, column, "expected " + type.to_string() + ", found " + describe(*value));
    return false;
  }

  Column texts(const std::string& name, const DataType& type, const Values& values) {
    StringBuilder builder(type.type);
    const bool is_base64 = type.type == Type::kBinary && binary_ == BinaryText::kBase64;
    for (const YamlValue* const value : values) {
      if (!is_kind(value, YamlValue::Kind::kScalar, name, type)) {
        builder.append_null();
        continue;
      }
      const auto bytes = is_base64 ? bytes_of_base64(value->text) : std::optional(value->text);
      if (!bytes) add_fault(*value, name, "expected base64, found " + describe(*value));
      builder.append(bytes.value_or(""));
    }
    return std::move(builder).finish();
  }

  Column casts(const std::string& name, const DataType& type, const Values& values) {
    StringBuilder builder;
    for (const YamlValue* const value : values) {
      if (!is_kind(value, YamlValue::Kind::kScalar, name, type)) {
        builder.append_null();
      } else if (is_integer(type.type) && value->text.find('.') != std::string::npos) {
        // CAST would round it, and nobody means that in a row that is written down.
        add_fault(*value, name, "expected " + type.to_string() + ", found " + describe(*value));
        builder.append_null();
      } else {
        builder.append(value->text);
      }
    }
    Schema schema;
    schema.fields.push_back(Field{"v", Type::kString});
    const auto cast = expr::compile("CAST(v AS " + type.to_string() + ")", schema, kFunctions);
    if (!cast.is_ok()) throw_fault(Code::kUnsupported, "no text is a value of " + type.to_string());
    std::vector<Column> columns;
    columns.push_back(std::move(builder).finish());
    expr::RowFaults row_faults;
    auto made = cast->evaluate(*Batch::make(values.size(), columns), row_faults);
    if (!made.is_ok()) throw_fault(made.status().code(), std::string(made.status().message()));
    for (const expr::RowFault& fault : row_faults)
      add_fault(*values[static_cast<size_t>(fault.row)], name, fault.message);
    return std::move(made).value();
  }

  Column lists(const std::string& name, const DataType& type, const Values& values) {
    GrowingBuffer offsets;
    ValidityBuilder validity;
    Values items;
    offsets.push(int32_t{0});
    for (const YamlValue* const value : values) {
      const bool is_list = is_kind(value, YamlValue::Kind::kList, name, type);
      validity.append(is_list);
      if (is_list) {
        for (const YamlValue& item : value->items) items.push_back(&item);
      }
      offsets.push(static_cast<int32_t>(items.size()));
    }
    ColumnParts parts(type, WEIR_LAYOUT_LIST, values.size());
    validity.finish_into(parts);
    const Buffer bytes = offsets.finish();
    return parts.values(bytes.data())
        .keep(bytes)
        .child(column(name, type.children.front().type, items))
        .make();
  }

  Column structs(const std::string& name, const DataType& type, const Values& values) {
    ValidityBuilder validity;
    for (const YamlValue* const value : values)
      validity.append(is_kind(value, YamlValue::Kind::kMap, name, type));
    ColumnParts parts(type, WEIR_LAYOUT_STRUCT, values.size());
    validity.finish_into(parts);
    for (const Field& field : type.children) {
      Values members;
      for (const YamlValue* const value : values) {
        const bool is_map = value != nullptr && value->is_map();
        const YamlEntry* const entry = is_map ? value->find(field.name) : nullptr;
        members.push_back(entry == nullptr ? nullptr : &entry->value);
      }
      parts.child(column(name + "." + field.name, field.type, members));
    }
    return parts.make();
  }

  const BinaryText binary_;
  FaultList& faults_;
  // Made once: rejected rows are read one at a time.
  inline static const expr::FunctionRegistry kFunctions = expr::FunctionRegistry::builtin();
};

}  // namespace

std::optional<Batch> batch_of_rows(const Schema& schema, std::span<const YamlValue> rows, BinaryText binary,
                                   FaultList& faults) {
  const size_t told = faults.told_count();
  RowReader reader(binary, faults);
  std::vector<Column> columns;
  for (const Field& field : schema.fields) {
    Values values;
    for (const YamlValue& row : rows) {
      const YamlEntry* const entry = row.find(field.name);
      values.push_back(entry == nullptr ? nullptr : &entry->value);
    }
    columns.push_back(reader.column(field.name, field.type, values));
  }
  if (faults.told_count() != told) return std::nullopt;
  return Batch::make(rows.size(), columns);
}

}  // namespace weir
