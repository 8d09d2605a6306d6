#pragma once
// What became of a run, as it may be told.
#include "runtime/run.hpp"

namespace weir {

/// Returns the same without secrets in what components said and in names of files, which an author may have
/// made with one.
RunOutcome without_secrets(RunOutcome outcome);

}  // namespace weir
