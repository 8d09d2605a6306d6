// What a checkpoint consists of: damaged bytes are a fault; what is accepted writes back to the same bytes.
//
// The sums over the bytes are set right first, or no change of a fuzzer would come past them.
#include <cstring>
#include <memory>

#include <xxhash.h>

#include "data/data_calls.hpp"
#include "fuzz_target.hpp"
#include "state/byte_codec.hpp"
#include "state/ledger_json.hpp"
#include "state/manifest.hpp"
#include "state/state_page.hpp"
#include "state/test_keys.hpp"
#include "state/value_pages.hpp"
#include "world/fault_point.hpp"
#include "world/sim_disk.hpp"
#include "world/whole_file.hpp"

namespace weir::fuzz {
namespace {

uint64_t sum_of(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

void put_sum(std::string& bytes, size_t at, uint64_t sum) {
  std::memcpy(bytes.data() + at, &sum, sizeof(sum));
}

uint64_t number_at(const std::string& bytes, size_t at, size_t size) {
  uint64_t found = 0;
  std::memcpy(&found, bytes.data() + at, size);
  return found;
}

// Sets the sums of a page right, wherever its head and tail say that they are.
std::string mended_page(std::string bytes) {
  constexpr size_t kHead = 16;
  constexpr size_t kTail = 24;
  if (bytes.size() < kHead + kTail) return bytes;
  const size_t tail = bytes.size() - kTail;
  if (const size_t body = number_at(bytes, 12, 4); body <= tail - kHead)
    put_sum(bytes, kHead + body, sum_of(std::string_view(bytes).substr(0, kHead + body)));
  if (const size_t index = number_at(bytes, tail, 8); index <= tail)
    put_sum(bytes, tail + 8, sum_of(std::string_view(bytes).substr(index, tail + 8 - index)));
  return bytes;
}

constexpr const char* kPage = "/p/1.page";
constexpr size_t kFormatAt = 8;

std::unique_ptr<SimDisk> disk_with(std::string_view page) {
  auto disk = std::make_unique<SimDisk>();
  FaultPoints faults;
  expect(make_dirs(*disk, "/p").is_ok() && write_atomic(*disk, faults, "fuzz", kPage, page).is_ok(),
         "a page is stored");
  return disk;
}

// The page anew from what was read of it; empty when a section's bytes do not match their sum.
std::string written_back(Disk& disk, PageReader& page) {
  FaultPoints faults;
  const auto writer = PageWriter::open(disk, faults, "/p", "2.page", page.id(), page.state()).value();
  for (const PageSection& section : page.sections()) {
    const Result<std::string> bytes = page.read(section);
    if (!bytes.is_ok()) return {};
    expect(writer->add(section, *bytes).is_ok(), "a section is written");
  }
  const PageInfo info = writer->finish().value();
  expect(verify_page(disk, "/p", info).is_ok(), "a page that was written is whole");
  return read_all(disk, "/p/2.page").value();
}

struct Table {
  std::shared_ptr<MemoryAccount> account = MemoryAccount::make("fuzz", nullptr, size_t{64} << 20);
  test::KeyFields fields{"user: string, n: int64, price: decimal(12,2)"};
  ValueTable table{{"counts", KeyShape::make(fields.data(), fields.size()).value(), 24, {8}}, *account};
};

Status restore(Disk& disk, const std::string& path, ValueTable& table) {
  WEIR_ASSIGN_OR_RETURN(PageReader page, PageReader::open(disk, path));
  return restore_values(std::span(&page, 1), {}, {1, nullptr}, table);
}

// What a table holds does not change when it is saved and restored.
void check_table(Disk& disk) {
  Table first;
  if (!restore(disk, kPage, first.table).is_ok()) return;
  FaultPoints faults;
  const auto writer = PageWriter::open(disk, faults, "/p", "3.page", {1, "node", "counts", 0},
                                       {WEIR_STATE_VALUES, 1, 24, {8}})
                          .value();
  expect(save_values(first.table, PageForm::kWhole, faults, *writer).is_ok() && writer->finish().is_ok(),
         "a table is saved");
  Table second;
  expect(restore(disk, "/p/3.page", second.table).is_ok(), "a saved table is restored");
  expect_equal("keys saved and restored", std::to_string(first.table.key_count()),
               std::to_string(second.table.key_count()));
}

}  // namespace

WEIR_FUZZ_TARGET(checkpoint_page) {
  init_data_host();
  const std::string bytes = mended_page(std::string(input.rest()));
  const auto disk = disk_with(bytes);
  auto page = PageReader::open(*disk, kPage);
  if (!page.is_ok()) return;
  const std::string again = written_back(*disk, *page);
  // What an earlier format may hold is written in a later one.
  if (!again.empty() && number_at(bytes, kFormatAt, 4) == number_at(again, kFormatAt, 4))
    expect_equal("a page and what is written of it", bytes, again);
  check_table(*disk);
}

WEIR_FUZZ_TARGET(manifest) {
  std::string bytes = "WEIRMANI";
  put_number(bytes, uint32_t{1});
  put_number(bytes, uint64_t{input.rest().size()});
  bytes += input.rest();
  put_number(bytes, sum_of(bytes));
  static_cast<void>(parse_manifest(input.rest()));
  const Result<Manifest> manifest = parse_manifest(bytes);
  if (manifest.is_ok())
    expect_equal("a manifest and what is written of it", bytes, manifest_bytes(*manifest));
}

WEIR_FUZZ_TARGET(run_ledger) {
  static_cast<void>(parse_ledger_line(input.rest()));
  const auto line = parse_ledger_line(with_ledger_sum(std::string(input.rest())));
  if (!line.is_ok()) return;
  const auto text_of = [](const auto& parsed) {
    return std::visit([](const auto& one) { return ledger_line(one); }, parsed);
  };
  const std::string written = text_of(*line);
  const auto again = parse_ledger_line(written);
  expect(again.is_ok(), "a line that was written can be read");
  expect_equal("a line written and read", written, text_of(*again));
}

}  // namespace weir::fuzz
