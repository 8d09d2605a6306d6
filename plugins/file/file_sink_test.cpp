#include <gmock/gmock.h>
#include <filesystem>

#include <weir/host.hpp>

#include "byte_stream.hpp"
#include "plugin_host/component_under_test.hpp"
#include "plugin_host/scratch.hpp"
#include "plugin_host/table.hpp"

namespace weir::file {
namespace {

using test::Cells;
using test::ComponentUnderTest;
using test::GivenInput;
using test::Scratch;
using testing::ElementsAre;
using testing::IsEmpty;

const GivenInput kBounded{"day: string, n: int64", true};
const GivenInput kEndless{"day: string, n: int64", false};
constexpr uint64_t kLast = UINT64_MAX;

std::string options(const std::string& path, const std::string& more = "format: text") {
  return "path: \"" + path + "\"\n" + more;
}

void write(ComponentUnderTest& sink, const Cells& rows) {
  ASSERT_TRUE(sink.write(test::make_rows(sink.schema(), rows))) << sink.fault();
}

void checkpoint(ComponentUnderTest& sink, uint64_t epoch) {
  const auto token = sink.prepare(epoch);
  ASSERT_TRUE(token) << sink.fault();
  ASSERT_TRUE(sink.commit(*token)) << sink.fault();
}

std::string decompressed(const std::string& path) {
  const auto opened = open_file(path, Compression::kAuto);
  std::string text(1 << 20, '\0');
  const std::atomic<bool> stop = false;
  text.resize(opened->stream->read({reinterpret_cast<uint8_t*>(text.data()), text.size()}, stop)->size);
  return text;
}

TEST(FileSink, ABoundedInputBecomesOneFileThatAppearsAtTheEnd) {
  const Scratch scratch;
  ComponentUnderTest sink("file", options(scratch / "out/x.csv", "format: header"), kBounded);
  ASSERT_TRUE(sink.recover({}));
  EXPECT_TRUE(sink.is_single_copy());
  write(sink, {{"mon", "1"}});
  checkpoint(sink, 1);
  EXPECT_THAT(scratch.files(), ElementsAre("out/.x.csv.weir-it"));
  write(sink, {{"tue", "2"}});
  checkpoint(sink, kLast);
  EXPECT_THAT(scratch.files(), ElementsAre("out/x.csv"));
  EXPECT_EQ(scratch.read("out/x.csv"), "day,n\nmon,1\ntue,2\n");
  EXPECT_THAT(sink.written(), ElementsAre(scratch / "out/x.csv"));
}

TEST(FileSink, AnEmptyResultIsAFileWithItsHeader) {
  const Scratch scratch;
  ComponentUnderTest sink("file", options(scratch / "x.csv", "format: header"), kBounded);
  ASSERT_TRUE(sink.recover({}));
  checkpoint(sink, kLast);
  EXPECT_EQ(scratch.read("x.csv"), "day,n\n");
}

TEST(FileSink, BeginAndEndOfTheFormatStandOnceInAFile) {
  const Scratch scratch;
  ComponentUnderTest sink("file", options(scratch / "x", "format: framed"), kBounded);
  ASSERT_TRUE(sink.recover({}));
  write(sink, {{"a", "1"}});
  checkpoint(sink, 1);
  write(sink, {{"b", "2"}});
  checkpoint(sink, kLast);
  EXPECT_EQ(scratch.read("x"), "BEGIN\na,1\nb,2\nEND\n");
}

TEST(FileSink, WritesTheNamedColumnsInTheirOrder) {
  const Scratch scratch;
  ComponentUnderTest sink("file", options(scratch / "x.csv", "format: header\ncolumns: [n, day]"), kBounded);
  ASSERT_TRUE(sink.recover({}));
  write(sink, {{"mon", "1"}});
  checkpoint(sink, kLast);
  EXPECT_EQ(scratch.read("x.csv"), "n,day\n1,mon\n");
}

TEST(FileSink, CompressesByTheEndingOfThePath) {
  const Scratch scratch;
  for (const char* name : {"x.csv.gz", "x.csv.zst"}) {
    ComponentUnderTest sink("file", options(scratch / name), kBounded);
    ASSERT_TRUE(sink.recover({}));
    write(sink, {{"mon", "1"}});
    checkpoint(sink, 1);
    write(sink, {{"tue", "2"}});
    checkpoint(sink, kLast);
    EXPECT_EQ(decompressed(scratch / name), "mon,1\ntue,2\n");
  }
}

TEST(FileSink, AFileForEachValueOfAColumnInThePath) {
  const Scratch scratch;
  ComponentUnderTest sink("file", options(scratch / "{day}/x.csv"), kBounded);
  ASSERT_TRUE(sink.recover({}));
  write(sink, {{"mon", "1"}, {"tue", "2"}, {"mon", "3"}, {{}, "4"}, {"", "5"}, {"../up", "6"}, {"a%b", "7"}});
  checkpoint(sink, kLast);
  EXPECT_THAT(scratch.files(), ElementsAre("%2E.%2Fup/x.csv", "_empty/x.csv", "_null/x.csv", "a%25b/x.csv",
                                           "mon/x.csv", "tue/x.csv"));
  EXPECT_EQ(scratch.read("mon/x.csv"), "mon,1\nmon,3\n");
}

TEST(FileSink, MoreValuesThanOpenFilesAreNoMatter) {
  const Scratch scratch;
  ComponentUnderTest sink("file", options(scratch / "{n}.csv.gz"), kBounded);
  ASSERT_TRUE(sink.recover({}));
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 150; ++i) write(sink, {{"d" + std::to_string(round), std::to_string(i)}});
  checkpoint(sink, kLast);
  EXPECT_EQ(scratch.files().size(), 150U);
  EXPECT_EQ(decompressed(scratch / "149.csv.gz"), "d0,149\nd1,149\n");
}

TEST(FileSink, DatesAndTimesInAPathAreReadable) {
  const Scratch scratch;
  ComponentUnderTest sink("file", options(scratch / "{d}_{t}.csv"),
                          GivenInput{"d: date32, t: timestamp", true});
  ASSERT_TRUE(sink.recover({}));
  write(sink, {{"20089", "1735689600000000"}, {"-1", "1735734645000000"}});
  checkpoint(sink, kLast);
  EXPECT_THAT(scratch.files(),
              ElementsAre("1969-12-31_2025-01-01T12-30-45.csv", "2025-01-01_2025-01-01.csv"));
}

TEST(FileSink, AValueTooLongForANameIsARowInErrors) {
  const Scratch scratch;
  ComponentUnderTest sink("file", options(scratch / "{day}"), kBounded);
  ASSERT_TRUE(sink.recover({}));
  write(sink, {{std::string(300, 'x'), "1"}, {"ok", "2"}});
  checkpoint(sink, kLast);
  EXPECT_THAT(scratch.files(), ElementsAre("ok"));
  ASSERT_EQ(sink.context().rejections.size(), 1U);
  EXPECT_THAT(sink.context().rejections[0], testing::StartsWith("0 path-too-long: the path '"));
  EXPECT_THAT(sink.context().rejections[0], testing::EndsWith("...' has a name of more than 255 bytes"));
}

TEST(FileSink, AnEndlessInputWithPartGivesAFileForEachCheckpoint) {
  const Scratch scratch;
  const std::string path = scratch / "{day}/{part}.csv";
  {
    ComponentUnderTest sink("file", options(path), kEndless);
    ASSERT_TRUE(sink.recover({}));
    EXPECT_FALSE(sink.is_single_copy());
    write(sink, {{"mon", "1"}, {"tue", "2"}});
    checkpoint(sink, 1);
    checkpoint(sink, 2);  // Nothing new: no file.
    write(sink, {{"tue", "3"}});
    checkpoint(sink, 3);
    EXPECT_THAT(scratch.files(), ElementsAre("mon/000000-0.csv", "tue/000000-0.csv", "tue/000001-0.csv"));
  }
  ComponentUnderTest next("file", options(path), kEndless);  // From scratch: writes over nothing.
  ASSERT_TRUE(next.recover({}));
  write(next, {{"mon", "4"}});
  checkpoint(next, 1);
  EXPECT_EQ(scratch.read("mon/000002-0.csv"), "mon,4\n");
}

TEST(FileSink, WhoeverReadsPartsMayTakeThemAway) {
  const Scratch scratch;
  const std::string path = scratch / "{part}.csv";
  std::string token;
  {
    ComponentUnderTest sink("file", options(path), kEndless);
    ASSERT_TRUE(sink.recover({}));
    write(sink, {{"mon", "1"}});
    token = sink.prepare(1).value();
    ASSERT_TRUE(sink.commit(token));
  }
  std::filesystem::remove(scratch / "000000-0.csv");
  ComponentUnderTest again("file", options(path), kEndless);
  ASSERT_TRUE(again.recover({token})) << again.fault();
  write(again, {{"tue", "2"}});
  checkpoint(again, 2);
  EXPECT_THAT(scratch.files(), ElementsAre("000001-0.csv"));
}

TEST(FileSink, WhatCameBehindAnEmptyFirstCheckpointIsNotCommitted) {
  const Scratch scratch;
  const std::string path = scratch / "all.csv";
  {
    ComponentUnderTest sink("file", options(path), kEndless);
    ASSERT_TRUE(sink.recover({}));
    EXPECT_EQ(sink.prepare(1).value(), "");
    write(sink, {{"mon", "1"}});
    ASSERT_TRUE(sink.prepare(2));  // Safe on the disk, and in no manifest.
  }
  ComponentUnderTest again("file", options(path), kEndless);
  ASSERT_TRUE(again.recover({""})) << again.fault();
  write(again, {{"mon", "1"}});
  checkpoint(again, 2);
  EXPECT_EQ(scratch.read("all.csv"), "mon,1\n");
}

TEST(FileSink, AnEndlessInputWithAFixedPathGrowsAndIsCutBack) {
  const Scratch scratch;
  scratch.write("x.log", "before\n");
  std::string token;
  {
    ComponentUnderTest sink("file", options(scratch / "x.log"), kEndless);
    ASSERT_TRUE(sink.recover({}));
    write(sink, {{"mon", "1"}});
    token = *sink.prepare(1);
    ASSERT_TRUE(sink.commit(token));
    EXPECT_EQ(scratch.read("x.log"), "before\nmon,1\n");
    EXPECT_THAT(sink.written(), ElementsAre(scratch / "x.log"));
    write(sink, {{"tue", "2"}});
    ASSERT_TRUE(sink.prepare(2));  // Never gets into a manifest.
  }
  ComponentUnderTest again("file", options(scratch / "x.log"), kEndless);
  ASSERT_TRUE(again.recover({token})) << again.fault();
  EXPECT_EQ(scratch.read("x.log"), "before\nmon,1\n");
  write(again, {{"wed", "3"}});
  checkpoint(again, 2);
  EXPECT_EQ(scratch.read("x.log"), "before\nmon,1\nwed,3\n");
  EXPECT_THAT(scratch.files(), ElementsAre("x.log"));
}

TEST(FileSink, ARunThatDiedBeforeItsFirstCheckpointLeavesNothingInAGrowingFile) {
  const Scratch scratch;
  scratch.write("x.log", "before\n");
  {
    ComponentUnderTest sink("file", options(scratch / "x.log"), kEndless);
    ASSERT_TRUE(sink.recover({}));
    write(sink, {{"mon", "1"}});
    ASSERT_TRUE(sink.prepare(1));
    EXPECT_EQ(scratch.read("x.log"), "before\nmon,1\n");
  }
  ComponentUnderTest again("file", options(scratch / "x.log"), kEndless);
  ASSERT_TRUE(again.recover({}));
  EXPECT_EQ(scratch.read("x.log"), "before\n");
}

TEST(FileSink, ModeSaysWhatBecomesOfAFileThatIsThere) {
  const Scratch scratch;
  const auto run = [&](const std::string& mode, const GivenInput& input) {
    scratch.write("x.csv", "old\n");
    ComponentUnderTest sink("file", options(scratch / "x.csv", "format: text\nmode: " + mode), input);
    if (!sink.recover({})) return sink.fault();
    write(sink, {{"mon", "1"}});
    checkpoint(sink, kLast);
    return scratch.read("x.csv");
  };
  EXPECT_EQ(run("replace", kBounded), "mon,1\n");
  EXPECT_EQ(run("append", kBounded), "old\nmon,1\n");
  EXPECT_EQ(run("replace", kEndless), "mon,1\n");
  EXPECT_EQ(run("append", kEndless), "old\nmon,1\n");
  const std::string refused =
      "'" + scratch / "x.csv" + "' is there already: remove it, or say mode: replace or mode: append";
  EXPECT_EQ(run("new", kBounded), refused);
  EXPECT_EQ(run("new", kEndless), refused);
}

TEST(FileSink, AHeaderIsNotRepeatedWhenAFileIsAppendedTo) {
  const Scratch scratch;
  for (int i = 0; i < 2; ++i) {
    ComponentUnderTest sink("file", options(scratch / "x.csv", "format: header\nmode: append"), kBounded);
    ASSERT_TRUE(sink.recover({}));
    write(sink, {{"mon", std::to_string(i)}});
    checkpoint(sink, kLast);
  }
  EXPECT_EQ(scratch.read("x.csv"), "day,n\nmon,0\nmon,1\n");
}

TEST(FileSink, ARestartGoesOnBehindTheCheckpointAndForgetsTheRest) {
  const Scratch scratch;
  for (const char* name : {"x.csv", "x.csv.gz"}) {
    std::string token;
    {
      ComponentUnderTest sink("file", options(scratch / name, "format: header"), kBounded);
      ASSERT_TRUE(sink.recover({}));
      write(sink, {{"mon", "1"}});
      token = *sink.prepare(1);
      write(sink, {{"lost", "9"}});
      ASSERT_TRUE(sink.prepare(2));
    }
    ComponentUnderTest again("file", options(scratch / name, "format: header"), kBounded);
    ASSERT_TRUE(again.recover({token})) << again.fault();
    write(again, {{"tue", "2"}});
    checkpoint(again, kLast);
    EXPECT_EQ(decompressed(scratch / name), "day,n\nmon,1\ntue,2\n");
  }
}

TEST(FileSink, ACommitMayBeRepeatedInANewProcess) {
  const Scratch scratch;
  std::string token;
  {
    ComponentUnderTest sink("file", options(scratch / "x.csv"), kBounded);
    ASSERT_TRUE(sink.recover({}));
    write(sink, {{"mon", "1"}});
    token = *sink.prepare(kLast);
  }
  for (int i = 0; i < 2; ++i) {
    ComponentUnderTest again("file", options(scratch / "x.csv"), kBounded);
    ASSERT_TRUE(again.recover({token})) << again.fault();
    ASSERT_TRUE(again.commit(token)) << again.fault();
    ASSERT_TRUE(again.commit(token));
    EXPECT_EQ(scratch.read("x.csv"), "mon,1\n");
    EXPECT_THAT(again.written(), ElementsAre(scratch / "x.csv"));
  }
}

TEST(FileSink, AbortRemovesWhatWasWhole) {
  const Scratch scratch;
  ComponentUnderTest sink("file", options(scratch / "x.csv"), kBounded);
  ASSERT_TRUE(sink.recover({}));
  write(sink, {{"mon", "1"}});
  const auto token = sink.prepare(kLast);
  ASSERT_TRUE(sink.abort(*token));
  ASSERT_TRUE(sink.abort(*token));
  EXPECT_THAT(scratch.files(), IsEmpty());
}

TEST(FileSink, AFreshStartRemovesItsOwnLeftoversOnly) {
  const Scratch scratch;
  scratch.write(".x.csv.weir-it", "ours");
  scratch.write(".x.csv.weir-other", "theirs");
  scratch.write(".y.csv.weir-it", "another file's");
  ComponentUnderTest sink("file", options(scratch / "x.csv"), kBounded);
  ASSERT_TRUE(sink.recover({}));
  EXPECT_THAT(scratch.files(), ElementsAre(".x.csv.weir-other", ".y.csv.weir-it"));
}

TEST(FileSink, PrintsToStandardOutput) {
  const Scratch scratch;
  ComponentUnderTest sink("file", options("-", "format: framed"), kBounded);
  ASSERT_TRUE(sink.recover({})) << sink.fault();
  testing::internal::CaptureStdout();
  write(sink, {{"mon", "1"}});
  checkpoint(sink, 1);
  checkpoint(sink, kLast);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "BEGIN\nmon,1\nEND\n");
  EXPECT_THAT(sink.written(), IsEmpty());
}

// What people get wrong, and what they read then.

std::string fault_of(const std::string& yaml, const GivenInput& input = kBounded) {
  ComponentUnderTest sink("file", yaml, input);
  if (sink.fault().empty()) sink.recover({});
  return sink.fault();
}

TEST(FileSinkMistakes, ColumnsInThePath) {
  const Scratch scratch;
  const std::string x = scratch / "x";
  EXPECT_EQ(
      fault_of(options(x + "{dy}")),
      "'" + x + "{dy}' names {dy}, but there is no column 'dy' in its input (day, n); did you mean 'day'?");
  EXPECT_EQ(fault_of(options(x + "{day")), "'" + x + "{day' has a '{' without a '}'");
  EXPECT_EQ(fault_of(options(x + "day}")), "'" + x + "day}' has a '}' without a '{'");
  EXPECT_EQ(fault_of(options(x + "{v}"), {"v: float64", true}),
            "'" + x +
                "{v}' names {v}, but column 'v' is float64: a path takes string, bool, integer, date32 and "
                "timestamp columns");
  EXPECT_EQ(
      fault_of(options(x + "{day}"), kEndless),
      "'" + x +
          "{day}' has columns in it, and the input does not end: add {part}, as in out/{day}/{part}.csv");
  EXPECT_EQ(fault_of(options(x + "{part}", "format: text\nmode: replace")),
            "with {part} in the path only mode: append is possible: a part never replaces another");
}

TEST(FileSinkMistakes, PathsThatNameNoFile) {
  const Scratch scratch;
  EXPECT_EQ(fault_of(options(scratch / "out/")),
            "'" + scratch / "out/" + "' names a directory: add a file name");
  EXPECT_EQ(fault_of(options(scratch.path())), "'" + scratch.path() + "' is a directory: add a file name");
  EXPECT_EQ(fault_of(options("/dev/full")), "'/dev/full' is a device or a pipe: name a file");
}

TEST(FileSinkMistakes, Options) {
  const Scratch scratch;
  EXPECT_EQ(fault_of(options(scratch / "x", "format: text\ncolumns: [day, day]")),
            "column 'day' is listed twice");
  EXPECT_EQ(fault_of(options(scratch / "x", "format: text\ncolumns: [dya]")),
            "option 'columns[0]': no column 'dya' in its input (day or n) (did you mean 'day'?)");
  EXPECT_EQ(fault_of(options(scratch / "x", "format: text\nmode: overwrite")),
            "option 'mode': expected replace, append or new, found 'overwrite'");
  EXPECT_EQ(fault_of("format: text"),
            "file needs the option 'path' (path) (for example path: out/{day}/{part}.ndjson)");
}

TEST(FileSinkMistakes, AFormatThatClosesItsFileCannotGoOnInIt) {
  const Scratch scratch;
  std::string token;
  {
    ComponentUnderTest sink("file", options(scratch / "x", "format: framed"), kBounded);
    ASSERT_TRUE(sink.recover({}));
    write(sink, {{"mon", "1"}});
    token = *sink.prepare(1);
  }
  ComponentUnderTest again("file", options(scratch / "x", "format: framed"), kBounded);
  EXPECT_FALSE(again.recover({token}));
  EXPECT_EQ(again.fault(),
            "'" + scratch / "x" +
                "' cannot be continued: its format closes a file for good; use a path with {part}, or "
                "start with --from-scratch");
}

TEST(FileSinkMistakes, StagedFilesThatWereTakenAway) {
  const Scratch scratch;
  std::string open, whole;
  {
    ComponentUnderTest sink("file", options(scratch / "x"), kBounded);
    ASSERT_TRUE(sink.recover({}));
    write(sink, {{"mon", "1"}});
    open = *sink.prepare(1);
    whole = *sink.prepare(kLast);
  }
  scratch.remove(".x.weir-it");
  ComponentUnderTest again("file", options(scratch / "x"), kBounded);
  EXPECT_FALSE(again.recover({open}));
  EXPECT_EQ(again.fault(),
            "'" + scratch / ".x.weir-it" +
                "' has gone, but the checkpoint wrote 6 bytes: put it back, or start with --from-scratch");
  EXPECT_FALSE(again.recover({whole}));
  EXPECT_EQ(again.fault(), "'" + scratch / "x" + "' was to be made of '" + scratch / ".x.weir-it" +
                               "', and neither is there: start with --from-scratch");
  EXPECT_FALSE(again.recover({"rubbish"}));
  EXPECT_EQ(again.fault(), "the checkpoint's token is not one of a file sink");
}

}  // namespace
}  // namespace weir::file
