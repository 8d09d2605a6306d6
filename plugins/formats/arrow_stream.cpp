#include <weir/c_schema.hpp>

#include "arrow.hpp"
#include "column_plan.hpp"

namespace weir::formats {
namespace {

using IpcReader = std::unique_ptr<weir_ipc_reader, FreeIpc>;

Result<const weir_ipc_calls*> ipc_calls() {
  const void* calls =
      host()->extension == nullptr ? nullptr : host()->extension(host(), as_str(WEIR_IPC_EXTENSION));
  if (calls == nullptr)
    return Status::unsupported("this host does not serve " WEIR_IPC_EXTENSION
                               ", which the format arrow needs");
  return static_cast<const weir_ipc_calls*>(calls);
}

Result<IpcReader> new_reader(const weir_ipc_calls* calls, uint32_t flags = 0) {
  weir_ipc_reader* reader = nullptr;
  weir_fault fault{};
  const int32_t code = calls->reader_new(flags, &reader, &fault);
  if (code != 0) return status_of(code, fault);
  return IpcReader(reader, FreeIpc{calls});
}

/// The schema of a stream, and how many bytes it takes.
struct StreamHead {
  Schema schema;
  size_t size = 0;
};

/// Fails: the text does not begin an Arrow stream.
Result<StreamHead> read_head(std::string_view head) {
  WEIR_ASSIGN_OR_RETURN(const weir_ipc_calls* const calls, ipc_calls());
  WEIR_ASSIGN_OR_RETURN(const IpcReader reader, new_reader(calls));
  StreamHead made;
  for (;;) {
    weir_ipc_step step{};
    step.struct_size = sizeof(step);
    weir_fault fault{};
    const std::string_view rest = head.substr(made.size);
    const int32_t code = calls->reader_read(reader.get(), reinterpret_cast<const uint8_t*>(rest.data()),
                                            rest.size(), 0, nullptr, &step, &fault);
    if (code != 0) return status_of(code, fault).with_context("the input is no Arrow stream");
    made.size += step.consumed;
    if (step.event == WEIR_IPC_SCHEMA) break;
    if (step.consumed == 0 || step.event != WEIR_IPC_NEED_MORE)
      return Status::invalid("the input is no Arrow stream: found no schema at its beginning");
  }
  made.schema = to_schema(*calls->reader_schema(reader.get()));
  return made;
}

/// Whether Weir wrote the stream: then each message stands for itself.
bool is_own(std::string_view header) { return header.find("weir.seq") != std::string_view::npos; }

class ArrowContext final : public DecodeContext {
 public:
  /// `is_headless`: what is decoded begins behind the schema.
  ArrowContext(const weir_ipc_calls* calls, Schema schema, bool is_headless)
      : calls_(calls), schema_(std::move(schema)), is_headless_(is_headless) {}

  Result<size_t> decode(const DecodeInput& input, DecodeOutput& output) const override {
    if (!is_headless_ && !input.is_last()) return size_t{0};
    WEIR_ASSIGN_OR_RETURN(const IpcReader reader,
                          new_reader(calls_, is_headless_ ? uint32_t{WEIR_IPC_OWN} : 0U));
    if (is_headless_) {
      const CSchema schema(schema_);
      weir_fault fault{};
      const int32_t code = calls_->reader_resume(reader.get(), schema.get(), &fault);
      if (code != 0) return status_of(code, fault);
    }
    // Values are read where they lie, if they lie as Arrow wants them.
    const bool is_aligned = reinterpret_cast<uintptr_t>(input.text().data()) % 8 == 0;
    weir_buffer* const keeper = is_aligned ? input.buffer() : nullptr;
    size_t at = 0;
    for (;;) {
      const std::string_view rest = input.text().substr(at);
      weir_ipc_step step{};
      step.struct_size = sizeof(step);
      weir_fault fault{};
      const int32_t code = calls_->reader_read(reader.get(), reinterpret_cast<const uint8_t*>(rest.data()),
                                               rest.size(), input.is_last() ? 1 : 0, keeper, &step, &fault);
      if (code != 0) {
        output.reject(at, rest.substr(0, kShownBytes), "bad-arrow", fault.message);
        return input.size();
      }
      const size_t from = at;
      at += step.consumed;
      if (step.event == WEIR_IPC_BATCH) output.emit(Batch::adopt(step.batch), from, at);
      if (step.event == WEIR_IPC_SCHEMA &&
          to_schema(*calls_->reader_schema(reader.get())).to_string() != schema_.to_string()) {
        output.reject(0, {}, "other-schema",
                      "found a stream of " + to_schema(*calls_->reader_schema(reader.get())).to_string() +
                          ", expected " + schema_.to_string());
        return input.size();
      }
      if (step.event == WEIR_IPC_END) return input.size();
      if (step.event == WEIR_IPC_NEED_MORE && step.consumed == 0) return input.is_last() ? input.size() : at;
    }
  }

 private:
  static constexpr size_t kShownBytes = 64;
  const weir_ipc_calls* const calls_;
  const Schema schema_;
  const bool is_headless_;
};

}  // namespace

Result<Schema> ArrowDecoder::bind(std::string_view head, std::string_view inferred) {
  if (!inferred.empty()) {
    inferred_ = inferred;
    WEIR_ASSIGN_OR_RETURN(schema_, read_schema_text(inferred));
    return schema_;
  }
  WEIR_ASSIGN_OR_RETURN(StreamHead found, read_head(head));
  schema_ = std::move(found.schema);
  inferred_ = schema_text(schema_);
  return schema_;
}

Result<Decoder::Opened> ArrowDecoder::open(std::string_view, std::string_view head) {
  WEIR_ASSIGN_OR_RETURN(const weir_ipc_calls* const calls, ipc_calls());
  if (head.empty()) return Opened{std::make_unique<ArrowContext>(calls, schema_, false), 0};
  WEIR_ASSIGN_OR_RETURN(const StreamHead found, read_head(head));
  const bool is_headless = is_own(head.substr(0, found.size));
  return Opened{std::make_unique<ArrowContext>(calls, schema_, is_headless), is_headless ? found.size : 0};
}

Status ArrowEncoder::bind(const Schema& schema) {
  schema_ = schema;
  return ipc_calls().status();
}

namespace {

/// Runs one of the extension's calls, which append to bytes of their own kind.
template <class Call>
Status append_with(EncodeOutput& out, const Call& call) {
  EncodedBytes bytes;
  weir_fault fault{};
  const int32_t code = call(&bytes, &fault);
  if (code != 0) return status_of(code, fault);
  out.append(bytes.text());
  return {};
}

}  // namespace

Status ArrowEncoder::begin(EncodeOutput& out) {
  WEIR_ASSIGN_OR_RETURN(const weir_ipc_calls* const calls, ipc_calls());
  const CSchema schema(schema_);
  weir_ipc_writer* writer = nullptr;
  weir_fault fault{};
  const int32_t code = calls->writer_new(schema.get(), 0, &writer, &fault);
  if (code != 0) return status_of(code, fault);
  writer_ = std::unique_ptr<weir_ipc_writer, FreeIpc>(writer, FreeIpc{calls});
  return append_with(
      out, [&](weir_bytes_out* bytes, weir_fault* why) { return calls->writer_begin(writer, bytes, why); });
}

Status ArrowEncoder::encode(const Batch& batch, EncodeOutput& out) {
  return append_with(out, [&](weir_bytes_out* bytes, weir_fault* why) {
    return writer_.get_deleter().calls->writer_write(writer_.get(), batch.get(), bytes, why);
  });
}

Status ArrowEncoder::end(EncodeOutput& out) {
  return append_with(out, [&](weir_bytes_out* bytes, weir_fault* why) {
    return writer_.get_deleter().calls->writer_finish(writer_.get(), bytes, why);
  });
}

}  // namespace weir::formats
