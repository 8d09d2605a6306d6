#pragma once
// A quantile's group as bytes, as it travels from a partial to a final copy of a node.
//
// Few values: the header and the values. A sketch: the header, a uint64 counter for each positive bucket and
// one for each negative bucket.
#include <cstring>
#include <string_view>

#include "quantile_slot.hpp"

namespace weir::aggregates {

struct SavedQuantileHeader {
  uint64_t count;
  QuantileRest rest;  ///< Without its first and size.
  uint32_t positive_first, positive_size;
  uint32_t negative_first, negative_size;
};

/// Reads such bytes. Borrows them.
struct SavedQuantile {
  SavedQuantileHeader header{};
  std::string_view body;
  bool is_sketch = false;

  Status read(std::string_view saved, bool is_exact) {
    if (saved.size() < sizeof(header)) return Status::corrupt("the partial form of a quantile is cut off");
    std::memcpy(&header, saved.data(), sizeof(header));
    body = saved.substr(sizeof(header));
    is_sketch = !is_exact && header.count > kExactValues;
    const uint64_t words = is_sketch ? uint64_t{header.positive_size} + header.negative_size : header.count;
    if (words * 8 != body.size()) return Status::corrupt("the partial form of a quantile has a wrong length");
    return {};
  }
  double value(size_t i) const {
    double x = 0;
    std::memcpy(&x, body.data() + i * 8, 8);
    return x;
  }
  uint64_t positive(size_t i) const {
    uint64_t times = 0;
    std::memcpy(&times, body.data() + i * 8, 8);
    return times;
  }
  uint64_t negative(size_t i) const { return positive(header.positive_size + i); }
};

}  // namespace weir::aggregates
