#pragma once
// What one copy of a stage contributes to a checkpoint.
#include <cstdint>
#include <vector>

#include "state/manifest.hpp"

namespace weir {

/// State pages go to the checkpoint store as they are written.
struct CopyCheckpoint {
  uint64_t epoch = 0;
  std::vector<SinkToken> tokens;
  std::vector<ManifestNote> notes;
};

}  // namespace weir
