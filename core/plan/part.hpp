#pragma once
// A part of a pipeline: the nodes that some ports need, and rows that stand for the output of others.
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <vector>
#include <weir/batch.hpp>

#include "plan/bound_pipeline.hpp"

namespace weir {

/// Rows that stand for one output port of a node, which itself does not run.
struct GivenPort {
  size_t node = 0;    ///< Index in the whole pipeline.
  uint32_t port = 0;  ///< kErrorsPort for its rejected rows.
  Batch rows;         ///< Of the port's schema.
};

/// Keeps the rows that arrive, up to a limit.
///
/// Threads: add() from one at a time; rows() when the run is over.
class RowCollector {
 public:
  /// `on_full` is called once, from the thread that adds the last row wanted.
  explicit RowCollector(size_t limit = std::numeric_limits<size_t>::max(), std::function<void()> on_full = {})
      : limit_(limit), on_full_(std::move(on_full)) {}
  void add(const Batch& batch);
  /// At most `limit` rows.
  const std::vector<Batch>& rows() const { return batches_; }
  size_t row_count() const { return row_count_; }

 private:
  const size_t limit_;
  const std::function<void()> on_full_;
  std::vector<Batch> batches_;
  size_t row_count_ = 0;
};

/// A port whose rows are wanted.
struct WatchedPort {
  enum class Side { kOutput, kInput };  ///< What leaves the node, or what it reads (a sink has no output).
  size_t node = 0;                      ///< Index in the whole pipeline.
  uint32_t port = 0;                    ///< kErrorsPort for its rejected rows.
  Side side = Side::kOutput;
  std::shared_ptr<RowCollector> into;
};

/// Returns the pipeline that brings the rows of `watched` about and does nothing else: the nodes that they
/// need, in their order, with sources of the given rows in the place of nodes that have any. A node with
/// given rows gives none on its other ports. No sink of `whole` is among them.
///
/// The part shares the node objects of `whole`: run one of the two.
/// Needs: bound with `projects` off; then ask project_columns() about the part.
BoundPipeline part_of(const BoundPipeline& whole, std::vector<GivenPort> given,
                      const std::vector<WatchedPort>& watched);

/// Returns the schema of a watched port.
Schema schema_of(const BoundPipeline& whole, const WatchedPort& port);

}  // namespace weir
