#pragma once
// NODE[.port] on the command line.
#include <string>
#include <weir/status.hpp>

#include "plan/part.hpp"

namespace weir {

/// Returns the port that `text` names: a node's first output, or the input of a sink, when it names none.
/// Fails: kNotFound, with what there is.
Result<WatchedPort> find_port(const BoundPipeline& pipeline, const std::string& text);

}  // namespace weir
