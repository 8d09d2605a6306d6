#include "plugin/library_scan.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "plugin/fixture_files.hpp"

namespace weir {
namespace {

using testing::ElementsAre;

std::vector<std::string> sentences(const LibraryScan& scan) {
  std::vector<std::string> all;
  for (const RefusedLibrary& one : scan.refused) all.push_back(one.sentence());
  return all;
}

TEST(LibraryScan, FindsTheUsableBesideTheRefused) {
  TestDirectory directory;
  directory.add("twin");
  directory.add("acme");
  directory.add("other_abi");
  directory.add("plain");
  directory.write("notes.so", "These are notes and no library at all.\n");
  directory.write("readme.txt", "Not looked at.");
  ASSERT_EQ(::chmod(directory.add("crashes").c_str(), 0666), 0);
  const LibraryScan scan = scan_libraries({directory.path()});
  ASSERT_EQ(scan.libraries.size(), 2U);
  EXPECT_EQ(scan.libraries[0].path, directory.at("acme.so"));
  EXPECT_EQ(scan.libraries[1].path, directory.at("twin.so"));
  EXPECT_THAT(
      sentences(scan),
      ElementsAre(
          directory.at(
              "crashes.so: everyone may write this file (mode 0666); take that away with chmod go-w"),
          directory.at("notes.so: not a shared library: it is no ELF file"),
          directory.at("other_abi.so: built for plugin ABI 2.0, this weir speaks 1.0; rebuild it with this "
                       "weir's SDK"),
          directory.at("plain.so: not a Weir plugin: it has no section .weir.plugin")));
  EXPECT_THAT(scan.refused[0].components, ElementsAre(ComponentName{WEIR_KIND_SOURCE, "boom"}));
}

TEST(LibraryScan, RefusesNamesThatLeadToNoFile) {
  TestDirectory directory;
  ASSERT_EQ(::symlink("round.so", directory.at("round.so").c_str()), 0);
  ASSERT_EQ(::symlink("nowhere", directory.at("dangling.so").c_str()), 0);
  ASSERT_EQ(::mkdir(directory.at("folder.so").c_str(), 0755), 0);
  ASSERT_EQ(::mkfifo(directory.at("pipe.so").c_str(), 0644), 0);
  EXPECT_THAT(sentences(scan_libraries({directory.path()})),
              ElementsAre(directory.at("dangling.so: a symbolic link that leads to no file"),
                          directory.at("folder.so: a directory, not a shared library"),
                          directory.at("pipe.so: not an ordinary file"),
                          directory.at("round.so: its symbolic links lead round in a circle")));
}

TEST(LibraryScan, RefusesAFileThatAForeignGroupMayWrite) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file to a foreign group";
  TestDirectory directory;
  const std::string path = directory.add("acme");
  ASSERT_EQ(::chown(path.c_str(), 0, 54321), 0);
  ASSERT_EQ(::chmod(path.c_str(), 0664), 0);
  EXPECT_EQ(inspect_library(path, nullptr).message(),
            "its group may write this file (mode 0664); take that away with chmod go-w");
  ASSERT_EQ(::chown(path.c_str(), 0, 0), 0);
  EXPECT_TRUE(inspect_library(path, nullptr).is_ok()) << "root's own group adds no writer";
}

TEST(LibraryScan, CountsAFileReachedTwiceOnce) {
  TestDirectory directory;
  TestDirectory other;
  directory.add("acme");
  ASSERT_EQ(::symlink(directory.at("acme.so").c_str(), other.at("again.so").c_str()), 0);
  const LibraryScan scan = scan_libraries({directory.path(), other.path(), directory.path()});
  EXPECT_EQ(scan.libraries.size(), 1U);
  EXPECT_TRUE(scan.refused.empty());
}

TEST(LibraryScan, SaysWhichStatedDirectoryIsMissing) {
  TestDirectory directory;
  EXPECT_TRUE(scan_libraries({directory.at("none")}).refused.empty());
  EXPECT_THAT(sentences(scan_libraries({}, {directory.at("none")})),
              ElementsAre(directory.at("none: there is no such directory to find plugins in")));
}

TEST(LibraryScan, SearchesBesideTheProgramThenWhatIsStated) {
  const std::vector<std::string> path = plugin_search_path({"/a", "/b"}, "/c::/a:/d");
  ASSERT_EQ(path.size(), 5U);
  EXPECT_EQ(path[0], WEIR_BUILD_DIR "/lib/weir/plugins");
  EXPECT_THAT(std::vector(path.begin() + 1, path.end()), ElementsAre("/a", "/b", "/c", "/d"));
  EXPECT_EQ(plugin_search_path({}, nullptr).size(), 1U);
}

}  // namespace
}  // namespace weir
