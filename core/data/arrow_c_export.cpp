#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <weir/fault.hpp>

#include "data/arrow_c.hpp"
#include "data/arrow_format.hpp"
#include "data/plain_text.hpp"

namespace weir {
namespace {

// What an exported struct points to, and the structs of its children. A child that its consumer moved away
// has no release any more and is left alone.
template <class T>
struct Family {
  std::vector<std::unique_ptr<T>> members;
  std::vector<T*> pointers;
  std::unique_ptr<T> dictionary;

  T& add() {
    members.push_back(std::make_unique<T>());
    pointers.push_back(members.back().get());
    return *members.back();
  }
  ~Family() {
    for (const auto& member : members)
      if (member->release) member->release(member.get());
    if (dictionary && dictionary->release) dictionary->release(dictionary.get());
  }
};

struct SchemaOwner : Family<ArrowSchema> {
  std::string format;
  std::string name;
  std::string metadata;
};

struct ArrayOwner : Family<ArrowArray> {
  Column column;
  std::vector<const void*> buffers;
  std::vector<int64_t> heap_sizes;
};

template <class Owner, class T>
void hand_over(std::unique_ptr<Owner> owner, T& out) {
  out.n_children = static_cast<int64_t>(owner->pointers.size());
  out.children = owner->pointers.data();
  out.dictionary = owner->dictionary.get();
  out.private_data = owner.release();
  out.release = [](T* it) {
    it->release = nullptr;
    std::unique_ptr<Owner>{static_cast<Owner*>(it->private_data)}.reset();
  };
}

std::string format_of(const DataType& type, const weir_column& column) {
  if (column.layout != WEIR_LAYOUT_VIEW) return arrow_format(type);
  return type.type == Type::kString ? "vu" : "vz";
}

void fill_schema(const Field& field, const weir_column& column, ArrowSchema& out) {
  out = {};
  auto owner = std::make_unique<SchemaOwner>();
  owner->name = field.name;
  if (!field.metadata.empty()) owner->metadata = arrow_metadata(field.metadata);
  if (column.layout == WEIR_LAYOUT_DICTIONARY) {
    owner->format = "i";
    owner->dictionary = std::make_unique<ArrowSchema>();
    fill_schema(Field{"", field.type}, *column.children[0], *owner->dictionary);
  } else {
    owner->format = format_of(field.type, column);
    for (size_t i = 0; i < field.type.children.size(); ++i)
      fill_schema(field.type.children[i], *column.children[i], owner->add());
  }
  out.format = owner->format.c_str();
  out.name = owner->name.c_str();
  out.metadata = owner->metadata.empty() ? nullptr : owner->metadata.data();
  out.flags = field.nullable ? ARROW_FLAG_NULLABLE : 0;
  hand_over(std::move(owner), out);
}

int64_t heap_size(const weir_column& column, const uint8_t* heap) {
  for (uint32_t i = 0; i < column.buffer_count; ++i) {
    const weir_buffer& buffer = *column.buffers[i];
    // A heap may begin right where another buffer ends.
    const bool is_inside = heap >= buffer.data && heap < buffer.data + buffer.size;
    if (is_inside || (heap == buffer.data && buffer.size == 0)) return buffer.data + buffer.size - heap;
  }
  throw_fault(Code::kInternal, "a heap of a column lies in none of its buffers");
}

void add_views(const weir_column& column, ArrayOwner& owner) {
  for (uint32_t i = 0; i < column.heap_count; ++i) {
    owner.buffers.push_back(column.heaps[i]);
    owner.heap_sizes.push_back(heap_size(column, column.heaps[i]));
  }
  owner.buffers.push_back(owner.heap_sizes.data());
}

void fill_array(const weir_column& column, ArrowArray& out) {
  out = {};
  auto owner = std::make_unique<ArrayOwner>();
  owner->column = Column::retain(&column);
  owner->buffers.push_back(column.validity);
  if (column.layout != WEIR_LAYOUT_STRUCT) owner->buffers.push_back(column.values);
  if (column.layout == WEIR_LAYOUT_OFFSETS) owner->buffers.push_back(column.heaps[0]);
  if (column.layout == WEIR_LAYOUT_VIEW) add_views(column, *owner);
  if (column.layout == WEIR_LAYOUT_DICTIONARY) {
    owner->dictionary = std::make_unique<ArrowArray>();
    fill_array(*column.children[0], *owner->dictionary);
  } else {
    for (uint32_t i = 0; i < column.child_count; ++i) fill_array(*column.children[i], owner->add());
  }
  out.length = column.row_count;
  out.null_count = column.validity == nullptr ? 0 : column.null_count;
  out.n_buffers = static_cast<int64_t>(owner->buffers.size());
  out.buffers = owner->buffers.data();
  hand_over(std::move(owner), out);
}

// The column with every text in it, however deep, as plain offsets.
Column with_plain_texts(const Column& column) {
  if (column.type() == Type::kString || column.type() == Type::kBinary) {
    Result<Column> plain = plain_text(column);
    if (!plain.is_ok()) throw FaultException(plain.status());
    return std::move(plain).value();
  }
  if (column->child_count == 0) return column;
  ColumnParts parts(*column, column.size());
  parts.values(column->values).validity(column->validity, column->null_count).keep_all(*column);
  for (uint32_t i = 0; i < column->child_count; ++i)
    parts.child(with_plain_texts(Column::retain(column->children[i])));
  return parts.make();
}

bool holds_field(const Field& field, const weir_column& column) {
  if (static_cast<uint8_t>(field.type.type) != column.type) return false;
  if (column.layout == WEIR_LAYOUT_DICTIONARY) return column.child_count == 1;
  if (field.type.children.size() != column.child_count) return false;
  for (uint32_t i = 0; i < column.child_count; ++i)
    if (!holds_field(field.type.children[i], *column.children[i])) return false;
  return true;
}

void check_match(const Schema& schema, const Batch& batch) {
  if (schema.size() != batch.column_count())
    throw_fault(Code::kInvalid, "the batch has " + std::to_string(batch.column_count()) +
                                    " columns, its schema " + std::to_string(schema.size()));
  for (size_t i = 0; i < schema.size(); ++i)
    if (!holds_field(schema[i], batch.raw_column(i)))
      throw_fault(Code::kInvalid, "column '" + schema[i].name + "' is not " + schema[i].type.to_string());
}

void fill_top_schema(const Schema& schema, const std::vector<Column>& columns, ArrowSchema& out) {
  out = {};
  auto owner = std::make_unique<SchemaOwner>();
  owner->format = "+s";
  if (schema.event_time >= 0)
    owner->metadata =
        arrow_metadata({{std::string(kEventTimeKey), schema[static_cast<size_t>(schema.event_time)].name}});
  for (size_t i = 0; i < schema.size(); ++i) fill_schema(schema[i], *columns[i], owner->add());
  out.format = owner->format.c_str();
  out.name = owner->name.c_str();
  out.metadata = owner->metadata.empty() ? nullptr : owner->metadata.data();
  hand_over(std::move(owner), out);
}

void fill_top_array(const Batch& batch, const std::vector<Column>& columns, ArrowArray& out) {
  out = {};
  auto owner = std::make_unique<ArrayOwner>();
  owner->buffers.push_back(nullptr);
  for (const Column& column : columns) fill_array(*column, owner->add());
  out.length = batch->row_count;
  out.n_buffers = 1;
  out.buffers = owner->buffers.data();
  hand_over(std::move(owner), out);
}

}  // namespace

Status export_arrow(const Schema& schema, const Batch& batch, ArrowTexts texts, ArrowSchema* schema_out,
                    ArrowArray* array_out) {
  try {
    check_match(schema, batch);
    std::vector<Column> columns = batch.columns();
    if (texts == ArrowTexts::kPlain)
      for (Column& column : columns) column = with_plain_texts(column);
    ArrowArray array{};
    fill_top_array(batch, columns, array);
    fill_top_schema(schema, columns, *schema_out);
    *array_out = array;
    return {};
  } catch (...) {
    return current_exception_status();
  }
}

}  // namespace weir
