#pragma once
// The lines of the run ledger.
#include <string>
#include <string_view>
#include <variant>

#include <weir/status.hpp>

#include "state/run_ledger.hpp"

namespace weir {

/// Returns a line without its end.
std::string ledger_line(const RunStart& start);
std::string ledger_line(const RunEnd& end);

/// Adds the last member of a line, the sum of all before it. Needs: `object` is a JSON object with a member.
std::string with_ledger_sum(std::string object);

/// Fails with kCorrupt, also when the sum does not match. Members that it does not know are left out.
Result<std::variant<RunStart, RunEnd>> parse_ledger_line(std::string_view line);

}  // namespace weir
