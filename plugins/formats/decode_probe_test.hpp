#pragma once
// For tests and the benchmark: a host that keeps what a decoder emits and rejects.
#include <data/data_calls.hpp>
#include <string>
#include <string_view>
#include <vector>

#include <weir/decoder.hpp>

namespace weir::formats {

struct RejectedRecord {
  int64_t offset;
  std::string code, message, column, raw;
};

struct Decoded {
  std::vector<Batch> batches;
  std::vector<RejectedRecord> rejected;
  size_t row_count() const {
    size_t rows = 0;
    for (const Batch& batch : batches) rows += batch.row_count();
    return rows;
  }
};

/// Puts the host in place. Everything emitted goes to the Decoded that `context` points to.
inline void use_probe_host() {
  init_data_host();
  static weir_host probe = *host();
  probe.emit = [](weir_context* context, uint32_t, weir_batch* batch) {
    reinterpret_cast<Decoded*>(context)->batches.push_back(Batch::adopt(batch));
  };
  probe.reject = [](weir_context* context, const weir_batch*, const weir_rejection* all, size_t count) {
    for (size_t i = 0; i < count; ++i)
      reinterpret_cast<Decoded*>(context)->rejected.push_back(
          {all[i].offset, std::string(as_view(all[i].code)), std::string(as_view(all[i].message)),
           std::string(as_view(all[i].column)), std::string(as_view(all[i].raw))});
  };
  probe.monotonic_ns = [](const weir_host*) -> int64_t { return 1; };
  set_host(&probe);
}

inline weir_context* context_of(Decoded& decoded) { return reinterpret_cast<weir_context*>(&decoded); }

/// Bytes as a range of a partition.
class Range {
 public:
  Range(std::string_view text, int64_t offset, bool is_last) : memory_(Buffer::allocate(text.size())) {
    if (!text.empty()) std::memcpy(memory_.data(), text.data(), text.size());
    bytes_.struct_size = sizeof(bytes_);
    bytes_.is_last = is_last ? 1 : 0;
    bytes_.buffer = memory_.get();
    bytes_.data = memory_.data();
    bytes_.size = text.size();
    bytes_.offset = offset;
    bytes_.partition = 1;
  }
  const weir_bytes& bytes() const { return bytes_; }

 private:
  Buffer memory_;
  weir_bytes bytes_{};
};

}  // namespace weir::formats
