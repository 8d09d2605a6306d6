#pragma once
// What holds for every decoder, whatever the bytes are.
#include <algorithm>
#include <string>
#include <string_view>

#include "format_probe.hpp"
#include "fuzz_target.hpp"
#include "line_reader.hpp"

namespace weir::fuzz {

/// Decodes `text` at once and cut in two at a place of the input's choice, which must give the same rows and
/// the same errors; every byte is used, and every rejected record is shown as it stands in the text. Returns
/// what came of it at once.
inline formats::DecodedText decode_both_ways(Decoder& decoder, std::string_view text, size_t cut) {
  formats::DecodedText whole = formats::decode_bytes(decoder, text);
  if (cut >= text.size()) return whole;
  const formats::Outcome at_once = formats::outcome_of(whole);
  const formats::Outcome in_two = formats::outcome_of(formats::decode_bytes(decoder, text, {{cut}, {}, {}}));
  expect_equal("rows at once and in two", at_once.rows, in_two.rows);
  expect_equal("errors at once and in two", at_once.rejected, in_two.rejected);
  expect_equal("columns at once and in two", at_once.columns, in_two.columns);
  expect(!whole.status.is_ok() || whole.is_all_used, "every byte is used");
  for (const formats::RejectedRecord& record : whole.decoded.rejected) {
    const auto offset = static_cast<size_t>(record.offset);
    expect(offset <= text.size(), "a rejected record lies in the text");
    expect_equal("a rejected record as it stands", record.raw, text.substr(offset, record.raw.size()));
    expect(!record.code.empty() && !record.message.empty(), "a rejected record has its reason");
  }
  return whole;
}

/// Returns how many bytes of a byte order mark the text begins with.
inline size_t mark_size(std::string_view text) { return text.starts_with("\xEF\xBB\xBF") ? 3 : 0; }

/// Each line that is not blank is a row or an error. `from`: where the lines begin.
inline void expect_a_row_or_an_error_for_each_line(const formats::DecodedText& made, std::string_view text,
                                                   size_t from) {
  size_t lines = 0;
  for (size_t at = from; at < text.size();)
    if (!formats::is_blank(formats::take_line(text, at))) ++lines;
  expect_equal("rows and errors, and lines",
               std::to_string(made.decoded.row_count() + made.decoded.rejected.size()),
               std::to_string(lines));
}

/// Writes the rows that were decoded and reads them again: they must be the same ones.
template <class Encoder>
void expect_what_is_written_reads_back(const formats::DecodedText& made, Encoder& encoder, Decoder& decoder,
                                       std::string inferred) {
  if (!made.status.is_ok() || made.decoded.batches.empty()) return;
  EncodedBytes bytes;
  EncodeOutput out(&bytes);
  expect(encoder.bind(made.schema).is_ok() && encoder.begin(out).is_ok(), "the encoder begins");
  for (const Batch& batch : made.decoded.batches)
    expect(encoder.encode(batch, out).is_ok(), "a batch is written");
  expect(encoder.end(out).is_ok(), "the encoder ends");
  const formats::Outcome again =
      formats::outcome_of(formats::decode_bytes(decoder, bytes.text(), {{}, {}, std::move(inferred)}));
  expect_equal("errors of what was written", again.rejected, "");
  expect_equal("columns written and read", formats::outcome_of(made).columns, again.columns);
  expect_equal("rows written and read", formats::json_lines(made.schema, made.decoded.batches), again.rows);
}

}  // namespace weir::fuzz
