#pragma once
// Log lines and counters of a node.
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/abi.h"
#include "weir/host.hpp"
#include "weir/text.hpp"

namespace weir {

using LogField = std::pair<std::string_view, std::string_view>;

/// Writes a line with named fields. Secrets do not belong there. `context` null: not about an instance.
inline void log(weir_log_level level, weir_context* context, std::string_view message,
                std::initializer_list<LogField> fields = {}) {
  std::vector<weir_pair> pairs;
  for (const auto& [key, value] : fields) pairs.push_back({as_str(key), as_str(value)});
  host()->log(host(), context, static_cast<uint32_t>(level), as_str(message), pairs.data(), pairs.size());
}

}  // namespace weir
