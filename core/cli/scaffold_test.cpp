#include "cli/scaffold.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(Scaffold, HasTheSameFilesForEveryKind) {
  for (const char* const kind : {"source", "transform", "sink", "function", "aggregate"}) {
    std::vector<std::string> names;
    for (const auto& [name, text] : scaffold(kind, "tail_lines", "/opt/weir")) names.push_back(name);
    EXPECT_THAT(names, ElementsAre("CMakeLists.txt", "README.md", "pipeline.yaml", "tail_lines.cpp",
                                   "tail_lines_test.cpp"))
        << kind;
  }
  EXPECT_EQ(scaffold("format", "tail_lines", "/opt/weir").count("notes.txt"), 1U);
}

TEST(Scaffold, PutsTheNameEverywhere) {
  for (const char* const kind : {"source", "transform", "sink", "format", "function", "aggregate"}) {
    for (const auto& [name, text] : scaffold(kind, "tail_lines", "/opt/weir")) {
      EXPECT_THAT(text, Not(HasSubstr("plugin_name"))) << name;
      EXPECT_THAT(text, Not(HasSubstr("PluginName"))) << name;
      EXPECT_THAT(text, Not(HasSubstr("plugin_kind"))) << name;
      EXPECT_THAT(text, Not(HasSubstr("weir_prefix"))) << name;
    }
    EXPECT_THAT(scaffold(kind, "tail_lines", "/opt/weir").at("tail_lines.cpp"),
                HasSubstr("class TailLines final"))
        << kind;
  }
}

TEST(Scaffold, RefusesNamesInOneSentence) {
  EXPECT_TRUE(check_plugin_name("tail_lines2").is_ok());
  EXPECT_EQ(
      check_plugin_name("Tail-Lines").message(),
      "'Tail-Lines' is no name for a plugin: expected small letters, digits and _, beginning with a letter, "
      "such as tail_lines");
  EXPECT_EQ(check_plugin_name("test").message(),
            "'test' cannot name a plugin: CMake has a target of that name");
  EXPECT_EQ(check_plugin_name(std::string(60, 'a')).message(),
            "'" + std::string(60, 'a') + "' is too long for a plugin's name: at most 59 letters");
  EXPECT_FALSE(check_plugin_name("../up").is_ok());
  EXPECT_FALSE(check_plugin_name("").is_ok());
}

}  // namespace
}  // namespace weir
