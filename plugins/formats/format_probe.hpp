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

/// Decodes `text` in ranges that end after each of `cuts`, what one leaves over going to the next.
inline Outcome decode_text(Decoder& decoder, std::string_view text, const std::vector<size_t>& cuts = {},
                           std::vector<uint8_t> wanted = {}) {
  use_probe_host();
  Outcome outcome;
  const auto schema = decoder.bind(text, "");
  if (!schema.is_ok()) return {std::string(schema.status().message()), "", ""};
  outcome.columns = schema->to_string();
  if (!wanted.empty() && !decoder.want(wanted).is_ok()) return {"want failed", "", ""};
  auto opened = decoder.open("data.txt", text);
  if (!opened.is_ok()) return {std::string(opened.status().message()), "", ""};
  const DecodeContext& context = opened->context ? *opened->context : decoder;
  Decoded decoded;
  size_t at = opened->header_size;
  std::vector<size_t> ends = cuts;
  ends.push_back(text.size());
  for (const size_t end : ends) {
    if (end < at) continue;
    const Range range(text.substr(at, end - at), static_cast<int64_t>(at), end == text.size());
    const DecodeInput input(range.bytes());
    DecodeOutput output(context_of(decoded), range.bytes());
    const auto used = context.decode(input, output);
    output.finish();
    if (!used.is_ok()) return {std::string(used.status().message()), "", ""};
    at += *used;
    if (end == text.size() && at != end) outcome.columns += " (not all bytes were used)";
  }
  JsonRowEncoder rows;
  rows.bind(*schema);
  EncodedBytes bytes;
  EncodeOutput out(&bytes);
  for (const Batch& batch : decoded.batches) rows.encode(batch, out, [] {}, [&] { out.append('\n'); });
  outcome.rows = bytes.text();
  for (const RejectedRecord& record : decoded.rejected)
    outcome.rejected += std::to_string(record.offset) + " " + record.code + " " + record.column + ": " +
                        record.message + " | " + record.raw + "\n";
  return outcome;
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
