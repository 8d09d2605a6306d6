#include "notices.hpp"

#include <cmath>
#include <cstdio>

#include <weir/builder.hpp>
#include <weir/gather.hpp>
#include <weir/host.hpp>
#include <weir/numbers.hpp>

#include "time_text.hpp"

namespace weir::analytics {
namespace {

std::string hex(uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof(text), "%016llx", static_cast<unsigned long long>(value));
  return text;
}

template <class Text>
Column texts(std::span<const Notice> notices, Text text) {
  StringBuilder made;
  for (const Notice& notice : notices) made.append(text(notice));
  return std::move(made).finish();
}
template <class T, class Value>
Column numbers(std::span<const Notice> notices, DataType type, Value value) {
  ColumnBuilder<T> made(std::move(type));
  for (const Notice& notice : notices) made.append(value(notice));
  return std::move(made).finish();
}

std::string value_text(const weir_column& column, size_t row) {
  if (Validity(column).is_null(row)) return "null";
  switch (static_cast<Type>(column.type)) {
    case Type::kString:
      return std::string(StringColumn(column)[row]);
    case Type::kBool:
      return BoolColumn(column)[row] ? "true" : "false";
    case Type::kDate32:
      return date_text(ColumnView<int32_t>(column)[row]);
    case Type::kTimestamp:
      return time_text(ColumnView<int64_t>(column)[row]);
    default:
      return with_numbers(column, [&](const auto& view) {
        if constexpr (sizeof(view[row]) <= sizeof(int64_t)) return std::to_string(view[row]);
        return std::to_string(static_cast<double>(view[row]) / std::pow(10.0, column.scale));
      });
  }
}

}  // namespace

Batch notice_rows(std::span<const Notice> notices, std::span<const weir_column* const> group) {
  std::vector<uint32_t> rows;
  for (const Notice& notice : notices) rows.push_back(notice.what.row);
  std::vector<Column> columns;
  columns.push_back(texts(notices, [](const Notice& n) { return hex(n.id); }));
  columns.push_back(texts(notices, [](const Notice& n) { return n.is_firing ? "firing" : "resolved"; }));
  columns.push_back(texts(notices, [](const Notice& n) -> const std::string& { return n.rule; }));
  columns.push_back(texts(notices, [](const Notice& n) -> const std::string& { return n.severity; }));
  for (const weir_column* column : group) columns.push_back(gather(*column, rows));
  columns.push_back(texts(notices, [](const Notice& n) -> const std::string& { return n.key; }));
  columns.push_back(numbers<double>(notices, Type::kFloat64, [](const Notice& n) { return n.what.value; }));
  columns.push_back(numbers<double>(notices, Type::kFloat64, [](const Notice& n) { return n.threshold; }));
  columns.push_back(
      numbers<int64_t>(notices, Type::kTimestamp, [](const Notice& n) { return n.started_at; }));
  columns.push_back(numbers<int64_t>(notices, Type::kTimestamp, [](const Notice& n) { return n.what.at; }));
  columns.push_back(numbers<int64_t>(notices, Type::kInt64, [](const Notice& n) { return n.members; }));
  columns.push_back(texts(notices, [](const Notice& n) -> const std::string& { return n.sentence; }));
  weir_batch like{};
  like.row_count = static_cast<int64_t>(notices.size());
  like.entered_ns = host()->monotonic_ns(host());
  return Batch::make(like, columns);
}

bool can_be_named(Type type) {
  return type == Type::kString || type == Type::kBool || type == Type::kDate32 || type == Type::kTimestamp ||
         (type >= Type::kInt8 && type <= Type::kUint64);
}

std::string key_text(std::span<const std::string> names, std::span<const weir_column* const> columns,
                     size_t row) {
  std::string made;
  for (size_t i = 0; i < columns.size(); ++i)
    made += (made.empty() ? "" : ", ") + names[i] + "=" + value_text(*columns[i], row);
  return made;
}

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.6g", value);
  return text;
}

// FNV-1a, whose two constants are all there is to it.
uint64_t stable_hash(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3U;
  return hash;
}

}  // namespace weir::analytics
