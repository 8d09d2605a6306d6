#pragma once
// What was run: one line of JSON when a run starts and one when it ends.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weir/status.hpp>

#include "world/disk.hpp"
#include "world/fault_point.hpp"

namespace weir {

/// What is known of a run when it starts.
struct RunStart {
  std::string run;
  int64_t started_us = 0;
  std::string config_hash;
  std::vector<std::pair<std::string, std::string>> plugins;  ///< Library, build id.
  std::vector<std::pair<std::string, std::string>> vars;     ///< Never secrets: the caller leaves them out.
  std::optional<uint64_t> from_epoch;                        ///< The checkpoint that it goes on from.
  bool operator==(const RunStart&) const = default;
};

struct RunInput {
  std::string node;
  std::string partition;
  std::optional<uint64_t> size_bytes;
  std::string checksum;  ///< Empty: not taken.
  int64_t position = 0;  ///< How far it was read.
  bool is_ended = false;
  bool operator==(const RunInput&) const = default;
};

struct RunOutput {
  std::string node;
  std::string path;
  bool operator==(const RunOutput&) const = default;
};

struct RunCounts {
  std::string node;
  uint64_t rows_in = 0;
  uint64_t rows_out = 0;
  uint64_t rejected = 0;
  bool operator==(const RunCounts&) const = default;
};

/// What is known of a run when it ends.
struct RunEnd {
  std::string run;
  int64_t ended_us = 0;
  std::string outcome;  ///< "done", "stopped", "failed", ...
  std::string message;  ///< Why it failed; else empty.
  std::vector<RunInput> inputs;
  std::vector<RunOutput> outputs;
  std::vector<RunCounts> counts;
  bool operator==(const RunEnd&) const = default;
};

struct RunRecord {
  RunStart start;
  std::optional<RunEnd> end;  ///< None: it runs still, or was killed.
};

/// The file `runs.ndjson` of a state directory; lines, each with the sum of its bytes, are only ever added.
///
/// Threads: one at a time; the caller holds the RunLock to write.
class RunLedger {
 public:
  /// Borrows `disk` and `faults` as long as it lives.
  RunLedger(Disk& disk, FaultPoints& faults, std::string directory);

  /// Adds a line that survives a power loss once it answers success. A line that a crash left half written
  /// is ended first, so that it harms no other.
  /// Fault points: ledger.write, ledger.sync, ledger.dir.sync.
  Status start(const RunStart& start);
  Status end(const RunEnd& end);

  struct Read {
    std::vector<RunRecord> runs;     ///< In the order they started.
    std::vector<std::string> notes;  ///< Lines that could not be read, one sentence each.
  };
  Result<Read> read() const;

 private:
  Status append(std::string line);

  Disk& disk_;
  FaultPoints& faults_;
  const std::string directory_;
  const std::string path_;
};

}  // namespace weir
