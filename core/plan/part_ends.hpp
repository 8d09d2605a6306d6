#pragma once
// The components that the engine itself brings along: where given rows begin, and where wanted rows end.
#include <memory>
#include <weir/batch.hpp>

#include "plan/bound_pipeline.hpp"
#include "plan/part.hpp"
#include "plan/retry_part.hpp"

namespace weir {

/// Returns a bound source that gives these rows and ends. With `places`, one for each row, they keep saying
/// where they came from.
BoundNode make_given_node(std::string name, Batch rows, Schema schema, std::vector<RowPlace> places = {});

/// Returns a bound sink that puts what it gets into `into`.
BoundNode make_collector_node(std::string name, const std::shared_ptr<RowCollector>& into, Schema schema);

/// Returns a source of bytes in which every record is a partition of its own.
std::shared_ptr<NodeObject> make_records_object(
    const std::shared_ptr<const std::vector<RecordBytes>>& records);

}  // namespace weir
