// Stored files, as the source `file` reads them: any bytes give some text or end in damage, whatever is read
// at a time; what was compressed reads back.
//
// Input: what the file is taken for; then its bytes.
#include <string>

#include "compressed_bytes.hpp"
#include "fuzz_target.hpp"
#include "plugin_host/component_under_test.hpp"
#include "world/sim_disk.hpp"
#include "world/whole_file.hpp"

namespace weir::fuzz {
namespace {

constexpr size_t kMostBytes = size_t{1} << 20;  // A small file can hold a very long text.

struct Text {
  std::string bytes;
  std::string damage;  // "@4 damaged-gzip"
  bool is_whole = true;
};

Text read_text(std::string_view stored, const std::string& options) {
  SimDisk disk;
  FaultPoints faults;
  expect(write_atomic(disk, faults, "fuzz", "/in", stored).is_ok(), "a file is stored");
  test::use_host(disk);
  test::ComponentUnderTest source("file", "path: /in\nformat: text\n" + options);
  expect_equal("fault of the source", source.fault(), "");
  Text text;
  for (weir_answer answer = WEIR_DONE; answer != WEIR_FINISHED; answer = source.poll()) {
    expect(answer == WEIR_DONE || answer == WEIR_MORE, "the source goes on");
    size_t size = 0;
    for (const auto& chunk : source.context().bytes) size += chunk.bytes.size();
    if (!(text.is_whole = size < kMostBytes)) break;
  }
  for (const auto& chunk : source.context().bytes) {
    expect(chunk.position == static_cast<int64_t>(text.bytes.size()), "chunks follow each other");
    text.bytes += chunk.bytes;
  }
  for (const std::string& rejected : source.context().rejections)
    text.damage += rejected.substr(0, rejected.find(':'));
  return text;
}

void expect_reads_back(const std::string& stored, const std::string& bytes) {
  const Text text = read_text(stored, "");
  expect_equal("what was compressed", text.bytes, bytes);
  expect_equal("damage to what was compressed", text.damage, "");
}

}  // namespace

WEIR_FUZZ_TARGET(compressed_file) {
  constexpr const char* kTaken[] = {"auto", "gzip", "zstd"};
  const std::string taken = std::string("compression: ") + kTaken[input.choose(std::size(kTaken))] + "\n";
  const std::string bytes(input.rest());
  const Text whole = read_text(bytes, taken + "chunk: 256KiB\n");
  const Text in_pieces = read_text(bytes, taken + "chunk: 4KiB\n");
  if (whole.is_whole && in_pieces.is_whole) {
    expect_equal("damage, whole and in pieces", whole.damage, in_pieces.damage);
    expect_equal("text, whole and in pieces", whole.bytes, in_pieces.bytes);
  }
  expect_reads_back(file::gzip(bytes) + file::gzip(bytes), bytes + bytes);
  expect_reads_back(file::zstd(bytes) + file::zstd(bytes), bytes + bytes);
}

}  // namespace weir::fuzz
