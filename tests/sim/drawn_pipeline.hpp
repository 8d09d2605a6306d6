#pragma once
// A pipeline drawn from a seed: what it reads, what it does with it, and what its sinks promise.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace weir::simulated {

/// A file sink of a drawn pipeline.
struct DrawnSink {
  std::string node;
  std::string path;  ///< Relative to the pipeline; {part} makes it a directory of parts.
  /// Rows of one key come in the order of `seq`: nothing was merged on their way, and one file holds them.
  bool keeps_order = false;
};

struct DrawnPipeline {
  std::string nodes;                                        ///< Of its YAML.
  uint64_t checkpoints = 0;                                 ///< About so many are to be taken.
  int64_t checkpoint_ms = 16;                               ///< Their interval.
  std::vector<std::pair<std::string, std::string>> inputs;  ///< Files and topics of brokers: path and text.
  std::vector<DrawnSink> sinks;
  uint64_t rows = 0;  ///< That the sources give.
  int64_t edge_bytes = 0;
  int64_t state_bytes = 0;  ///< What a state may hold in memory; 0: all of it.

  std::string yaml() const;
};

/// Draws one to three sources of 2,000 rows or more, which they give in `pieces` times smaller portions than
/// they might; two to six operations (fan-out, diamonds, unions, keyed state, windows) and a file sink for
/// every output that nothing else reads, two at least. The same seed gives the same pipeline.
DrawnPipeline draw_pipeline(uint64_t seed, uint64_t pieces);

}  // namespace weir::simulated
