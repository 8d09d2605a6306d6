// ndjson and json: the same rows and errors however the text is cut; no line is lost; what is written reads
// back.
//
// Input: format, columns, how much is validated, two bytes for the cut; then the text.
#include <memory>

#include "decode_target.hpp"
#include "json.hpp"
#include "ndjson.hpp"

namespace weir::fuzz {
namespace {

formats::DeclaredColumns columns_from(Input& input) {
  constexpr const char* kColumns[] = {"", "a: int64, b: string, c: bool", "a: timestamp, b: decimal(10,2)",
                                      "a: string, b: string, c: string", "b: float64, a: string"};
  return formats::declared(kColumns[input.choose(std::size(kColumns))]);
}

// A path is read from a column's name, so a name that looks like one does not come back.
bool names_are_plain(const Schema& schema) {
  return std::ranges::none_of(schema.fields, [](const Field& field) {
    return field.name.empty() || field.name == "$" || field.name.find('.') != std::string::npos;
  });
}

}  // namespace

WEIR_FUZZ_TARGET(json) {
  const bool is_lines = input.choose(2) == 0;
  const formats::DeclaredColumns columns = columns_from(input);
  const size_t variant = input.choose(2);
  const size_t cut = input.place();
  const std::string_view text = input.rest();
  const auto make = [&]() -> std::unique_ptr<formats::PlannedDecoder> {
    if (!is_lines)
      return std::make_unique<formats::JsonDecoder>(formats::JsonOptions{columns, variant == 0 ? "" : "x.y"});
    const auto validate = variant == 0 ? formats::Validate::kRead : formats::Validate::kFull;
    return std::make_unique<formats::NdjsonDecoder>(formats::NdjsonOptions{columns, validate});
  };
  const auto decoder = make();
  const formats::DecodedText made = decode_both_ways(*decoder, text, cut);
  if (!made.status.is_ok()) return;
  if (is_lines) expect_a_row_or_an_error_for_each_line(made, text, mark_size(text));
  if (!columns.empty() || !names_are_plain(made.schema)) return;
  formats::NdjsonEncoder encoder;
  formats::NdjsonDecoder reader({});
  if (is_lines) expect_what_is_written_reads_back(made, encoder, reader, decoder->inferred());
}

}  // namespace weir::fuzz
