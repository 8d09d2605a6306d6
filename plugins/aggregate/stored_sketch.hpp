#pragma once
// Sketches as values of a binary column, which may lie in a file for years: 4 bytes that say what it is and
// which version, then the sketch. Numbers are little-endian. A new layout is a new version; old ones stay
// readable.
#include <bit>
#include <string>
#include <string_view>

#include "quantile_saved.hpp"
#include "quantile_slot.hpp"

namespace weir::aggregates {

static_assert(std::endian::native == std::endian::little, "stored sketches are copied as they lie in memory");

inline constexpr std::string_view kSketchMark = "WQS1";
inline constexpr std::string_view kHllMark = "WHL1";

/// What a sketch of quantiles is asked to be: it keeps counts where there are many values.
inline constexpr bool kIsExactSketch = false;

enum class SketchKind { kNone, kQuantiles, kHll };

/// What a stored value is; kNone: no sketch.
inline SketchKind kind_of(std::string_view stored) {
  if (stored.starts_with(kSketchMark)) return SketchKind::kQuantiles;
  return stored.starts_with(kHllMark) ? SketchKind::kHll : SketchKind::kNone;
}

/// Returns what is behind the mark. Fails: it is another thing, with `taker` as the one who says so.
Result<std::string_view> open_sketch(std::string_view stored, SketchKind wanted, std::string_view taker);

/// Appends the group with its mark. The bytes follow from the set of the values alone.
void store_quantiles(const QuantileSlot& slot, std::string& out);

/// Checks what is read from a file more closely than what another copy of the node has sent: every count and
/// every bucket. `body` is behind the mark.
Status check_quantiles(std::string_view body);

}  // namespace weir::aggregates
