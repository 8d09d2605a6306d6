#pragma once
// Where rejected rows go: the node's errors port, or what its error policy says.
#include <weir/abi.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>
#include <weir/batch.hpp>
#include <weir/c_schema.hpp>

#include "plan/bound_pipeline.hpp"
#include "runtime/dead_letter_store.hpp"
#include "runtime/instance_context.hpp"

namespace weir {

/// One for each node, shared by its copies. Counts against `max_errors`.
///
/// Threads: any copy, at once.
class RejectWriter {
 public:
  RejectWriter(const BoundNode& node, std::string run_id, DeadLetterStore& dead_letters);

  /// Rows of `batch`; raw is the row as JSON where it is empty.
  void reject_rows(Operator& op, const Batch& batch, std::vector<HeldRejection> rows);
  /// Bytes of a partition, rejected by a decoder.
  void reject_bytes(Operator& op, const std::string& partition, std::vector<HeldRejection> rows);
  /// Rows that passed: the share of errors is counted against these.
  void count_good(uint64_t rows) { good_rows_.fetch_add(rows, std::memory_order_relaxed); }

 private:
  void write(Operator& op, const std::string& partition, std::vector<HeldRejection> rows);
  std::string json_of_row(const Batch& batch, int64_t row) const;
  Status over_limit(Operator& op, const std::vector<HeldRejection>& rows);

  const BoundNode& node_;
  const std::string run_id_;
  DeadLetterStore& dead_letters_;
  const CSchema schema_;  // Of the rows that are rejected.
  std::atomic<uint64_t> good_rows_{0};
  std::atomic<uint64_t> bad_rows_{0};
  std::mutex mutex_;
  std::deque<std::string> latest_;  // Up to three reasons, for the message; guarded by mutex_.
  uint64_t window_good_ = 0;        // Good and bad rows when the current window of 10,000 began; by mutex_.
  uint64_t window_bad_ = 0;
};

}  // namespace weir
