#pragma once
// The part of a pipeline that rejected rows go through again: the nodes that rejected them, and all below.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include <weir/batch.hpp>

#include "plan/bound_pipeline.hpp"

namespace weir {

/// A rejected record as it stood in its partition.
struct RecordBytes {
  std::string partition;  ///< A name of its own: each record is decoded as if it were a whole partition.
  std::string bytes;
};

/// Where a rejected row came from.
struct RowPlace {
  std::string partition;
  int64_t offset = 0;
};

/// What goes into one node again.
struct RetriedNode {
  size_t node = 0;  ///< Index in the whole pipeline.
  /// Rows of its first input; of a source of rows, rows of its first output.
  std::optional<Batch> rows;
  std::vector<RowPlace> places;  ///< Of `rows`, one each.
  /// Byte sources: records for its format. Read when the part runs.
  std::shared_ptr<const std::vector<RecordBytes>> records;
};

/// Returns the pipeline in which these rows enter their nodes, and everything below those nodes runs, sinks
/// too. Inputs from nodes that are not in it are empty.
///
/// The part shares the node objects of `whole`: run one of the two.
/// Needs: bound with `projects` off; then ask project_columns() about the part.
BoundPipeline retry_part(const BoundPipeline& whole, std::vector<RetriedNode> retried);

}  // namespace weir
