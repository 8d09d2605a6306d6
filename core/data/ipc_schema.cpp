#include <charconv>
#include <string>

#define XXH_STATIC_LINKING_ONLY  // For a state on the stack.
#include <xxhash.h>

#include "data/arrow_format.hpp"
#include "data/ipc_message.hpp"

namespace weir {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using TypeOffset = std::pair<arrow_ipc::Type, Offset<void>>;

TypeOffset integer(FlatBufferBuilder& builder, int bits, bool is_signed) {
  return {arrow_ipc::Type_Int, arrow_ipc::CreateInt(builder, bits, is_signed).Union()};
}

TypeOffset write_type(const DataType& type, FlatBufferBuilder& builder) {
  switch (type.type) {
    case Type::kBool:
      return {arrow_ipc::Type_Bool, arrow_ipc::CreateBool(builder).Union()};
    case Type::kInt8:
    case Type::kInt16:
    case Type::kInt32:
    case Type::kInt64:
      return integer(builder, static_cast<int>(8 * type_width(type.type)), true);
    case Type::kUint8:
    case Type::kUint16:
    case Type::kUint32:
    case Type::kUint64:
      return integer(builder, static_cast<int>(8 * type_width(type.type)), false);
    case Type::kFloat32:
      return {arrow_ipc::Type_FloatingPoint,
              arrow_ipc::CreateFloatingPoint(builder, arrow_ipc::Precision_SINGLE).Union()};
    case Type::kFloat64:
      return {arrow_ipc::Type_FloatingPoint,
              arrow_ipc::CreateFloatingPoint(builder, arrow_ipc::Precision_DOUBLE).Union()};
    case Type::kTimestamp:
      return {arrow_ipc::Type_Timestamp, arrow_ipc::CreateTimestamp(builder, arrow_ipc::TimeUnit_MICROSECOND,
                                                                    builder.CreateString("UTC"))
                                             .Union()};
    case Type::kDate32:
      return {arrow_ipc::Type_Date, arrow_ipc::CreateDate(builder, arrow_ipc::DateUnit_DAY).Union()};
    case Type::kString:
      return {arrow_ipc::Type_Utf8, arrow_ipc::CreateUtf8(builder).Union()};
    case Type::kBinary:
      return {arrow_ipc::Type_Binary, arrow_ipc::CreateBinary(builder).Union()};
    case Type::kDecimal128:
      return {arrow_ipc::Type_Decimal,
              arrow_ipc::CreateDecimal(builder, type.precision, type.scale, 128).Union()};
    case Type::kList:
      return {arrow_ipc::Type_List, arrow_ipc::CreateList(builder).Union()};
    case Type::kStruct:
      return {arrow_ipc::Type_Struct_, arrow_ipc::CreateStruct_(builder).Union()};
    case Type::kNull:
      break;
  }
  return {arrow_ipc::Type_Null, arrow_ipc::CreateNull(builder).Union()};
}

Offset<arrow_ipc::KeyValue> write_pair(std::string_view key, std::string_view value,
                                       FlatBufferBuilder& builder) {
  const auto key_at = builder.CreateString(key.data(), key.size());
  return arrow_ipc::CreateKeyValue(builder, key_at, builder.CreateString(value.data(), value.size()));
}

Offset<arrow_ipc::Field> write_field(const Field& field, FlatBufferBuilder& builder) {
  std::vector<Offset<arrow_ipc::Field>> children;
  for (const Field& child : field.type.children) children.push_back(write_field(child, builder));
  std::vector<Offset<arrow_ipc::KeyValue>> metadata;
  for (const auto& [key, value] : field.metadata) metadata.push_back(write_pair(key, value, builder));
  const auto name = builder.CreateString(field.name);
  const auto [kind, type] = write_type(field.type, builder);
  // Readers want the list of children even where it is empty.
  const auto children_at = builder.CreateVector(children);
  const auto metadata_at = metadata.empty() ? Offset<flatbuffers::Vector<Offset<arrow_ipc::KeyValue>>>()
                                            : builder.CreateVector(metadata);
  return arrow_ipc::CreateField(builder, name, field.nullable, kind, type, 0, children_at, metadata_at);
}

std::string integer_format(const arrow_ipc::Int& type) {
  switch (type.bit_width()) {
    case 8:
      return type.is_signed() ? "c" : "C";
    case 16:
      return type.is_signed() ? "s" : "S";
    case 32:
      return type.is_signed() ? "i" : "I";
    case 64:
      return type.is_signed() ? "l" : "L";
    default:
      return "int" + std::to_string(type.bit_width());
  }
}

std::string float_format(const arrow_ipc::FloatingPoint& type) {
  if (type.precision() == arrow_ipc::Precision_SINGLE) return "f";
  return type.precision() == arrow_ipc::Precision_DOUBLE ? "g" : "e";
}

std::string timestamp_format(const arrow_ipc::Timestamp& type) {
  constexpr std::string_view kUnits = "smun";
  const auto unit = static_cast<size_t>(type.unit());
  return unit < kUnits.size() ? std::string("ts") + kUnits[unit] + ":" : "timestamp";
}

std::string decimal_format(const arrow_ipc::Decimal& type) {
  return "d:" + std::to_string(type.precision()) + "," + std::to_string(type.scale()) + "," +
         std::to_string(type.bit_width());
}

// The format string that the C Data Interface has for the type: one place then knows what Weir reads.
std::string format_of(const arrow_ipc::Field& field) {
  switch (field.type_type()) {
    case arrow_ipc::Type_Null:
      return "n";
    case arrow_ipc::Type_Int:
      return integer_format(*field.type_as_Int());
    case arrow_ipc::Type_FloatingPoint:
      return float_format(*field.type_as_FloatingPoint());
    case arrow_ipc::Type_Binary:
      return "z";
    case arrow_ipc::Type_Utf8:
      return "u";
    case arrow_ipc::Type_Bool:
      return "b";
    case arrow_ipc::Type_Decimal:
      return decimal_format(*field.type_as_Decimal());
    case arrow_ipc::Type_Date:
      return field.type_as_Date()->unit() == arrow_ipc::DateUnit_DAY ? "tdD" : "tdm";
    case arrow_ipc::Type_Timestamp:
      return timestamp_format(*field.type_as_Timestamp());
    case arrow_ipc::Type_List:
      return "+l";
    case arrow_ipc::Type_Struct_:
      return "+s";
    case arrow_ipc::Type_FixedSizeBinary:
      return "w:" + std::to_string(field.type_as_FixedSizeBinary()->byte_width());
    case arrow_ipc::Type_FixedSizeList:
      return "+w:" + std::to_string(field.type_as_FixedSizeList()->list_size());
    case arrow_ipc::Type_Map:
      return "+m";
    case arrow_ipc::Type_LargeBinary:
      return "Z";
    case arrow_ipc::Type_LargeUtf8:
      return "U";
    case arrow_ipc::Type_LargeList:
      return "+L";
    case arrow_ipc::Type_BinaryView:
      return "vz";
    case arrow_ipc::Type_Utf8View:
      return "vu";
    default:
      return arrow_ipc::EnumNameType(field.type_type());
  }
}

std::string text_of(const flatbuffers::String* text) { return text == nullptr ? std::string() : text->str(); }

Metadata read_metadata(const flatbuffers::Vector<Offset<arrow_ipc::KeyValue>>* pairs) {
  Metadata metadata;
  if (pairs == nullptr) return metadata;
  for (const arrow_ipc::KeyValue* pair : *pairs)
    metadata.emplace_back(text_of(pair->key()), text_of(pair->value()));
  return metadata;
}

// How many children a layout must have; -1: any number.
int64_t wanted_children(ArrowField::Layout layout) {
  switch (layout) {
    case ArrowField::Layout::kStruct:
      return -1;
    case ArrowField::Layout::kList:
    case ArrowField::Layout::kLargeList:
    case ArrowField::Layout::kFixedList:
      return 1;
    default:
      return 0;
  }
}

Result<ArrowField> read_field(const arrow_ipc::Field& field) {
  ArrowField made;
  made.field.name = text_of(field.name());
  if (field.type() == nullptr)
    return Status::corrupt("column '" + made.field.name + "': its type is missing");
  const std::string place = "column '" + made.field.name + "'";
  if (Status read = read_arrow_format(format_of(field), made); !read.is_ok()) return read.with_context(place);
  if (field.children() != nullptr) {
    for (const arrow_ipc::Field* child : *field.children()) {
      WEIR_ASSIGN_OR_RETURN(ArrowField read, read_field(*child));
      made.field.type.children.push_back(read.field);
      made.children.push_back(std::move(read));
    }
  }
  const int64_t wanted = wanted_children(made.layout);
  if (wanted >= 0 && made.children.size() != static_cast<size_t>(wanted))
    return Status::corrupt(place + ": it has " + std::to_string(made.children.size()) + " children");
  if (made.field.type.type == Type::kList) made.field.type.children[0].name = "item";
  made.field.nullable = field.nullable();
  made.field.metadata = read_metadata(field.custom_metadata());
  if (const arrow_ipc::DictionaryEncoding* dictionary = field.dictionary()) {
    ArrowField index;
    const auto* type = dictionary->index_type();
    const std::string format = type == nullptr ? "i" : integer_format(*type);
    if (Status read = read_arrow_format(format, index); !read.is_ok()) return read.with_context(place);
    made.index_type = index.field.type.type;
    made.dictionary_id = dictionary->id();
  }
  return made;
}

Result<ArrowField> own_field(const Field& field) {
  ArrowField made;
  WEIR_RETURN_IF_ERROR(read_arrow_format(arrow_format(field.type), made));
  made.field = field;
  for (const Field& child : field.type.children) {
    WEIR_ASSIGN_OR_RETURN(ArrowField read, own_field(child));
    made.children.push_back(std::move(read));
  }
  return made;
}

}  // namespace

DigestDigits message_digest(std::span<const uint8_t> metadata, std::span<const uint8_t> body) {
  XXH3_state_t state;
  XXH3_64bits_reset(&state);
  XXH3_64bits_update(&state, metadata.data(), metadata.size());
  XXH3_64bits_update(&state, body.data(), body.size());
  uint64_t digest = XXH3_64bits_digest(&state);
  DigestDigits digits;
  for (size_t i = kDigestDigits; i > 0; --i, digest >>= 4) digits[i - 1] = "0123456789abcdef"[digest & 15];
  return digits;
}

Offset<arrow_ipc::Schema> write_schema(const Schema& schema, FlatBufferBuilder& builder) {
  std::vector<Offset<arrow_ipc::Field>> fields;
  for (const Field& field : schema.fields) fields.push_back(write_field(field, builder));
  const auto fields_at = builder.CreateVector(fields);
  if (schema.event_time < 0) return arrow_ipc::CreateSchema(builder, arrow_ipc::Endianness_Little, fields_at);
  const std::vector pairs = {
      write_pair(kEventTimeKey, schema[static_cast<size_t>(schema.event_time)].name, builder)};
  return arrow_ipc::CreateSchema(builder, arrow_ipc::Endianness_Little, fields_at,
                                 builder.CreateVector(pairs));
}

Result<IpcSchema> read_schema(const arrow_ipc::Schema& schema) {
  if (schema.endianness() != arrow_ipc::Endianness_Little)
    return Status::unsupported("the stream is big-endian");
  IpcSchema made;
  if (schema.fields() != nullptr) {
    for (const arrow_ipc::Field* field : *schema.fields()) {
      WEIR_ASSIGN_OR_RETURN(ArrowField read, read_field(*field));
      made.schema.fields.push_back(read.field);
      made.fields.push_back(std::move(read));
    }
  }
  for (const auto& [key, value] : read_metadata(schema.custom_metadata()))
    if (key == kEventTimeKey)
      if (const auto found = made.schema.find(value)) made.schema.event_time = static_cast<int>(*found);
  return made;
}

Result<IpcSchema> own_schema(const Schema& schema) {
  IpcSchema made;
  made.schema = schema;
  for (const Field& field : schema.fields) {
    WEIR_ASSIGN_OR_RETURN(ArrowField read, own_field(field));
    made.fields.push_back(std::move(read));
  }
  return made;
}

}  // namespace weir
