#pragma once
// For tests: a whole text through a decoder, and rows as text.
#include "cell_text.hpp"
#include "decode_probe_test.hpp"
#include "json_encoder.hpp"
#include "planned_decoder.hpp"

namespace weir::formats {

struct Outcome {
  std::string columns;   ///< The bound schema, or the fault of bind() or open().
  std::string rows;      ///< One JSON object a line.
  std::string rejected;  ///< "offset code column: message | raw" a line.
};

/// What a decoder made of a whole text.
struct DecodedText {
  Status status;  ///< Of bind(), want(), open() and decode(): the first fault.
  Schema schema;
  Decoded decoded;
  bool is_all_used = true;
};

/// How decode_bytes() goes about it.
struct DecodeSteps {
  std::vector<size_t> cuts = {};  ///< Ranges end after each, what one leaves over going to the next.
  std::vector<uint8_t> wanted = {};
  std::string inferred = {};  ///< By an earlier run.
};

inline DecodedText decode_bytes(Decoder& decoder, std::string_view text, const DecodeSteps& steps = {}) {
  use_probe_host();
  DecodedText made;
  auto schema = decoder.bind(text, steps.inferred);
  if (!(made.status = schema.status()).is_ok()) return made;
  made.schema = *schema;
  if (!steps.wanted.empty() && !(made.status = decoder.want(steps.wanted)).is_ok()) return made;
  auto opened = decoder.open("data.txt", text);
  if (!(made.status = opened.status()).is_ok()) return made;
  const DecodeContext& context = opened->context ? *opened->context : decoder;
  size_t at = opened->header_size;
  std::vector<size_t> ends = steps.cuts;
  ends.push_back(text.size());
  for (const size_t end : ends) {
    if (end < at) continue;
    const Range range(text.substr(at, end - at), static_cast<int64_t>(at), end == text.size());
    const DecodeInput input(range.bytes());
    DecodeOutput output(context_of(made.decoded), range.bytes());
    const auto used = context.decode(input, output);
    output.finish();
    if (!(made.status = used.status()).is_ok()) return made;
    at += *used;
    made.is_all_used = at == end;
  }
  return made;
}

inline std::string json_lines(const Schema& schema, const std::vector<Batch>& batches) {
  JsonRowEncoder rows;
  rows.bind(schema);
  EncodedBytes bytes;
  EncodeOutput out(&bytes);
  for (const Batch& batch : batches) rows.encode(batch, out, [] {}, [&] { out.append('\n'); });
  return std::string(bytes.text());
}

inline Outcome outcome_of(const DecodedText& made) {
  if (!made.status.is_ok()) return {std::string(made.status.message()), "", ""};
  Outcome outcome{made.schema.to_string(), json_lines(made.schema, made.decoded.batches), ""};
  if (!made.is_all_used) outcome.columns += " (not all bytes were used)";
  for (const RejectedRecord& record : made.decoded.rejected)
    outcome.rejected += std::to_string(record.offset) + " " + record.code + " " + record.column + ": " +
                        record.message + " | " + record.raw + "\n";
  return outcome;
}

/// Decodes `text` in ranges that end after each of `cuts`.
inline Outcome decode_text(Decoder& decoder, std::string_view text, const std::vector<size_t>& cuts = {},
                           std::vector<uint8_t> wanted = {}) {
  return outcome_of(decode_bytes(decoder, text, {cuts, std::move(wanted), {}}));
}

/// As decode_text(), cut after each byte in turn: every cut must give the same. Returns the first cut that
/// does not, or the text's size.
inline size_t first_bad_cut(Decoder& decoder, std::string_view text) {
  const Outcome whole = decode_text(decoder, text);
  for (size_t cut = 0; cut < text.size(); ++cut) {
    const Outcome parts = decode_text(decoder, text, {cut});
    if (parts.rows != whole.rows || parts.rejected != whole.rejected) return cut;
  }
  return text.size();
}

/// "a: int64, b: timestamp" as the option `columns`.
inline DeclaredColumns declared(std::string_view columns) {
  DeclaredColumns made;
  const auto schema = Schema::parse(columns);
  for (const Field& field : schema->fields) made.emplace_back(field.name, field.type);
  return made;
}

}  // namespace weir::formats
