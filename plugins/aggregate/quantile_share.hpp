#pragma once
// The share of a quantile, as a constant argument says it.
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

#include <weir/status.hpp>

namespace weir::aggregates {

/// Returns the share that the literal `text` is, the function's `place` ("second") argument. Fails: it is
/// none, or not from 0 to 1.
inline Result<double> quantile_share(std::string_view text, const char* place) {
  double share = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), share);
  if (error == std::errc() && end == text.data() + text.size() && share >= 0 && share <= 1) return share;
  return Status::invalid("the share, its " + std::string(place) +
                         " argument, must be a constant from 0 to 1, such as 0.99");
}

}  // namespace weir::aggregates
