#pragma once
// Writes the rows that came into a pipeline's file, in the place of those that its tests expect.
#include <string>
#include <vector>
#include <weir/status.hpp>

#include "cli/pipeline_tests.hpp"

namespace weir {

/// New text for the rows of one expectation.
struct Blessing {
  const TestRows* expectation = nullptr;
  std::vector<RowCells> rows;
};

/// Returns `text` with the rows of each expectation replaced; everything else stays letter by letter. A row
/// is written with the columns that the expectation named; when it named none, with all, and of an errors
/// port with code, message and raw. Fails: an expectation stands elsewhere (an alias, a variable, another
/// file).
Result<std::string> blessed(const std::string& text, const std::string& file,
                            const std::vector<Blessing>& blessings);

}  // namespace weir
