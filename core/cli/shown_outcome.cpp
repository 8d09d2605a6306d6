#include "cli/shown_outcome.hpp"

#include <string>
#include <utility>

#include "telemetry/redact.hpp"

namespace weir {

RunOutcome without_secrets(RunOutcome outcome) {
  const Redactor& secrets = process_secrets();
  if (!outcome.status.is_ok())
    outcome.status = Status(outcome.status.code(), secrets.redact(outcome.status.message()));
  for (SourcePosition& read : outcome.positions) read.partition = secrets.redact(read.partition);
  WrittenPaths written;
  for (const auto& [node, path] : outcome.written) written.emplace(node, secrets.redact(path));
  outcome.written = std::move(written);
  return outcome;
}

}  // namespace weir
