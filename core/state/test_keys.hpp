#pragma once
// Keys for tests: columns from plain values, and the ABI structs over them.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weir/builder.hpp>

#include "data/data_calls.hpp"

namespace weir::test {

/// Builders need a host before main() makes the first test.
inline const bool kHasHost = (init_data_host(), true);

template <class T>
Column fixed(const std::vector<std::optional<T>>& values, DataType type = default_type<T>()) {
  ColumnBuilder<T> builder(std::move(type));
  for (const auto& value : values) builder.append_optional(value);
  return std::move(builder).finish();
}

using Texts = std::vector<std::optional<std::string>>;

inline Column views(const Texts& values, Type type = Type::kString) {
  StringBuilder builder(type);
  for (const auto& value : values) builder.append_optional(value);
  return std::move(builder).finish();
}

inline Column dictionary(const Texts& values) {
  DictionaryBuilder builder;
  for (const auto& value : values) value ? builder.append(*value) : builder.append_null();
  return std::move(builder).finish();
}

inline Column bools(const std::vector<std::optional<bool>>& values) {
  BoolBuilder builder;
  for (const auto& value : values) value ? builder.append(*value) : builder.append_null();
  return std::move(builder).finish();
}

/// A string column in the OFFSETS layout.
inline Column offsets(const Texts& values) {
  std::vector<int32_t> ends{0};
  std::string bytes;
  ValidityBuilder validity;
  for (const auto& value : values) {
    bytes += value.value_or("");
    ends.push_back(static_cast<int32_t>(bytes.size()));
    validity.append(value.has_value());
  }
  Buffer heap = Buffer::allocate(bytes.size() + 1);
  std::memcpy(heap.data(), bytes.data(), bytes.size());
  Buffer places = Buffer::allocate(ends.size() * sizeof(int32_t));
  std::memcpy(places.data(), ends.data(), ends.size() * sizeof(int32_t));
  ColumnParts parts(Type::kString, WEIR_LAYOUT_OFFSETS, values.size());
  validity.finish_into(parts);
  parts.add_heap(heap.data());
  return parts.values(places.data()).keep(places).keep(heap).make();
}

/// A weir_keys over columns that it keeps.
class Keys {
 public:
  explicit Keys(std::vector<Column> columns) : columns_(std::move(columns)) {
    for (const Column& column : columns_) raw_.push_back(column.get());
    keys_.columns = raw_.data();
    keys_.column_count = static_cast<uint32_t>(raw_.size());
    keys_.row_count = raw_.empty() ? 1 : raw_[0]->row_count;
  }
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;
  Keys& rows(std::vector<uint32_t> rows) {
    rows_ = std::move(rows);
    keys_.rows = rows_.data();
    keys_.row_count = static_cast<int64_t>(rows_.size());
    return *this;
  }
  Keys& namespaces(std::vector<int64_t> namespaces) {
    namespaces_ = std::move(namespaces);
    keys_.namespaces = namespaces_.data();
    return *this;
  }
  const weir_keys& get() const { return keys_; }
  size_t size() const { return static_cast<size_t>(keys_.row_count); }
  std::span<const weir_column* const> raw() const { return raw_; }

 private:
  std::vector<Column> columns_;
  std::vector<const weir_column*> raw_;
  std::vector<uint32_t> rows_;
  std::vector<int64_t> namespaces_;
  weir_keys keys_{};
};

/// Fields of these types, as a state spec names its key.
class KeyFields {
 public:
  explicit KeyFields(std::string_view schema) : schema_(Schema::parse(schema).value()) {
    for (const Field& field : schema_.fields) {
      weir_field raw{};
      raw.name = {field.name.data(), field.name.size()};
      raw.type = static_cast<uint8_t>(field.type.type);
      raw.precision = field.type.precision;
      raw.scale = field.type.scale;
      raw.nullable = 1;
      raw_.push_back(raw);
    }
  }
  const weir_field* data() const { return raw_.data(); }
  uint32_t size() const { return static_cast<uint32_t>(raw_.size()); }

 private:
  Schema schema_;
  std::vector<weir_field> raw_;
};

}  // namespace weir::test
