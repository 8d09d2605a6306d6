#pragma once
// What makes a checkpoint valid: everything that belongs to one epoch, by name and sum.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <weir/status.hpp>

#include "state/state_page.hpp"

namespace weir {

/// Where a partition of a source goes on.
struct SourcePosition {
  std::string node;
  std::string partition;
  int64_t position = 0;
  std::string token;  ///< Bytes that only the source understands.
  uint64_t skip = 0;  ///< How far behind the token to go on [bytes of a byte source].
  std::string head;   ///< A byte source: the partition's header, which a decoder is opened with again.
  int64_t watermark_us = INT64_MIN;  ///< Which its rows have reached; lateness does not forget at a restart.
  bool is_ended = false;
  bool operator==(const SourcePosition&) const = default;
};

struct SinkToken {
  std::string node;
  uint32_t copy = 0;
  std::string token;  ///< Bytes that only the sink understands.
  bool operator==(const SinkToken&) const = default;
};

/// What a format inferred, so that it is not inferred anew.
struct InferredFormat {
  std::string node;
  std::string text;
  bool operator==(const InferredFormat&) const = default;
};

/// Rows of a node since the pipeline began, not only this process.
struct NodeTotals {
  std::string node;
  uint64_t rows_in = 0;
  uint64_t rows_out = 0;
  uint64_t rejected = 0;
  bool operator==(const NodeTotals&) const = default;
};

/// Anything else that a part of the engine must find again, by a name of its choice.
struct ManifestNote {
  std::string name;
  std::string bytes;
  bool operator==(const ManifestNote&) const = default;
};

struct Manifest {
  uint64_t epoch = 0;
  int64_t time_us = 0;
  std::string run;
  std::string plan_fingerprint;
  std::vector<SourcePosition> sources;
  std::vector<SinkToken> sinks;
  std::vector<PageInfo> pages;
  std::vector<InferredFormat> formats;
  std::vector<NodeTotals> totals;
  std::vector<ManifestNote> notes;
  bool operator==(const Manifest&) const = default;
};

/// Returns a manifest as a file: "WEIRMANI", u32 format, u64 size of the body, body, u64 XXH3 of all before.
std::string manifest_bytes(const Manifest& manifest);

/// Left out only by tests that want to see that it is needed.
enum class SumCheck { kDone, kLeftOut };

/// Fails with kCorrupt, saying what is wrong: any cut and any changed byte is noticed; with kUnsupported when
/// it is whole and of another format.
Result<Manifest> parse_manifest(std::string_view bytes, SumCheck check = SumCheck::kDone);

}  // namespace weir
