#include <gmock/gmock.h>
#include <unistd.h>

#include <weir/text.hpp>

#include "compressed_bytes.hpp"
#include "plugin_host/component_under_test.hpp"
#include "plugin_host/scratch.hpp"

namespace weir::file {
namespace {

using test::ComponentUnderTest;
using test::Scratch;
using testing::ElementsAre;
using testing::IsEmpty;

std::string source_options(const std::string& path, const std::string& more = "") {
  return "path: " + path + "\nformat: text\n" + more;
}

// All bytes of a partition, in the order in which they came.
std::string bytes_of(ComponentUnderTest& source, const std::string& partition) {
  std::string all;
  for (const auto& chunk : source.context().bytes) {
    if (chunk.partition != partition) continue;
    EXPECT_EQ(chunk.position, static_cast<int64_t>(all.size()));
    all += chunk.bytes;
  }
  return all;
}

// Text that compresses, but differs everywhere.
std::string numbers(size_t bytes) {
  std::string text;
  for (size_t i = 0; text.size() < bytes; ++i) text += std::to_string(i * 7919) + '\n';
  return text;
}

TEST(FileSource, ReadsEveryFileOfAPatternInTheOrderOfNames) {
  const Scratch scratch;
  scratch.write("b.csv", "bb");
  scratch.write("a.csv", "a");
  scratch.write("c.txt", "c");
  scratch.write(".hidden.csv", "h");
  ComponentUnderTest source("file", source_options(scratch / "*.csv"));
  EXPECT_EQ(source.poll_all(), WEIR_FINISHED);
  EXPECT_THAT(source.context().partitions, ElementsAre(scratch / "a.csv", scratch / "b.csv"));
  EXPECT_THAT(source.context().ended, ElementsAre(scratch / "a.csv", scratch / "b.csv"));
  EXPECT_EQ(bytes_of(source, scratch / "a.csv"), "a");
  EXPECT_EQ(bytes_of(source, scratch / "b.csv"), "bb");
  EXPECT_EQ(source.progress(), std::pair(int64_t{3}, int64_t{3}));
}

TEST(FileSource, AFileNamedTwiceIsReadOnce) {
  const Scratch scratch;
  scratch.write("a.csv", "a");
  scratch.write("sub/b.csv", "b");
  ComponentUnderTest source("file",
                            source_options("[" + scratch / "**/*.csv" + ", " + scratch / "a.csv" + "]"));
  EXPECT_EQ(source.poll_all(), WEIR_FINISHED);
  EXPECT_THAT(source.context().partitions, ElementsAre(scratch / "a.csv", scratch / "sub/b.csv"));
}

TEST(FileSource, AllPartitionsAreAnnouncedBeforeTheFirstBytes) {
  const Scratch scratch;
  scratch.write("a.csv", "a");
  scratch.write("b.csv", "b");
  ComponentUnderTest source("file", source_options(scratch / "*.csv"));
  EXPECT_EQ(source.poll(), WEIR_DONE);
  EXPECT_EQ(source.context().partitions.size(), 2U);
  EXPECT_EQ(source.context().bytes.size(), 1U);
}

TEST(FileSource, AnEmptyFileIsOneEmptyLastChunk) {
  const Scratch scratch;
  scratch.write("a.csv", "");
  ComponentUnderTest source("file", source_options(scratch / "a.csv"));
  EXPECT_EQ(source.poll_all(), WEIR_FINISHED);
  ASSERT_EQ(source.context().bytes.size(), 1U);
  EXPECT_EQ(source.context().bytes[0].bytes, "");
  EXPECT_TRUE(source.context().bytes[0].is_last);
}

TEST(FileSource, ALongFileComesInChunksAndEndsWithAnEmptyOne) {
  const Scratch scratch;
  const std::string text = numbers(9'000'000);
  scratch.write("a.csv", text);
  ComponentUnderTest source("file", source_options(scratch / "a.csv"));
  EXPECT_EQ(source.poll_all(), WEIR_FINISHED);
  const auto& chunks = source.context().bytes;
  ASSERT_EQ(chunks.size(), 4U);
  EXPECT_EQ(chunks[0].bytes.size(), size_t{4} << 20);
  EXPECT_EQ(chunks[3].bytes, "");
  EXPECT_TRUE(chunks[3].is_last);
  EXPECT_FALSE(chunks[2].is_last);
  EXPECT_EQ(bytes_of(source, scratch / "a.csv"), text);
}

TEST(FileSource, DecompressesByContentWhateverTheName) {
  const Scratch scratch;
  const std::string text = numbers(5'000'000);
  scratch.write("a", gzip(text));
  scratch.write("b", zstd(text));
  scratch.write("c.gz", "plain");
  ComponentUnderTest source("file", source_options(scratch / "*"));
  EXPECT_EQ(source.poll_all(), WEIR_FINISHED);
  EXPECT_EQ(bytes_of(source, scratch / "a"), text);
  EXPECT_EQ(bytes_of(source, scratch / "b"), text);
  EXPECT_EQ(bytes_of(source, scratch / "c.gz"), "plain");
  EXPECT_THAT(source.context().rejections, IsEmpty());
}

TEST(FileSource, ReadsManySmallMembersAndFrames) {
  const Scratch scratch;
  std::string text, gz, zst;
  for (int i = 0; i < 5'000; ++i) {
    const std::string line = std::to_string(i) + '\n';
    text += line;
    gz += gzip(line);
    zst += zstd(line);
  }
  scratch.write("a.gz", gz + std::string(512, '\0'));  // Padded, as tapes do.
  scratch.write("b.zst", zst);
  ComponentUnderTest source("file", source_options(scratch / "*"));
  EXPECT_EQ(source.poll_all(), WEIR_FINISHED);
  EXPECT_EQ(bytes_of(source, scratch / "a.gz"), text);
  EXPECT_EQ(bytes_of(source, scratch / "b.zst"), text);
  EXPECT_THAT(source.context().rejections, IsEmpty());
}

TEST(FileSource, DamagedGzipGivesWhatCameBeforeAndARowInErrors) {
  const Scratch scratch;
  const std::string good = gzip("one\n");
  const std::string cut = gzip("two\nthree\n");
  scratch.write("a.gz", good + cut.substr(0, cut.size() - 9));
  scratch.write("b.gz", good + "rubbish");
  scratch.write("c.csv", "next");
  ComponentUnderTest source("file", source_options(scratch / "*"));
  EXPECT_EQ(source.poll_all(), WEIR_FINISHED);
  EXPECT_EQ(bytes_of(source, scratch / "a.gz"), "one\ntwo\nthree\n");
  EXPECT_EQ(bytes_of(source, scratch / "b.gz"), "one\n");
  EXPECT_EQ(bytes_of(source, scratch / "c.csv"), "next");
  const std::string a_size = std::to_string(good.size() + cut.size() - 9);
  EXPECT_THAT(
      source.context().rejections,
      ElementsAre("@14 damaged-gzip: '" + scratch / "a.gz" + "' is damaged near byte " + a_size + " of " +
                      a_size + ": it ends in the middle of its compressed data; nothing behind it was read",
                  "@4 damaged-gzip: '" + scratch / "b.gz" + "' is damaged near byte " +
                      std::to_string(good.size()) + " of " + std::to_string(good.size() + 7) +
                      ": other bytes follow its compressed data; nothing behind it was read"));
}

TEST(FileSource, ACutZstdFileGivesWhatCameBeforeAndARowInErrors) {
  const Scratch scratch;
  const std::string good = zstd("one\n");
  scratch.write("a.zst", good + zstd("two\n").substr(0, 6));
  ComponentUnderTest source("file", source_options(scratch / "a.zst"));
  EXPECT_EQ(source.poll_all(), WEIR_FINISHED);
  EXPECT_EQ(bytes_of(source, scratch / "a.zst"), "one\n");
  const std::string size = std::to_string(good.size() + 6);
  EXPECT_THAT(
      source.context().rejections,
      ElementsAre("@4 damaged-zstd: '" + scratch / "a.zst" + "' is damaged near byte " + size + " of " +
                  size + ": it ends in the middle of its compressed data; nothing behind it was read"));
}

TEST(FileSource, WhatCameBeforeTheDamageDoesNotDependOnTheSizeOfAChunk) {
  const Scratch scratch;
  std::string lines;
  for (int i = 0; i < 60'000; ++i) lines += std::to_string(i * 7919 % 60'013) + "\n";
  std::string stored = zstd(lines);
  stored.back() ^= 1;                                      // Of the last block.
  const std::string before = lines.substr(0, 256 * 1024);  // The blocks before it have 128 KiB each.
  scratch.write("a.zst", stored);
  for (const char* const chunk : {"4KiB", "100KiB", "4MiB"}) {
    ComponentUnderTest source("file", source_options(scratch / "a.zst") + "chunk: " + chunk + "\n");
    EXPECT_EQ(source.poll_all(), WEIR_FINISHED);
    EXPECT_TRUE(bytes_of(source, scratch / "a.zst") == before) << chunk;
    EXPECT_THAT(source.context().rejections, ElementsAre(testing::StartsWith("@262144 damaged-zstd: ")))
        << chunk;
  }
}

TEST(FileSource, SaysThatAFileIsNotWhatTheOptionSays) {
  const Scratch scratch;
  scratch.write("a.csv", "id\n1\n");
  ComponentUnderTest source("file", source_options(scratch / "a.csv", "compression: gzip"));
  EXPECT_EQ(source.poll_all(), WEIR_FINISHED);
  EXPECT_THAT(source.context().rejections,
              ElementsAre("@0 damaged-gzip: '" + scratch / "a.csv" +
                          "' is damaged near byte 0 of 5: it is not gzip data; nothing behind it was read"));
}

TEST(FileSource, HeadGivesTheFirstBytesOfTheFirstFileDecompressed) {
  const Scratch scratch;
  scratch.write("b.csv", "zzz");
  scratch.write("a.csv.gz", gzip("id,name\n1,x\n"));
  ComponentUnderTest source("file", source_options(scratch / "*"));
  EXPECT_EQ(source.head(7), std::pair(std::string("id,name"), scratch / "a.csv.gz"));
}

// Reads all, then for each chunk makes a new source that goes on from its start.
void expect_restore_anywhere(const Scratch& scratch, const std::string& name, const std::string& text) {
  ComponentUnderTest first("file", source_options(scratch / name));
  ASSERT_EQ(first.poll_all(), WEIR_FINISHED);
  for (const auto& chunk : first.context().bytes) {
    ComponentUnderTest again("file", source_options(scratch / name));
    ASSERT_TRUE(again.restore({{scratch / name, {chunk.position, as_str(chunk.token)}}})) << again.fault();
    ASSERT_EQ(again.poll_all(), WEIR_FINISHED) << again.fault();
    std::string rest;
    for (const auto& more : again.context().bytes) rest += more.bytes;
    EXPECT_EQ(again.context().bytes.front().position, chunk.position);
    EXPECT_TRUE(again.context().bytes.back().is_last);
    EXPECT_EQ(rest, text.substr(static_cast<size_t>(chunk.position)));
  }
}

TEST(FileSource, GoesOnFromEveryChunkOfAPlainGzipAndZstdFile) {
  const Scratch scratch;
  const std::string text = numbers(9'500'000);
  scratch.write("a.csv", text);
  scratch.write("a.gz", gzip(text.substr(0, 1000)) + gzip(text.substr(1000)));
  scratch.write("a.zst", zstd(text));
  expect_restore_anywhere(scratch, "a.csv", text);
  expect_restore_anywhere(scratch, "a.gz", text);
  expect_restore_anywhere(scratch, "a.zst", text);
}

TEST(FileSource, AFileThatShrankSinceTheCheckpointIsAFault) {
  const Scratch scratch;
  scratch.write("a.csv", numbers(6'000'000));
  ComponentUnderTest first("file", source_options(scratch / "a.csv"));
  first.poll_all();
  const auto chunk = first.context().bytes[1];
  scratch.write("a.csv", numbers(1'000));
  ComponentUnderTest again("file", source_options(scratch / "a.csv"));
  EXPECT_FALSE(again.restore({{scratch / "a.csv", {chunk.position, as_str(chunk.token)}}}));
  EXPECT_EQ(again.fault(),
            "'" + scratch / "a.csv" +
                "' has 1007 bytes, but the checkpoint read it up to byte 4194304: it was cut or "
                "replaced; put it back, or start with --from-scratch");
}

TEST(FileSource, AFileThatWasReplacedSinceTheCheckpointIsAFault) {
  const Scratch scratch;
  scratch.write("a.csv", numbers(6'000'000));
  ComponentUnderTest first("file", source_options(scratch / "a.csv"));
  first.poll_all();
  const auto chunk = first.context().bytes[1];
  scratch.write("a.csv", "x" + numbers(6'000'000));
  ComponentUnderTest again("file", source_options(scratch / "a.csv"));
  EXPECT_FALSE(again.restore({{scratch / "a.csv", {chunk.position, as_str(chunk.token)}}}));
  EXPECT_EQ(again.fault(),
            "'" + scratch / "a.csv" +
                "' begins with other bytes than before, and the checkpoint read it up to byte 4194304: "
                "it was cut or replaced; put it back, or start with --from-scratch");
}

TEST(FileSource, ACompressedFileThatEndsBeforeTheCheckpointIsAFault) {
  const Scratch scratch;
  scratch.write("a.gz", gzip("same beginning") + gzip(numbers(6'000'000)));
  ComponentUnderTest first("file", source_options(scratch / "a.gz"));
  first.poll_all();
  const auto chunk = first.context().bytes[1];
  std::string stored = scratch.read("a.gz");
  scratch.write("a.gz", stored.substr(0, 1000));
  ComponentUnderTest again("file", source_options(scratch / "a.gz"));
  ASSERT_TRUE(again.restore({{scratch / "a.gz", {chunk.position, as_str(chunk.token)}}}));
  EXPECT_EQ(again.poll_all(), WEIR_FAILED);
  EXPECT_THAT(again.fault(),
              testing::MatchesRegex(".*a.gz' ends at byte [0-9]+, but the checkpoint read it up to "
                                    "byte 4194304: it was cut or replaced; put it back, or start "
                                    "with --from-scratch"));
}

TEST(FileSource, AFileThatTheCheckpointKnowsMustBeThere) {
  const Scratch scratch;
  scratch.write("a.csv", "a");
  ComponentUnderTest source("file", source_options(scratch / "*.csv"));
  EXPECT_FALSE(source.restore({{scratch / "gone.csv", {1, {}}}}));
  EXPECT_EQ(source.fault(),
            "the checkpoint knows '" + scratch / "gone.csv" +
                "', which 'path' does not name any more: put it back, or start with --from-scratch");
}

TEST(FileSource, CancelLetsAPollReturnWithinTheChunk) {
  const Scratch scratch;
  scratch.write("a.gz", gzip(numbers(9'000'000)));
  ComponentUnderTest source("file", source_options(scratch / "a.gz"));
  source.component().cancel(source.instance());
  EXPECT_EQ(source.poll(), WEIR_DONE);
  EXPECT_THAT(source.context().bytes, IsEmpty());
}

TEST(FileSource, ReadsStandardInput) {
  const Scratch scratch;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const int saved = ::dup(STDIN_FILENO);
  ::dup2(ends[0], STDIN_FILENO);
  ASSERT_EQ(::write(ends[1], "a\nb\n", 4), 4);
  ::close(ends[1]);
  ComponentUnderTest source("file", source_options("\"-\""));
  EXPECT_EQ(source.head(2), std::pair(std::string("a\n"), std::string("-")));
  EXPECT_EQ(source.poll_all(), WEIR_FINISHED) << source.fault();
  EXPECT_EQ(bytes_of(source, "-"), "a\nb\n");
  EXPECT_EQ(source.progress(), std::pair(int64_t{4}, int64_t{-1}));
  ::dup2(saved, STDIN_FILENO);
  ::close(saved);
  ::close(ends[0]);

  ComponentUnderTest again("file", source_options("\"-\""));
  EXPECT_FALSE(again.restore({{"-", {4, {}}}}));
  EXPECT_EQ(again.fault(), "standard input cannot be read again from byte 4: start with --from-scratch");
}

// What people get wrong, and what they read then.

TEST(FileSourceMistakes, AMissingFileNamesItsDirectoryAndTheNearestName) {
  const Scratch scratch;
  scratch.write("orders.csv.gz", "a");
  scratch.write("other.txt", "a");
  EXPECT_EQ(ComponentUnderTest("file", source_options(scratch / "orders.csv")).fault(),
            "no file '" + scratch / "orders.csv" + "': the directory '" + scratch.path() +
                "' holds orders.csv.gz, other.txt; did you mean 'orders.csv.gz'?");
}

TEST(FileSourceMistakes, APatternThatFitsNothingNamesWhatIsThere) {
  const Scratch scratch;
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g"}) scratch.write(name, "");
  EXPECT_EQ(ComponentUnderTest("file", source_options(scratch / "*.csv")).fault(),
            "no file fits '" + scratch / "*.csv" + "': the directory '" + scratch.path() +
                "' holds a, b, c, d, e and 2 more");
}

TEST(FileSourceMistakes, AnEmptyOrMissingDirectoryIsCalledThat) {
  const Scratch scratch;
  EXPECT_EQ(ComponentUnderTest("file", source_options(scratch / "*.csv")).fault(),
            "no file fits '" + scratch / "*.csv" + "': the directory '" + scratch.path() + "' is empty");
  EXPECT_EQ(ComponentUnderTest("file", source_options(scratch / "dta/*.csv")).fault(),
            "no file fits '" + scratch / "dta/*.csv" + "': there is no directory '" + scratch / "dta" + "'");
}

TEST(FileSourceMistakes, ADirectoryIsNoFile) {
  const Scratch scratch;
  EXPECT_EQ(
      ComponentUnderTest("file", source_options(scratch.path())).fault(),
      "'" + scratch.path() + "' is a directory: to read the files in it, write '" + scratch.path() + "/*'");
}

TEST(FileSourceMistakes, OptionsThatAreNotThereOrNotKnown) {
  const Scratch scratch;
  EXPECT_EQ(ComponentUnderTest("file", "paths: x\nformat: text").fault(),
            "file has no option 'paths' (did you mean 'path'?)");
  EXPECT_EQ(ComponentUnderTest("file", "format: text").fault(),
            "file needs the option 'path' (list of path) (for example path: data/*.ndjson.gz)");
  EXPECT_EQ(ComponentUnderTest("file", source_options("x", "compression: gz")).fault(),
            "option 'compression': expected auto, none, gzip or zstd, found 'gz' (did you mean 'gzip'?)");
  EXPECT_EQ(ComponentUnderTest("file", source_options("[]")).fault(),
            "the list of paths is empty: name at least one file or pattern");
}

}  // namespace
}  // namespace weir::file
