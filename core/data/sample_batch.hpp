#pragma once
// For tests: batches with every type, nulls in every column, and every layout of a text.
#include <string>

#include <weir/batch.hpp>
#include <weir/builder.hpp>
#include <weir/schema.hpp>

namespace weir {

/// Every type that a column can have, a label, and event time in column "at".
inline Schema sample_schema() {
  Schema schema =
      Schema::parse(
          "flag: bool, i8: int8, i16: int16, i32: int32, i64: int64, u8: uint8, u16: uint16, u32: uint32, "
          "u64: uint64, f32: float32, f64: float64, at: timestamp, day: date32, name: string, offsets: "
          "string, "
          "page: string, raw: binary, price: decimal(12,2), tags: list<string>, place: struct<city: string, "
          "x: int32>")
          .value();
  schema.event_time = 11;
  schema.fields[13].set_metadata("weir.sensitivity", "direct");
  return schema;
}

/// Row `i` of `rows` is null in every column when i % 5 == 3; its values follow from i.
class SampleBatch {
 public:
  explicit SampleBatch(size_t rows) : rows_(rows) {}

  Batch make() const {
    std::vector<Column> columns = {
        flags(),
        numbers<int8_t>(Type::kInt8, [](int64_t i) { return i - 2; }),
        numbers<int16_t>(Type::kInt16, [](int64_t i) { return -300 * i; }),
        numbers<int32_t>(Type::kInt32, [](int64_t i) { return 70000 * i; }),
        numbers<int64_t>(Type::kInt64, [](int64_t i) { return INT64_MIN + i; }),
        numbers<uint8_t>(Type::kUint8, [](int64_t i) { return 255 - i; }),
        numbers<uint16_t>(Type::kUint16, [](int64_t i) { return 65535 - i; }),
        numbers<uint32_t>(Type::kUint32, [](int64_t i) { return 4294967295 - i; }),
        numbers<uint64_t>(Type::kUint64, [](int64_t i) { return UINT64_MAX - static_cast<uint64_t>(i); }),
        numbers<float>(Type::kFloat32, [](int64_t i) { return 0.5F * static_cast<float>(i); }),
        numbers<double>(Type::kFloat64, [](int64_t i) { return static_cast<double>(i) / 3; }),
        numbers<int64_t>(Type::kTimestamp, [](int64_t i) { return 1735689600123456 + i; }),
        numbers<int32_t>(Type::kDate32, [](int64_t i) { return 20089 + i; }),
        texts(Type::kString),
        offset_texts(),
        dictionary(),
        texts(Type::kBinary),
        numbers<Decimal128>(DataType::decimal(12, 2), [](int64_t i) { return 100 * i - 5; }),
        tags(),
        places()};
    return Batch::make(rows_, columns);
  }
  static bool is_null(size_t row) { return row % 5 == 3; }
  /// Short and long in turn, with characters of more than one byte.
  static std::string text(size_t row) {
    return "n" + std::to_string(row) +
           (row % 2 == 0 ? "" : " is a text beyond twelve bytes \xC3\xA9\xE2\x82\xAC");
  }

 private:
  template <class T, class ValueOf>
  Column numbers(DataType type, ValueOf value_of) const {
    ColumnBuilder<T> builder(std::move(type));
    for (size_t i = 0; i < rows_; ++i)
      is_null(i) ? builder.append_null() : builder.append(static_cast<T>(value_of(static_cast<int64_t>(i))));
    return std::move(builder).finish();
  }
  Column flags() const {
    BoolBuilder builder;
    for (size_t i = 0; i < rows_; ++i) is_null(i) ? builder.append_null() : builder.append(i % 3 == 0);
    return std::move(builder).finish();
  }
  Column texts(Type type) const {
    StringBuilder builder(type);
    for (size_t i = 0; i < rows_; ++i) is_null(i) ? builder.append_null() : builder.append(text(i));
    return std::move(builder).finish();
  }
  Column offset_texts() const {
    GrowingBuffer offsets;
    GrowingBuffer heap;
    ValidityBuilder validity;
    offsets.push(int32_t{0});
    heap.reserve(1);
    for (size_t i = 0; i < rows_; ++i) {
      const std::string value = is_null(i) ? "" : text(i);
      if (!value.empty()) std::memcpy(heap.extend(value.size()), value.data(), value.size());
      offsets.push(static_cast<int32_t>(heap.size()));
      validity.append(!is_null(i));
    }
    ColumnParts parts(Type::kString, WEIR_LAYOUT_OFFSETS, rows_);
    validity.finish_into(parts);
    const Buffer offsets_at = offsets.finish();
    const Buffer heap_at = heap.finish();
    parts.values(offsets_at.data()).keep(offsets_at).keep(heap_at).add_heap(heap_at.data());
    return parts.make();
  }
  Column dictionary() const {
    DictionaryBuilder builder;
    for (size_t i = 0; i < rows_; ++i) is_null(i) ? builder.append_null() : builder.append(text(i % 4));
    return std::move(builder).finish();
  }
  Column tags() const {
    ListBuilder<StringBuilder> builder;
    for (size_t i = 0; i < rows_; ++i) {
      if (is_null(i)) {
        builder.append_null();
        continue;
      }
      for (size_t k = 0; k < i % 3; ++k) builder.items().append(text(k));
      builder.append();
    }
    return std::move(builder).finish();
  }
  Column places() const {
    StructBuilder builder(rows_);
    builder.add(texts(Type::kString)).add(numbers<int32_t>(Type::kInt32, [](int64_t i) { return i; }));
    for (size_t i = 0; i < rows_; ++i)
      if (is_null(i)) builder.set_null(i);
    return std::move(builder).finish();
  }

  const size_t rows_;
};

}  // namespace weir
