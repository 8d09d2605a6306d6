#pragma once
// A format option as a sink uses it.
#include <utility>

#include "weir/batch.hpp"
#include "weir/c_schema.hpp"
#include "weir/encode_output.hpp"

namespace weir {

/// An encoder bound to one schema. Borrows: as long as the node.
class FormatEncoder {
 public:
  explicit FormatEncoder(weir_encoder encoder) : encoder_(encoder) {}
  Status begin(weir_bytes_out& out) const { return call(encoder_.calls->begin, out); }
  Status encode(const Batch& batch, weir_bytes_out& out) const {
    weir_fault fault{};
    return status_of(encoder_.calls->encode(encoder_.node, batch.get(), &out, &fault), fault);
  }
  Status end(weir_bytes_out& out) const { return call(encoder_.calls->end, out); }
  /// "csv", "ndjson".
  std::string_view extension() const { return as_view(encoder_.calls->extension); }

 private:
  Status call(int32_t (*which)(weir_node*, weir_bytes_out*, weir_fault*), weir_bytes_out& out) const {
    weir_fault fault{};
    return status_of(which(encoder_.node, &out, &fault), fault);
  }
  weir_encoder encoder_;
};

/// A format that the pipeline's author chose. Borrows: as long as the node.
class Format {
 public:
  Format() = default;
  explicit Format(weir_format* handle) : handle_(handle) {}
  explicit operator bool() const { return handle_ != nullptr; }
  weir_format* get() const { return handle_; }
  /// Fails: the format has no encoder, or cannot write such columns.
  Result<FormatEncoder> encoder(const Schema& schema) const {
    const CSchema c(schema);
    weir_encoder out{};
    out.struct_size = sizeof(out);
    weir_fault fault{};
    const int32_t code = host()->encoder(handle_, c.get(), &out, &fault);
    if (code != 0) return status_of(code, fault);
    return FormatEncoder(out);
  }

 private:
  weir_format* handle_ = nullptr;
};

}  // namespace weir
