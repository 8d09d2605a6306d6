#include "spec/fault.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

std::shared_ptr<const SourceText> shop() {
  return std::make_shared<const SourceText>("shop.yaml",
                                            "weir: 1\nsinks:\n  out: {tpye: file}\n  böse: {\ttype: x}\n");
}

TEST(FaultText, ShowsPlaceMessageCodeCaretAndHint) {
  const auto source = shop();
  FaultList faults;
  faults.error(place_at(source, 23, 4), "unknown-key", "unknown key 'tpye'", "did you mean 'type'?");
  EXPECT_EQ(render_text(faults),
            "shop.yaml:3:9: error: unknown key 'tpye' [unknown-key]\n"
            "    3 |   out: {tpye: file}\n"
            "      |         ^~~~\n"
            "  hint: did you mean 'type'?\n");
}

TEST(FaultText, CountsCharactersNotBytesAndReplacesTabs) {
  const auto source = shop();
  FaultList faults;
  faults.error(place_at(source, source->text().find("type: x"), 4), "odd", "odd");
  EXPECT_EQ(render_text(faults),
            "shop.yaml:4:11: error: odd [odd]\n"
            "    4 |   böse: { type: x}\n"
            "      |           ^~~~\n");
}

TEST(FaultText, NamesTheSecondPlaceAndTheUses) {
  const auto source = shop();
  Place place = place_at(source, 23, 4);
  place = with_origin(place, "template 'a' is used here", place_at(source, 0, 4));
  place = with_origin(place, "included here", place_at(source, 8, 5));
  FaultList faults;
  faults.error(place, "c", "m").second = FaultNote{"first given here", place_at(source, 17, 3)};
  EXPECT_EQ(render_text(faults),
            "shop.yaml:3:9: error: m [c]\n"
            "    3 |   out: {tpye: file}\n"
            "      |         ^~~~\n"
            "  shop.yaml:3:3: note: first given here\n"
            "  shop.yaml:1:1: note: template 'a' is used here\n"
            "  shop.yaml:2:1: note: included here\n");
}

TEST(FaultText, NeedsNoSource) {
  FaultList faults;
  faults.warning(place_of_source("--env prod"), "c", "m");
  faults.error({}, "d", "nowhere");
  EXPECT_EQ(render_text(faults), "error: nowhere [d]\n--env prod: warning: m [c]\n");
}

TEST(FaultText, CutsLongLinesAroundTheCaret) {
  const auto source =
      std::make_shared<const SourceText>("a", std::string(300, 'x') + "HERE" + std::string(300, 'y'));
  FaultList faults;
  faults.error(place_at(source, 300, 4), "c", "m");
  EXPECT_EQ(render_text(faults), "a:1:301: error: m [c]\n    1 | " + std::string(80, 'x') + "HERE" +
                                     std::string(76, 'y') + "\n      | " + std::string(80, ' ') + "^~~~\n");
}

TEST(FaultList, IsSortedByPlaceAndKeepsNoCopies) {
  const auto source = shop();
  FaultList faults;
  faults.error(place_at(source, 23, 4), "b", "later");
  faults.warning(place_at(source, 0, 4), "a", "earlier");
  faults.error(place_at(source, 23, 4), "b", "later");
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(faults.sorted()[0].message, "earlier");
  EXPECT_EQ(faults.error_count(), 1U);
  EXPECT_TRUE(faults.has_fault_at(place_at(source, 23, 1)));
}

TEST(FaultJson, HoldsEverything) {
  const auto source = shop();
  FaultList faults;
  faults.error(place_at(source, 23, 4), "unknown-key", "a \"quoted\"\n word", "h").second =
      FaultNote{"first", place_at(source, 0, 4)};
  EXPECT_EQ(render_json(faults),
            "{\"errors\": 1, \"warnings\": 0, \"faults\": [\n"
            "  {\"file\": \"shop.yaml\", \"line\": 3, \"column\": 9, \"length\": 4, \"severity\": \"error\", "
            "\"code\": "
            "\"unknown-key\", \"message\": \"a \\\"quoted\\\"\\u000a word\", \"hint\": \"h\", \"notes\": "
            "[{\"note\": \"first\", "
            "\"file\": \"shop.yaml\", \"line\": 1, \"column\": 1, \"length\": 4}]}\n]}\n");
  EXPECT_EQ(render_json(FaultList()), "{\"errors\": 0, \"warnings\": 0, \"faults\": []}\n");
}

}  // namespace
}  // namespace weir
