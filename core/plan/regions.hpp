#pragma once
// Which nodes lie between durable edges together.
#include <cstddef>
#include <string>
#include <vector>

#include "plan/bound_pipeline.hpp"

namespace weir {

/// Nodes that are connected without a durable edge form a region. Everything that is connected with a source
/// is the first one; the others are numbered by their first node.
struct NodeRegions {
  std::vector<size_t> of_node;     ///< By node.
  std::vector<std::string> names;  ///< By region: empty, then the name of its first node.
};
NodeRegions regions_of(const BoundPipeline& pipeline);

/// A link whose durable edge parts nothing: both of its ends are connected without it, or rows come back to
/// where they were.
struct UselessBuffer {
  size_t node = 0;  ///< That has the buffer.
  std::string message;
  std::string hint;
};
std::vector<UselessBuffer> useless_buffers(const BoundPipeline& pipeline);

}  // namespace weir
