#pragma once
// Schemas across the C ABI.
#include <memory>
#include <utility>
#include <vector>

#include "weir/schema.hpp"
#include "weir/text.hpp"

namespace weir {

/// The weir_field form of some fields, owning everything that it points to.
///
/// Threads: constant after construction; moving keeps all addresses.
class CFields {
 public:
  explicit CFields(std::vector<Field> fields)
      : fields_(std::make_unique<const std::vector<Field>>(std::move(fields))), view_(convert(*fields_)) {}
  const weir_field* data() const { return view_; }
  size_t size() const { return fields_->size(); }
  const std::vector<Field>& fields() const { return *fields_; }

 private:
  const weir_field* convert(const std::vector<Field>& fields) {
    if (fields.empty()) return nullptr;
    auto made = std::make_unique<weir_field[]>(fields.size());
    for (size_t i = 0; i < fields.size(); ++i) made[i] = convert(fields[i]);
    return arrays_.emplace_back(std::move(made)).get();
  }
  weir_field convert(const Field& field) {
    weir_field c{};
    c.name = as_str(field.name);
    c.type = static_cast<uint8_t>(field.type.type);
    c.nullable = field.nullable ? 1 : 0;
    c.precision = field.type.precision;
    c.scale = field.type.scale;
    c.child_count = static_cast<uint32_t>(field.type.children.size());
    c.children = convert(field.type.children);
    c.metadata_count = static_cast<uint32_t>(field.metadata.size());
    c.metadata = pairs(field.metadata);
    return c;
  }
  const weir_pair* pairs(const Metadata& metadata) {
    if (metadata.empty()) return nullptr;
    auto made = std::make_unique<weir_pair[]>(metadata.size());
    for (size_t i = 0; i < metadata.size(); ++i)
      made[i] = {as_str(metadata[i].first), as_str(metadata[i].second)};
    return pairs_.emplace_back(std::move(made)).get();
  }

  std::unique_ptr<const std::vector<Field>> fields_;
  std::vector<std::unique_ptr<weir_field[]>> arrays_;
  std::vector<std::unique_ptr<weir_pair[]>> pairs_;
  const weir_field* view_;
};

/// The weir_schema form of a schema, owning everything that it points to.
class CSchema {
 public:
  explicit CSchema(const Schema& schema) : fields_(schema.fields) {
    view_.struct_size = sizeof(weir_schema);
    view_.field_count = static_cast<uint32_t>(fields_.size());
    view_.fields = fields_.data();
    view_.event_time = schema.event_time;
  }
  /// Borrows: valid while this object lives; its arrays also survive a move.
  const weir_schema* get() const { return &view_; }

 private:
  CFields fields_;
  weir_schema view_{};
};

inline Field to_field(const weir_field& c) {
  Field field;
  field.name = as_view(c.name);
  field.type.type = static_cast<Type>(c.type);
  field.type.precision = c.precision;
  field.type.scale = c.scale;
  field.nullable = c.nullable != 0;
  for (uint32_t i = 0; i < c.child_count; ++i) field.type.children.push_back(to_field(c.children[i]));
  for (uint32_t i = 0; i < c.metadata_count; ++i)
    field.metadata.emplace_back(as_view(c.metadata[i].key), as_view(c.metadata[i].value));
  return field;
}

inline Schema to_schema(const weir_schema& c) {
  Schema schema;
  schema.event_time = c.event_time;
  for (uint32_t i = 0; i < c.field_count; ++i) schema.fields.push_back(to_field(c.fields[i]));
  return schema;
}

}  // namespace weir
