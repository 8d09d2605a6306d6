#pragma once
// Running a part of a pipeline that leaves nothing behind: no checkpoint, no ledger, no dead letters.
#include <functional>
#include <string>
#include <vector>
#include <weir/batch.hpp>

#include "cli/session.hpp"
#include "plan/bound_pipeline.hpp"
#include "runtime/run.hpp"
#include "stores/dead_letters.hpp"

namespace weir {

/// What a scratch run came to.
struct ScratchOutcome {
  RunOutcome run;
  std::vector<Batch> rejected;  ///< Rows of the errors schema that no port of the part read.
};

/// Runs a part (see plan/part.hpp) on threads of its own and removes the state that it made. Its collectors
/// may stop it through `control`.
/// Fails: there is no place for the state, or the columns that are needed cannot be told.
Result<ScratchOutcome> run_scratch(BoundPipeline part, uint32_t threads, Session& session,
                                   RunControl& control);

/// Says of rejected rows, by node and code, how many there are and why the first was: "'clicks' rejected 2
/// rows [bad-number]: found 'slow', expected int64". Of rows that `hides` is true for it does not say why.
std::vector<std::string> rejection_notes(
    const std::vector<Batch>& rejected,
    const std::function<bool(const DeadLetter&)>& hides = [](const DeadLetter&) { return false; });

}  // namespace weir
