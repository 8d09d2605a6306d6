#pragma once
// How the aggregates of one node lie side by side in a slot, and their partial columns in a partial row.
#include <string>
#include <utility>
#include <vector>

#include "weir/aggregate.hpp"
#include "weir/c_schema.hpp"
#include "weir/expression.hpp"
#include "weir/option_types.hpp"

namespace weir {

/// One entry of `compute`. Borrows what the host compiled: as long as the node.
struct Computed {
  std::string name;
  weir_aggregate_info info;
  uint32_t offset;  ///< In the slot.
  size_t partial;   ///< Its first partial column, counted from the first of all.

  Expression argument(size_t i) const { return Expression(info.args[i]); }
  Expression filter() const { return Expression(info.filter); }
  Field result() const {
    Field field = to_field(info.layout->result);
    field.name = name;
    return field;
  }
  /// Indices of the input columns that arguments and filter read.
  std::vector<uint32_t> columns() const {
    std::vector<uint32_t> read;
    for (uint32_t i = 0; i < info.arg_count; ++i)
      for (const uint32_t column : argument(i).columns()) read.push_back(column);
    if (info.filter != nullptr)
      for (const uint32_t column : filter().columns()) read.push_back(column);
    return read;
  }
};

/// Slots are as large as they must be for what the aggregates keep, behind a head of the component's own.
struct SlotLayout {
  std::vector<Computed> computed;
  std::vector<uint32_t> ref_offsets;
  std::vector<Field> partial;
  uint32_t size = 0;

  /// `head_size` [bytes], a multiple of 16.
  explicit SlotLayout(const NamedList<Aggregate>& entries, uint32_t head_size = 0) : size(head_size) {
    for (const auto& [name, aggregate] : entries) add(name, aggregate.info());
    if (size == 0) size = 8;  // Groups that compute nothing.
  }

 private:
  void add(const std::string& name, const weir_aggregate_info& info) {
    const weir_aggregate_layout& layout = *info.layout;
    // Only a slot whose size is a multiple of 16 can hold something that needs this alignment.
    const uint32_t alignment = layout.slot_size % 16 == 0 ? 16 : 8;
    size = (size + alignment - 1) / alignment * alignment;
    computed.push_back({name, info, size, partial.size()});
    for (uint32_t i = 0; i < layout.ref_count; ++i) ref_offsets.push_back(size + layout.ref_offsets[i]);
    for (uint32_t i = 0; i < layout.partial_count; ++i) {
      Field field = to_field(layout.partial[i]);
      field.name = name + "." + field.name;
      partial.push_back(std::move(field));
    }
    size += (layout.slot_size + 7) / 8 * 8;
  }
};

}  // namespace weir
