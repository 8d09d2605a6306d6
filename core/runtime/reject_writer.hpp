#pragma once
// Where rejected rows go: the node's errors port, or what its error policy says.
#include <weir/abi.h>

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>
#include <weir/batch.hpp>
#include <weir/c_schema.hpp>

#include "plan/bound_pipeline.hpp"
#include "runtime/dead_letter_store.hpp"
#include "runtime/instance_context.hpp"
#include "telemetry/run_status.hpp"

namespace weir {

/// One for each node, shared by its copies. Counts against `max_errors`.
///
/// Threads: any copy, at once.
class RejectWriter {
 public:
  RejectWriter(const BoundNode& node, std::string run_id, DeadLetterStore& dead_letters);
  /// While the stages are being built: what one operator of the node counts. Borrows.
  void watch(const NodeMetrics& metrics) { metrics_.push_back(&metrics); }
  /// Adds how many rows were rejected with which code.
  void count_by_code(std::vector<ErrorCount>& into) const;

  /// Rows of `batch`; raw is the row as JSON where it is empty. Of a row with several reasons the first
  /// counts: a row is rejected once.
  void reject_rows(Operator& op, const Batch& batch, std::vector<HeldRejection> rows);
  /// Bytes of a partition, rejected by a decoder that looked at `seen_rows` rows, these among them.
  void reject_bytes(Operator& op, const std::string& partition, const std::vector<HeldRejection>& rows,
                    size_t seen_rows);

 private:
  /// A call in which the node rejected rows. Calls of other copies may overlap with it.
  struct Call {
    uint64_t end_row;  // How many rows the node had seen when it ended.
    uint64_t seen_rows;
    uint64_t bad_rows;
  };
  void write(Operator& op, const std::string& partition, const std::vector<HeldRejection>& rows,
             size_t seen_rows);
  std::string json_of_row(const Batch& batch, int64_t row) const;
  Status over_limit(const std::vector<HeldRejection>& rows, size_t seen_rows, bool is_read);
  Status over_count() const;
  Status over_share(size_t bad_rows, size_t seen_rows);
  uint64_t rows_so_far() const;
  std::string latest_reasons() const;

  const BoundNode& node_;
  const std::string run_id_;
  DeadLetterStore& dead_letters_;
  const CSchema schema_;                     // Of the rows that are rejected.
  std::vector<const NodeMetrics*> metrics_;  // Constant once running.
  mutable std::mutex mutex_;                 // Guards what follows.
  std::map<std::string, uint64_t> by_code_;
  std::deque<std::string> latest_;  // Up to three reasons, for the message.
  uint64_t bad_rows_ = 0;           // Of the whole run.
  std::deque<Call> window_;         // Calls that reach into the last 10,000 rows.
  uint64_t window_seen_rows_ = 0;   // Of these calls.
  uint64_t window_bad_rows_ = 0;    // Of these calls.
};

}  // namespace weir
