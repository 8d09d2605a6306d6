#pragma once
// Rows to bytes.
#include <string_view>

#include "weir/batch.hpp"
#include "weir/encode_output.hpp"
#include "weir/schema.hpp"

namespace weir {

/// A format's writing half. One object writes one file at a time: begin, encode..., end. A class also names
/// the ending of its files: `static constexpr std::string_view kExtension = "csv";`.
class Encoder {
 public:
  virtual ~Encoder() = default;
  /// Runs once, before any data. Fails: these columns cannot be written.
  virtual Status bind(const Schema& schema) = 0;
  virtual Status begin(EncodeOutput&) { return {}; }
  virtual Status encode(const Batch& batch, EncodeOutput& out) = 0;
  virtual Status end(EncodeOutput&) { return {}; }
};

}  // namespace weir

#include "weir/format_node.hpp"  // IWYU pragma: export
