#pragma once
// Rows of the errors schema as structs.
#include <cstddef>

#include <weir/batch.hpp>

#include "stores/dead_letters.hpp"

namespace weir {

/// Returns one row. Needs: `batch` has the errors schema.
DeadLetter dead_letter_at(const Batch& batch, size_t row);

}  // namespace weir
