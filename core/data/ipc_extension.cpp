#include "data/ipc_extension.hpp"

#include <memory>
#include <optional>
#include <utility>

#include <weir/c_schema.hpp>
#include <weir/fault.hpp>

#include "data/give_out.hpp"
#include "data/ipc.hpp"

struct weir_ipc_writer {
  weir::IpcWriter writer;
};

struct weir_ipc_reader {
  explicit weir_ipc_reader(weir::IpcTrust trust) : reader(trust) {}
  weir::IpcReader reader;
  std::optional<weir::CSchema> schema;
};

namespace weir {
namespace {

// No exception crosses the ABI.
template <class Body>
int32_t guarded(weir_fault* fault, Body body) {
  Status status;
  try {
    status = body();
  } catch (...) {
    status = current_exception_status();
  }
  return fill_fault(status, fault);
}

Status unsized(const std::string& type) {
  return Status::invalid("a " + type + " is shorter than this ABI's: its struct_size is to be set");
}

int32_t writer_new(const weir_schema* schema, uint64_t next_number, weir_ipc_writer** out,
                   weir_fault* fault) {
  return guarded(fault, [&] {
    if (!fits(schema)) return unsized("weir_schema");
    *out = std::make_unique<weir_ipc_writer>(weir_ipc_writer{IpcWriter(to_schema(*schema), next_number)})
               .release();
    return Status::ok();
  });
}

int32_t writer_begin(weir_ipc_writer* writer, weir_bytes_out* out, weir_fault* fault) {
  return fill_fault(writer->writer.begin(*out), fault);
}

int32_t writer_write(weir_ipc_writer* writer, const weir_batch* batch, weir_bytes_out* out,
                     weir_fault* fault) {
  return fill_fault(fits(batch) ? writer->writer.write(*batch, *out) : unsized("weir_batch"), fault);
}

int32_t writer_finish(weir_ipc_writer* writer, weir_bytes_out* out, weir_fault* fault) {
  return fill_fault(writer->writer.finish(*out), fault);
}

uint64_t writer_next_number(const weir_ipc_writer* writer) { return writer->writer.next_number(); }

void writer_free(weir_ipc_writer* writer) { std::unique_ptr<weir_ipc_writer>{writer}.reset(); }

int32_t reader_new(uint32_t flags, weir_ipc_reader** out, weir_fault* fault) {
  return guarded(fault, [&] {
    const IpcTrust trust = (flags & WEIR_IPC_OWN) != 0 ? IpcTrust::kOwn : IpcTrust::kForeign;
    *out = std::make_unique<weir_ipc_reader>(trust).release();
    return Status::ok();
  });
}

uint32_t event_of(IpcStep::Kind kind) {
  switch (kind) {
    case IpcStep::Kind::kSchema:
      return WEIR_IPC_SCHEMA;
    case IpcStep::Kind::kBatch:
      return WEIR_IPC_BATCH;
    case IpcStep::Kind::kEnd:
      return WEIR_IPC_END;
    case IpcStep::Kind::kNeedMore:
      break;
  }
  return WEIR_IPC_NEED_MORE;
}

int32_t reader_read(weir_ipc_reader* reader, const uint8_t* bytes, size_t size, int32_t is_last,
                    weir_buffer* keeper, weir_ipc_step* out, weir_fault* fault) {
  return guarded(fault, [&] {
    WEIR_RETURN_IF_ERROR(check_room(out, "weir_ipc_step"));
    WEIR_ASSIGN_OR_RETURN(IpcStep step,
                          reader->reader.read({bytes, size}, is_last != 0, Buffer::retain(keeper)));
    if (step.kind == IpcStep::Kind::kSchema) reader->schema.emplace(reader->reader.schema());
    weir_ipc_step made{};
    made.event = event_of(step.kind);
    made.consumed = step.consumed;
    made.batch = step.batch.release();
    give_out(made, out);
    return Status::ok();
  });
}

int32_t reader_resume(weir_ipc_reader* reader, const weir_schema* schema, weir_fault* fault) {
  return guarded(fault, [&] {
    if (!fits(schema)) return unsized("weir_schema");
    reader->reader.assume_schema(to_schema(*schema));
    reader->reader.skip_to_any_number();
    reader->schema.emplace(reader->reader.schema());
    return Status::ok();
  });
}

const weir_schema* reader_schema(const weir_ipc_reader* reader) {
  return reader->schema ? reader->schema->get() : nullptr;
}

void reader_free(weir_ipc_reader* reader) { std::unique_ptr<weir_ipc_reader>{reader}.reset(); }

}  // namespace

const weir_ipc_calls& ipc_extension() {
  static constexpr weir_ipc_calls kCalls = {sizeof(weir_ipc_calls),
                                            0,
                                            writer_new,
                                            writer_begin,
                                            writer_write,
                                            writer_finish,
                                            writer_next_number,
                                            writer_free,
                                            reader_new,
                                            reader_read,
                                            reader_resume,
                                            reader_schema,
                                            reader_free};
  return kCalls;
}

}  // namespace weir
