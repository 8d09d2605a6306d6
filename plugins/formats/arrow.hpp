#pragma once
// arrow: batches as an Arrow IPC stream, as pyarrow, polars and DuckDB read and write them.
//
//   format: arrow
//
// The columns are those of the stream. A stream that Weir wrote is decoded message by message; of another one
// the whole partition is needed first, since its dictionaries may come anywhere before the rows that use
// them. A stream that is damaged or cut goes to errors from that place on.
#include <memory>

#include <weir/ext_ipc.h>
#include <weir/decoder.hpp>
#include <weir/encoder.hpp>
#include <weir/options.hpp>

namespace weir::formats {

struct FreeIpc {
  const weir_ipc_calls* calls = nullptr;
  void operator()(weir_ipc_reader* reader) const { calls->reader_free(reader); }
  void operator()(weir_ipc_writer* writer) const { calls->writer_free(writer); }
};

class ArrowDecoder final : public Decoder {
 public:
  Result<Schema> bind(std::string_view head, std::string_view inferred) override;
  std::string inferred() const override { return inferred_; }
  Result<Opened> open(std::string_view partition, std::string_view head) override;

 private:
  Schema schema_;
  std::string inferred_;
};

class ArrowEncoder final : public Encoder {
 public:
  static constexpr std::string_view kExtension = "arrow";
  Status bind(const Schema& schema) override;
  Status begin(EncodeOutput& out) override;
  Status encode(const Batch& batch, EncodeOutput& out) override;
  Status end(EncodeOutput& out) override;

 private:
  Schema schema_;
  std::unique_ptr<weir_ipc_writer, FreeIpc> writer_;
};

}  // namespace weir::formats
