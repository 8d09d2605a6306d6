#include "glob.hpp"

#include <gmock/gmock.h>

#include "plugin_host/scratch.hpp"

namespace weir::file {
namespace {

using testing::ElementsAre;

TEST(Glob, NamesFitStarsQuestionMarksAndSets) {
  EXPECT_TRUE(name_fits("*.csv", "a.csv"));
  EXPECT_TRUE(name_fits("a*b*c", "aXbbYc"));
  EXPECT_FALSE(name_fits("a*b*c", "aXbbY"));
  EXPECT_TRUE(name_fits("?.csv", "a.csv"));
  EXPECT_FALSE(name_fits("?.csv", ".csv"));
  EXPECT_TRUE(name_fits("[a-c][!0-9]", "bx"));
  EXPECT_FALSE(name_fits("[a-c][!0-9]", "b7"));
  EXPECT_TRUE(name_fits("[]x]", "]"));
  EXPECT_TRUE(name_fits("a[b", "a[b"));
  EXPECT_TRUE(name_fits("\\*", "*"));
  EXPECT_FALSE(name_fits("\\*", "a"));
  EXPECT_FALSE(name_fits("*", ".hidden"));
  EXPECT_TRUE(name_fits(".*", ".hidden"));
}

TEST(Glob, BracesStandForEachAlternative) {
  EXPECT_THAT(expand_braces("a{b,c{d,e}}f"), ElementsAre("abf", "acdf", "acef"));
  EXPECT_THAT(expand_braces("a{b"), ElementsAre("a{b"));
}

TEST(Glob, TwoStarsGoToAnyDepth) {
  const test::Scratch scratch;
  for (const char* name : {"x.csv", "a/x.csv", "a/b/x.csv", "a/b/y.txt"}) scratch.write(name, "");
  EXPECT_THAT(find_files(scratch / "**/*.csv").value(),
              ElementsAre(scratch / "a/b/x.csv", scratch / "a/x.csv", scratch / "x.csv"));
  EXPECT_THAT(find_files(scratch / "a/**").value(),
              ElementsAre(scratch / "a/b/x.csv", scratch / "a/b/y.txt", scratch / "a/x.csv"));
  EXPECT_THAT(find_files(scratch / "*/x.csv").value(), ElementsAre(scratch / "a/x.csv"));
}

TEST(Glob, AFileWhoseNameLooksLikeAPatternStandsForItself) {
  const test::Scratch scratch;
  scratch.write("a[1].csv", "");
  scratch.write("a1.csv", "");
  EXPECT_THAT(find_files(scratch / "a[1].csv").value(), ElementsAre(scratch / "a[1].csv"));
}

}  // namespace
}  // namespace weir::file
