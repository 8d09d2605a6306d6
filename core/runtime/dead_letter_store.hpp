#pragma once
// Where rejected rows go that no port of the pipeline reads, as the runtime sees it.
#include <string>
#include <string_view>
#include <weir/batch.hpp>
#include <weir/status.hpp>

namespace weir {

/// Threads: append() and flush() from any; the others from the thread that drives the run.
class DeadLetterStore {
 public:
  virtual ~DeadLetterStore() = default;
  /// Takes note of rows of the errors schema. kNoSpace: they are kept in memory until flush() succeeds.
  virtual Status append(const Batch& rows) = 0;
  virtual Status flush() { return {}; }
  /// Returns when all appended rows survive a power loss, with a mark of how far they reach.
  virtual Result<std::string> make_safe() = 0;
  /// Forgets what was appended after `mark`: a run that goes on from there rejects it again.
  virtual Status cut_back_to(std::string_view mark) = 0;
};

}  // namespace weir
