// The C face of core/data's Arrow code, for check.py. Every function answers 0, or -1 with a message in
// `error`.
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <weir/encode_output.hpp>

#include "data/arrow_c.hpp"
#include "data/data_calls.hpp"
#include "data/ipc.hpp"
#include "data/memory.hpp"
#include "data/sample_batch.hpp"

#define WEIR_TEST_EXPORT extern "C" [[gnu::visibility("default")]]

namespace {

constexpr size_t kErrorBytes = 500;

int answer(const weir::Status& status, char* error) {
  if (status.is_ok()) return 0;
  weir::copy_cut(status.message(), error, kErrorBytes);
  return -1;
}

weir::ArrowTexts texts_of(int is_plain) {
  return is_plain != 0 ? weir::ArrowTexts::kPlain : weir::ArrowTexts::kAsTheyLie;
}

weir::Status give_back(const ArrowSchema& schema, ArrowArray* array, int is_plain, ArrowSchema* schema_out,
                       ArrowArray* array_out) {
  WEIR_ASSIGN_OR_RETURN(const weir::Batch batch, weir::import_arrow(schema, array));
  WEIR_ASSIGN_OR_RETURN(const weir::Schema known, weir::import_arrow_schema(schema));
  return weir::export_arrow(known, batch, texts_of(is_plain), schema_out, array_out);
}

weir::Status read_stream(std::span<const uint8_t> bytes, weir::IpcTrust trust, ArrowSchema* schema_out,
                         ArrowArray* array_out) {
  weir::IpcReader reader(trust);
  std::vector<weir::Batch> batches;
  while (true) {
    WEIR_ASSIGN_OR_RETURN(weir::IpcStep step, reader.read(bytes, true));
    bytes = bytes.subspan(step.consumed);
    if (step.kind == weir::IpcStep::Kind::kBatch) batches.push_back(std::move(step.batch));
    if (step.kind == weir::IpcStep::Kind::kEnd) break;
  }
  if (batches.empty()) return weir::Status::invalid("no batches");
  return weir::export_arrow(reader.schema(), weir::Batch::concat(batches), weir::ArrowTexts::kPlain,
                            schema_out, array_out);
}

}  // namespace

WEIR_TEST_EXPORT void weir_test_begin() { weir::init_data_host(); }

/// [bytes] that Weir holds for batches now.
WEIR_TEST_EXPORT size_t weir_test_held_bytes() { return weir::process_account().now_bytes(); }

WEIR_TEST_EXPORT int weir_test_export_sample(size_t rows, int is_plain, ArrowSchema* schema,
                                             ArrowArray* array, char* error) {
  return answer(weir::export_arrow(weir::sample_schema(), weir::SampleBatch(rows).make(), texts_of(is_plain),
                                   schema, array),
                error);
}

/// Imports a foreign batch (taken) and exports it again.
WEIR_TEST_EXPORT int weir_test_give_back(const ArrowSchema* schema, ArrowArray* array, int is_plain,
                                         ArrowSchema* schema_out, ArrowArray* array_out, char* error) {
  return answer(give_back(*schema, array, is_plain, schema_out, array_out), error);
}

/// Writes a stream of two sample batches into `into`; *size is its room before and its size after.
WEIR_TEST_EXPORT int weir_test_write_stream(size_t rows, char* into, size_t* size, char* error) {
  weir::EncodedBytes out;
  weir::IpcWriter writer(weir::sample_schema());
  weir::Status status = writer.begin(out);
  for (int i = 0; i < 2 && status.is_ok(); ++i) status = writer.write(*weir::SampleBatch(rows).make(), out);
  if (status.is_ok()) status = writer.finish(out);
  if (status.is_ok() && out.size > *size) status = weir::Status::invalid("too little room");
  if (!status.is_ok()) return answer(status, error);
  std::memcpy(into, out.data, out.size);
  *size = out.size;
  return 0;
}

/// Reads a stream and exports all of its batches as one.
WEIR_TEST_EXPORT int weir_test_read_stream(const uint8_t* bytes, size_t size, int is_own, ArrowSchema* schema,
                                           ArrowArray* array, char* error) {
  const auto trust = is_own != 0 ? weir::IpcTrust::kOwn : weir::IpcTrust::kForeign;
  return answer(read_stream({bytes, size}, trust, schema, array), error);
}
