#include "answer.hpp"

#include <gmock/gmock.h>

namespace weir::report {
namespace {

Content one_tile(std::optional<double> value, std::optional<double> previous) {
  Content content;
  content.tiles = {
      {"revenue", "Revenue", "", Format::kMoney, "$", value, previous, "", Better::kHigher, {}, "", {}}};
  return content;
}

Result<Answer> fill(const Content& content, std::string_view text) {
  return fill_answer(text, tiles_of(content));
}

TEST(FillAnswer, WritesTheNumberAndKeepsItRaw) {
  const Content content = one_tile(2500.125, 2000);
  const Result<Answer> answer =
      fill(content, "We earned {{revenue}}, {{ revenue.ratio | change }} ({{revenue.change|change}}).");
  ASSERT_TRUE(answer.is_ok());
  EXPECT_EQ(answer.value().text, "We earned $2,500.12, +25.0% (+$500.12).");
  EXPECT_EQ(answer.value().value, 2500.125);
}

TEST(FillAnswer, TellsNoDataFromZero) {
  EXPECT_EQ(fill(one_tile(0, 0), "{{revenue}} {{revenue.ratio}}").value().text, "$0.00 no data");
  const Result<Answer> nothing =
      fill(one_tile(std::nullopt, 0), "{{revenue|number}} of {{revenue.previous|number}}");
  EXPECT_EQ(nothing.value().text, "no data of 0");
  EXPECT_EQ(nothing.value().value, std::nullopt);
}

TEST(FillAnswer, RefusesAnUnknownName) {
  EXPECT_EQ(fill(one_tile(1, 1), "{{revenu}}").status().message(),
            "the answer names 'revenu', which this section does not have");
}

TEST(FillAnswer, RefusesAnUnknownFilter) {
  EXPECT_EQ(fill(one_tile(1, 1), "{{revenue|dollars}}").status().message(),
            "no filter 'dollars'; there are number, money, percent, bytes, bits, si, seconds and change");
}

TEST(FillAnswer, RefusesAnOpenBrace) {
  EXPECT_EQ(fill(one_tile(1, 1), "{{revenue").status().message(), "'{{' without '}}' in the answer");
}

}  // namespace
}  // namespace weir::report
