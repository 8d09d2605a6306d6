#pragma once
// A host for the unit tests of components: a disk, a clock, and a memory of what it was given.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <weir/abi.h>
#include <weir/batch.hpp>

#include "data/memory.hpp"

namespace weir {
class Disk;  // Its header has a class File, as the SDK's files.hpp has.
}

namespace weir::test {

/// One instance as the host sees it.
struct Context : weir_context {
  struct Bytes {
    std::string partition;
    int64_t position;
    std::string token;
    std::string bytes;
    bool is_last;
  };
  struct Rows {
    std::string partition;
    Batch batch;
    int64_t first;
    int64_t next;
    std::string token;
  };
  std::string node = "it";
  std::vector<std::string> partitions;
  std::vector<std::string> ended;  ///< Partitions.
  std::vector<Bytes> bytes;
  std::vector<Rows> rows;
  std::vector<std::string> rejections;  ///< "@offset code: message", "row code: message"
  std::vector<std::pair<std::string, int64_t>> counts;
};

/// Gives the components of this program a host over this disk. Borrows it until the next call.
void use_host(Disk& disk);
const weir_host* host_table();
/// The host's clocks, which stand still until they are set.
void set_monotonic_ns(int64_t ns);
void set_wall_us(int64_t us);
/// Returns the log lines so far and forgets them.
std::vector<std::string> take_logs();
/// After the disk threw a simulated crash every call of files fails, until the next use_host().
bool has_crashed();

}  // namespace weir::test
