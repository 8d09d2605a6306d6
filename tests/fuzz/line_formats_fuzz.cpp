// access_log, pattern, columns_text: the same rows and errors however the text is cut, and one for each line.
//
// Input: format, variant, two bytes for the cut; then the text. The fourth variant of pattern takes its
// expression from the first line.
#include <memory>

#include "access_log.hpp"
#include "columns_text.hpp"
#include "decode_target.hpp"
#include "pattern.hpp"

namespace weir::fuzz {

WEIR_FUZZ_TARGET(access_log) {
  constexpr formats::LogStyle kStyles[] = {formats::LogStyle::kAuto, formats::LogStyle::kCommon,
                                           formats::LogStyle::kCombined};
  const formats::LogStyle style = kStyles[input.choose(std::size(kStyles))];
  const size_t cut = input.place();
  formats::AccessLogDecoder decoder({{}, style});
  const formats::DecodedText made = decode_both_ways(decoder, input.rest(), cut);
  if (made.status.is_ok())
    expect_a_row_or_an_error_for_each_line(made, input.rest(), mark_size(input.rest()));
}

WEIR_FUZZ_TARGET(pattern) {
  constexpr std::string_view kPatterns[] = {R"(^(?P<time>\S+) (?P<level>[A-Z]+) (?P<text>.*)$)",
                                            R"((?P<n>\d+)(?:ms)?(?P<rest>[^\d]*))", R"((?P<a>.?)(?P<b>x)?)"};
  const size_t choice = input.choose(std::size(kPatterns) + 1);
  std::string regex;
  size_t begin = 0;
  if (choice < std::size(kPatterns)) {
    regex = kPatterns[choice];
  } else {
    regex = formats::take_line(input.rest(), begin);
  }
  Input behind(input.rest().substr(begin));
  const size_t cut = behind.place();
  formats::PatternDecoder decoder({regex, {}});
  const formats::DecodedText made = decode_both_ways(decoder, behind.rest(), cut);
  if (made.status.is_ok())
    expect_a_row_or_an_error_for_each_line(made, behind.rest(), mark_size(behind.rest()));
}

WEIR_FUZZ_TARGET(columns_text) {
  formats::ColumnsTextOptions options;
  if (input.choose(2) == 1) options.names = {"user", "pid", "command"};
  options.skip = static_cast<int64_t>(input.choose(3));
  const size_t cut = input.place();
  formats::ColumnsTextDecoder decoder(options);
  const formats::DecodedText made = decode_both_ways(decoder, input.rest(), cut);
  if (!made.status.is_ok()) return;
  size_t from = mark_size(input.rest());
  for (int64_t i = 0; i < options.skip; ++i) formats::take_line(input.rest(), from);
  const auto next_is_blank = [&] { return formats::is_blank(formats::take_line(input.rest(), from)); };
  while (options.names.empty() && from < input.rest().size() && next_is_blank()) continue;
  expect_a_row_or_an_error_for_each_line(made, input.rest(), from);
}

}  // namespace weir::fuzz
