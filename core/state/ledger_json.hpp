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

/// Fails with kCorrupt. Members that it does not know are left out.
Result<std::variant<RunStart, RunEnd>> parse_ledger_line(std::string_view line);

}  // namespace weir
