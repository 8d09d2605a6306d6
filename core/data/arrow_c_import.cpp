#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include <weir/fault.hpp>

#include "data/arrow_c.hpp"
#include "data/arrow_format.hpp"

namespace weir {
namespace {

using Layout = ArrowField::Layout;
constexpr int kMaxDepth = 64;

[[noreturn]] void fail(Code code, std::string_view column, const std::string& what) {
  throw_fault(code, "column '" + std::string(column) + "': " + what);
}

ArrowField field_of(const ArrowSchema& schema, int depth = 0) {
  const std::string name = schema.name == nullptr ? "" : schema.name;
  if (depth > kMaxDepth) fail(Code::kUnsupported, name, "its type is nested too deeply");
  ArrowField made;
  if (schema.dictionary != nullptr) {
    ArrowField index;
    const Status read = read_arrow_format(schema.format, index);
    if (!read.is_ok()) fail(read.code(), name, std::string(read.message()));
    made = field_of(*schema.dictionary, depth + 1);
    made.index_type = index.field.type.type;
  } else {
    const Status read = read_arrow_format(schema.format, made);
    if (!read.is_ok()) fail(read.code(), name, std::string(read.message()));
    for (int64_t i = 0; i < schema.n_children; ++i) {
      made.children.push_back(field_of(*schema.children[i], depth + 1));
      made.field.type.children.push_back(made.children.back().field);
    }
  }
  if (made.field.type.type == Type::kList && !made.field.type.children.empty())
    made.field.type.children[0].name = "item";
  made.field.name = name;
  made.field.nullable = (schema.flags & ARROW_FLAG_NULLABLE) != 0;
  made.field.metadata = read_arrow_metadata(schema.metadata);
  return made;
}

std::vector<ArrowField> columns_of(const ArrowSchema& schema) {
  if (std::string_view(schema.format) != "+s")
    throw_fault(Code::kUnsupported,
                "a batch is a struct of columns, not '" + std::string(schema.format) + "'");
  return std::move(field_of(schema).children);
}

// A foreign array that lives until the last buffer of it is released.
struct Imported {
  ArrowArray array;
  std::atomic<int64_t> references = 1;

  static void release(void* owner) {
    auto* it = static_cast<Imported*>(owner);
    if (it->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    if (it->array.release) it->array.release(&it->array);
    std::unique_ptr<Imported>{it}.reset();
  }
};

// Walks an array and its schema side by side. The C structs tell no sizes: a buffer is as large as its layout
// says.
class ArrayReader {
 public:
  explicit ArrayReader(Imported& imported) : imported_(imported) {}

  ArrowData read(const ArrowField& field, const ArrowArray& array) {
    ArrowData data;
    data.length = array.length;
    data.null_count = array.null_count;
    data.offset = array.offset;
    if (array.length < 0 || array.offset < 0)
      fail(Code::kCorrupt, field.field.name, "its length is negative");
    const bool is_dictionary = field.index_type != Type::kNull;
    if (is_dictionary) {
      if (array.dictionary == nullptr) fail(Code::kCorrupt, field.field.name, "its dictionary is missing");
      data.dictionary = dictionary(field, *array.dictionary);
    }
    buffers(is_dictionary ? codes_of(field) : field, array, data);
    if (is_dictionary) return data;
    if (array.n_children != static_cast<int64_t>(field.children.size()))
      fail(Code::kCorrupt, field.field.name, "its children are not those of its schema");
    for (size_t i = 0; i < field.children.size(); ++i)
      data.children.push_back(read(field.children[i], *array.children[i]));
    return data;
  }

 private:
  static ArrowField codes_of(const ArrowField& field) {
    ArrowField codes;
    codes.field.name = field.field.name;
    codes.field.type.type = field.index_type;
    codes.layout = Layout::kFixed;
    return codes;
  }

  Column dictionary(const ArrowField& field, const ArrowArray& array) {
    ArrowField values = field;
    values.index_type = Type::kNull;
    Result<Column> column = column_of_arrow(values, read(values, array));
    if (!column.is_ok()) throw FaultException(column.status());
    return std::move(column).value();
  }

  void add(const void* bytes, uint64_t size, ArrowData& data) {
    ArrowBuffer made;
    made.data = static_cast<const uint8_t*>(bytes);
    made.size = bytes == nullptr ? 0 : size;
    if (bytes != nullptr) {
      imported_.references.fetch_add(1, std::memory_order_relaxed);
      weir_buffer* buffer = host()->buffer_import(host(), const_cast<uint8_t*>(made.data), made.size,
                                                  Imported::release, &imported_);
      if (buffer == nullptr) {
        Imported::release(&imported_);
        throw_fault(Code::kNoSpace, "no memory for a buffer");
      }
      made.keeper = Buffer::adopt(buffer);
    }
    data.buffers.push_back(std::move(made));
  }

  template <class T>
  static uint64_t last_offset(const void* offsets, int64_t index) {
    if (offsets == nullptr) return 0;
    T value = 0;
    std::memcpy(&value, static_cast<const uint8_t*>(offsets) + static_cast<size_t>(index) * sizeof(T),
                sizeof(T));
    return value < 0 ? 0 : static_cast<uint64_t>(value);
  }

  void buffers(const ArrowField& field, const ArrowArray& array, ArrowData& data) {
    const auto rows = static_cast<uint64_t>(array.offset) + static_cast<uint64_t>(array.length);
    if (field.layout == Layout::kNull) return;
    const auto needed = buffer_count(field);
    if (array.n_buffers < needed) fail(Code::kCorrupt, field.field.name, "a buffer is missing");
    add(array.buffers[0], (rows + 7) / 8, data);
    const void* second = needed > 1 ? array.buffers[1] : nullptr;
    switch (field.layout) {
      case Layout::kNull:
      case Layout::kStruct:
      case Layout::kFixedList:
        break;
      case Layout::kBits:
        add(second, (rows + 7) / 8, data);
        break;
      case Layout::kFixed:
        add(second, rows * type_width(field.field.type.type), data);
        break;
      case Layout::kDate64:
      case Layout::kTimestamp:
        add(second, rows * 8, data);
        break;
      case Layout::kNarrowDecimal:
      case Layout::kFixedBinary:
        add(second, rows * static_cast<uint64_t>(field.item_size), data);
        break;
      case Layout::kList:
        add(second, (rows + 1) * 4, data);
        break;
      case Layout::kLargeList:
        add(second, (rows + 1) * 8, data);
        break;
      case Layout::kText:
        add(second, (rows + 1) * 4, data);
        add(array.buffers[2], last_offset<int32_t>(second, static_cast<int64_t>(rows)), data);
        break;
      case Layout::kLargeText:
        add(second, (rows + 1) * 8, data);
        add(array.buffers[2], last_offset<int64_t>(second, static_cast<int64_t>(rows)), data);
        break;
      case Layout::kTextView:
        add(second, rows * sizeof(weir_view), data);
        heaps(array, data);
        break;
    }
  }

  // The last buffer holds the sizes of the heaps.
  void heaps(const ArrowArray& array, ArrowData& data) {
    const auto* sizes = static_cast<const int64_t*>(array.buffers[array.n_buffers - 1]);
    for (int64_t i = 2; i + 1 < array.n_buffers; ++i)
      add(array.buffers[i], static_cast<uint64_t>(sizes[i - 2]), data);
  }

  static int64_t buffer_count(const ArrowField& field) {
    switch (field.layout) {
      case Layout::kNull:
        return 0;
      case Layout::kStruct:
      case Layout::kFixedList:
        return 1;
      case Layout::kText:
      case Layout::kLargeText:
      case Layout::kTextView:
        return 3;
      default:
        return 2;
    }
  }

  Imported& imported_;
};

Batch batch_of(const std::vector<ArrowField>& fields, const ArrowArray& array, Imported& imported) {
  if (array.null_count > 0 || array.n_children != static_cast<int64_t>(fields.size()))
    throw_fault(Code::kCorrupt, "the array's columns are not those of its schema");
  if (array.offset < 0 || array.length < 0) throw_fault(Code::kCorrupt, "the array's length is negative");
  std::vector<Column> columns;
  for (size_t i = 0; i < fields.size(); ++i) {
    ArrowData data = ArrayReader(imported).read(fields[i], *array.children[i]);
    if (data.length < array.offset + array.length)
      fail(Code::kCorrupt, fields[i].field.name, "rows are missing");
    // Rows of the struct are rows of its members.
    if (array.offset != 0 || data.length != array.length) data.null_count = -1;
    data.offset += array.offset;
    data.length = array.length;
    Result<Column> column = column_of_arrow(fields[i], data);
    if (!column.is_ok()) throw FaultException(column.status());
    columns.push_back(std::move(column).value());
  }
  return Batch::make(static_cast<size_t>(array.length), columns);
}

}  // namespace

Result<Schema> import_arrow_schema(const ArrowSchema& schema) {
  try {
    Schema made;
    for (ArrowField& column : columns_of(schema)) made.fields.push_back(std::move(column.field));
    for (const auto& [key, value] : read_arrow_metadata(schema.metadata))
      if (key == kEventTimeKey)
        if (const auto found = made.find(value)) made.event_time = static_cast<int>(*found);
    return made;
  } catch (...) {
    return current_exception_status();
  }
}

Result<Batch> import_arrow(const ArrowSchema& schema, ArrowArray* array) {
  // Owned by its count from here on: each buffer made below holds one, and this call holds the first.
  auto* imported = std::make_unique<Imported>().release();
  imported->array = std::exchange(*array, ArrowArray{});
  const std::unique_ptr<Imported, void (*)(Imported*)> own(imported,
                                                           [](Imported* it) { Imported::release(it); });
  try {
    return batch_of(columns_of(schema), imported->array, *imported);
  } catch (...) {
    return current_exception_status();
  }
}

}  // namespace weir
