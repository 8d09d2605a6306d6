#pragma once
// Bytes to rows.
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/batch.hpp"
#include "weir/builder.hpp"
#include "weir/schema.hpp"
#include "weir/text.hpp"

namespace weir {

/// Answers of find_record() beside an offset.
inline constexpr int64_t kNotFound = WEIR_NOT_FOUND;
inline constexpr int64_t kNotSplittable = WEIR_NOT_SPLITTABLE;

/// A run of bytes to decode. Borrows: the call; columns may share buffer().
class DecodeInput {
 public:
  explicit DecodeInput(const weir_bytes& bytes) : bytes_(&bytes) {}
  std::string_view text() const { return {reinterpret_cast<const char*>(bytes_->data), bytes_->size}; }
  size_t size() const { return bytes_->size; }
  /// Nothing follows in this partition.
  bool is_last() const { return bytes_->is_last != 0; }
  /// The position of the first byte in the partition.
  int64_t offset() const { return bytes_->offset; }
  uint32_t partition() const { return bytes_->partition; }
  /// For StringBuilder::append_view.
  weir_buffer* buffer() const { return bytes_->buffer; }

 private:
  const weir_bytes* bytes_;
};

/// Where a decoder puts rows and bad records.
class DecodeOutput {
 public:
  DecodeOutput(weir_context* context, const weir_bytes& bytes) : context_(context), bytes_(&bytes) {}
  /// Takes rows that were decoded from bytes [from, to) of the input, with all bound columns.
  void emit(Batch batch, size_t from, size_t to) {
    if (!batch || batch.row_count() == 0) return;
    weir_batch like = *batch;
    like.origin = {bytes_->partition, 0, bytes_->offset + static_cast<int64_t>(from),
                   bytes_->offset + static_cast<int64_t>(to)};
    const std::vector<Column> columns = batch.columns();
    host()->emit(context_, 0, Batch::make(like, columns).release());
  }
  /// Sends one bad record, which lies at `at` of the input, to the errors port.
  void reject(size_t at, std::string_view raw, std::string_view code, std::string_view message,
              std::string_view column = {}) {
    rejected_.push_back({bytes_->offset + static_cast<int64_t>(at), std::string(raw), std::string(code),
                         std::string(message), std::string(column)});
  }
  /// Hands the rejected records over. The SDK calls it after decode().
  void finish() {
    std::vector<weir_rejection> rejections;
    for (const Rejected& record : rejected_) {
      weir_rejection rejection{};
      rejection.struct_size = sizeof(rejection);
      rejection.row = -1;
      rejection.offset = record.offset;
      rejection.code = as_str(record.code);
      rejection.message = as_str(record.message);
      rejection.column = as_str(record.column);
      rejection.raw = as_str(record.raw);
      rejections.push_back(rejection);
    }
    if (!rejections.empty()) host()->reject(context_, nullptr, rejections.data(), rejections.size());
    rejected_.clear();
  }

 private:
  struct Rejected {
    int64_t offset;
    std::string raw, code, message, column;
  };
  weir_context* context_;
  const weir_bytes* bytes_;
  std::vector<Rejected> rejected_;
};

/// What all ranges of one partition share: a CSV header, a dictionary.
///
/// Threads: both calls come from several threads at once; nothing may change here.
class DecodeContext {
 public:
  virtual ~DecodeContext() = default;
  /// Returns the offset in [from, bytes.size()] of the first byte of a record at or after `from`, as far as
  /// these bytes tell; kNotFound; or kNotSplittable.
  virtual int64_t find_record(std::string_view, size_t) const { return kNotSplittable; }
  /// Emits the records of the input and rejects bad ones. Returns how many bytes were used: what is left
  /// begins a record that these bytes do not end. With is_last() every byte is used.
  virtual Result<size_t> decode(const DecodeInput& input, DecodeOutput& output) const = 0;
};

/// A format's reading half. One without anything to share between the ranges of a partition implements
/// find_record() and decode() itself; others open() a context and leave the decoder's own decode() alone.
class Decoder : public DecodeContext {
 public:
  /// Runs once, before any data. `head`: the first bytes of the input, empty when there are none. `inferred`:
  /// what an earlier run inferred, as inferred() gave it; empty at first.
  virtual Result<Schema> bind(std::string_view head, std::string_view inferred) = 0;
  /// What bind() inferred, as text that it understands.
  virtual std::string inferred() const { return {}; }
  /// Which of the bound columns are read by anyone: the others may come as null columns. Before open().
  virtual Status want(std::span<const uint8_t>) { return {}; }
  struct Opened {
    std::unique_ptr<DecodeContext> context;  ///< Null: the decoder itself serves this partition.
    size_t header_size = 0;                  ///< Bytes at the start that are no records.
  };
  /// A partition begins. `head`: at least its first MiB, or all of it.
  virtual Result<Opened> open(std::string_view partition, std::string_view head) {
    static_cast<void>(partition);
    static_cast<void>(head);
    return Opened{};
  }
  Result<size_t> decode(const DecodeInput&, DecodeOutput&) const override {
    return Status::unsupported("the decoder decodes neither itself nor through a context");
  }
};

}  // namespace weir

#include "weir/format_node.hpp"  // IWYU pragma: export
