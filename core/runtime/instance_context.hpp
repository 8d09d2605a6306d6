#pragma once
// The host's side of an instance: what a component's weir_context* points to.
#include <weir/abi.h>

#include <string>
#include <vector>
#include <weir/batch.hpp>

#include "data/memory.hpp"

namespace weir {

class InstanceState;
class Operator;

/// A rejection that owns its texts.
struct HeldRejection {
  int64_t row = -1;
  int64_t offset = -1;
  std::string code;
  std::string message;
  std::string column;
  std::string raw;
};

/// What a decoding call gave, held back until the range's true beginning is known.
struct DecodedRange {
  std::vector<Batch> batches;
  std::vector<HeldRejection> rejections;
};

/// Threads: as the instance, but for is_stopping and handles.
struct InstanceContext : weir_context {
  Operator* op = nullptr;
  InstanceState* state = nullptr;  ///< Null for nodes without states.
  DecodedRange* held = nullptr;    ///< Not null while a decoder runs.
};

inline InstanceContext& context_of(weir_context* context) { return *static_cast<InstanceContext*>(context); }
inline const InstanceContext& context_of(const weir_context* context) {
  return *static_cast<const InstanceContext*>(context);
}

}  // namespace weir
