// Arrow IPC: damaged bytes are a fault, never a crash; however they are cut the same is read; what is read
// can be written, and reads back.
//
// Input: way; for the format two bytes for the cut; then the bytes.
#include <weir/encode_output.hpp>

#include "arrow.hpp"
#include "data/data_calls.hpp"
#include "data/ipc.hpp"
#include "decode_target.hpp"

namespace weir::fuzz {
namespace {

struct Stream {
  Status status;
  Schema schema;
  std::vector<Batch> batches;
};

// Reads `text`, of which the reader first sees only what lies before `cut`.
Stream read_stream(std::string_view text, IpcTrust trust, size_t cut) {
  Stream made;
  IpcReader reader(trust);
  size_t end = cut;
  for (size_t at = 0;;) {
    const auto* const data = reinterpret_cast<const uint8_t*>(text.data());
    const bool is_last = end == text.size();
    Result<IpcStep> step = reader.read({data + at, end - at}, is_last);
    if (!(made.status = step.status()).is_ok()) return made;
    at += step->consumed;
    expect(at <= end, "no more is used than is there");
    if (step->kind == IpcStep::Kind::kSchema) made.schema = reader.schema();
    if (step->kind == IpcStep::Kind::kBatch) made.batches.push_back(std::move(step->batch));
    if (step->kind == IpcStep::Kind::kEnd && is_last) return made;
    const bool has_more = step->kind == IpcStep::Kind::kSchema || step->kind == IpcStep::Kind::kBatch;
    if (has_more || step->consumed > 0) continue;
    expect(!is_last, "nothing follows the last bytes");
    end = text.size();
  }
}

bool is_short(const weir_column& column) {
  const std::span children(column.children, column.child_count);
  return column.row_count < 10'000 &&
         std::ranges::all_of(children, [](const auto* child) { return is_short(*child); });
}

// A few bytes can claim very many rows and items without a value, and printing them takes long.
bool is_short(const std::vector<Batch>& batches) {
  return std::ranges::all_of(batches, [](const Batch& batch) {
    for (size_t i = 0; i < batch.column_count(); ++i)
      if (!is_short(batch.raw_column(i))) return false;
    return batch.row_count() < 10'000;
  });
}

std::string rows_of(const Stream& stream) { return formats::json_lines(stream.schema, stream.batches); }

void write_and_read(const Stream& stream) {
  EncodedBytes bytes;
  IpcWriter writer(stream.schema);
  expect(writer.begin(bytes).is_ok(), "a schema that was read can be written");
  for (const Batch& batch : stream.batches)
    expect(writer.write(*batch, bytes).is_ok(), "what was read can be written");
  expect(writer.finish(bytes).is_ok(), "a stream is sealed");
  const Stream again = read_stream(bytes.text(), IpcTrust::kOwn, bytes.text().size());
  expect_equal("the stream that was written", again.status.message(), "");
  expect_equal("schema written and read", stream.schema.to_string(), again.schema.to_string());
  expect_equal("rows written and read", rows_of(stream), rows_of(again));
}

void read_by_format(std::string_view text, size_t cut) {
  formats::ArrowDecoder decoder;
  const formats::DecodedText whole = formats::decode_bytes(decoder, text);
  if (!is_short(whole.decoded.batches)) return;
  const formats::Outcome at_once = formats::outcome_of(whole);
  const formats::Outcome in_two = formats::outcome_of(formats::decode_bytes(decoder, text, {{cut}, {}, {}}));
  // Behind a damaged message each range tells of its own bytes.
  if (!whole.status.is_ok() || !whole.decoded.rejected.empty() || cut >= text.size()) return;
  expect_equal("rows at once and in two", at_once.rows, in_two.rows);
  expect_equal("errors at once and in two", in_two.rejected, "");
}

}  // namespace

WEIR_FUZZ_TARGET(arrow) {
  const size_t way = input.choose(3);
  const size_t cut = input.place();
  if (way == 2) return read_by_format(input.rest(), cut);
  init_data_host();
  const IpcTrust trust = way == 0 ? IpcTrust::kForeign : IpcTrust::kOwn;
  const Stream whole = read_stream(input.rest(), trust, input.rest().size());
  if (!is_short(whole.batches)) return;
  const Stream in_two = read_stream(input.rest(), trust, cut);
  expect_equal("faults at once and in two", whole.status.message(), in_two.status.message());
  expect_equal("rows at once and in two", rows_of(whole), rows_of(in_two));
  if (whole.status.is_ok()) write_and_read(whole);
}

}  // namespace weir::fuzz
