#include "plugin/library_load.hpp"

#include <gmock/gmock.h>

#include "plugin/fixture_files.hpp"

namespace weir {
namespace {

std::string load_fault(std::string_view name) {
  const std::string path = fixture(name);
  const auto loaded = load_library(path, EmptyHost());
  if (loaded.is_ok()) return "loaded";
  const std::string message(loaded.status().message());
  EXPECT_TRUE(message.starts_with(path + ": ")) << message;
  return message.substr(path.size() + 2);
}

TEST(LibraryLoad, LoadsOnceAndFindsComponents) {
  const auto loaded = load_library(fixture("acme"), EmptyHost());
  ASSERT_TRUE(loaded.is_ok()) << loaded.status().message();
  const weir_component* const echo = (*loaded)->find(WEIR_KIND_TRANSFORM, "echo");
  ASSERT_NE(echo, nullptr);
  EXPECT_EQ(echo->option_count, 3U);
  EXPECT_EQ((*loaded)->find(WEIR_KIND_SINK, "echo"), nullptr);
  EXPECT_EQ((*loaded)->find(WEIR_KIND_TRANSFORM, "ech"), nullptr);
  EXPECT_EQ(load_library(fixture("acme"), EmptyHost()).value(), *loaded);
}

TEST(LibraryLoad, NamesTheMissingSymbol) {
  EXPECT_EQ(load_fault("missing_symbol"),
            "it needs the symbol 'acme_missing', which no library that it is linked against has");
}

TEST(LibraryLoad, TurnsAnExceptionOfTheEntryIntoAFault) {
  EXPECT_EQ(load_fault("throws"), "its entry weir_plugin_v1 threw an exception: no licence found");
}

TEST(LibraryLoad, RefusesWhatBreaksTheAbisPromises) {
  EXPECT_EQ(load_fault("no_entry"), "it exports no symbol 'weir_plugin_v1'");
  EXPECT_EQ(load_fault("reserved_option"),
            "transform 'greedy': option 'max_errors' has a name that the language keeps for every node; "
            "choose another");
}

TEST(LibraryLoad, RunsNothingOfAFileThatIsRefused) {
  TestDirectory directory;
  const std::string path = directory.add("crashes");
  std::filesystem::permissions(path, std::filesystem::perms(0646));
  EXPECT_EQ(load_library(path, EmptyHost()).status().message(),
            path + ": everyone may write this file (mode 0646); take that away with chmod go-w");
  EXPECT_EQ(load_fault("other_abi"),
            "built for plugin ABI 2.0, this weir speaks 1.0; rebuild it with this weir's SDK");
  EXPECT_EQ(load_library(directory.at("none.so"), EmptyHost()).status().message(),
            directory.at("none.so: there is no such file"));
}

}  // namespace
}  // namespace weir
