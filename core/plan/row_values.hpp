#pragma once
// Rows that stand written somewhere, as columns: the rows of tests, and rejected rows that go through again.
#include <optional>
#include <span>
#include <weir/batch.hpp>
#include <weir/schema.hpp>

#include "spec/fault.hpp"
#include "spec/value.hpp"

namespace weir {

/// How the bytes of a binary column are written.
enum class BinaryText { kPlain, kBase64 };

/// Makes a batch of rows, each a map from column to value. Scalars take the type of their column as CAST
/// reads it; a column that a row does not name is null; keys that are no column are not looked at.
///
/// Returns nothing after it added one fault, of code `bad-value`, for each value that does not fit.
/// Needs: every row is a map.
std::optional<Batch> batch_of_rows(const Schema& schema, std::span<const YamlValue> rows, BinaryText binary,
                                   FaultList& faults);

}  // namespace weir
