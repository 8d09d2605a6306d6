#pragma once
// Fills the sentence that answers a section's question: "We earned {{revenue|money}}, {{revenue.change}} on
// the week before."
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <weir/status.hpp>

#include "model.hpp"

namespace weir::report {

/// A number that an answer may name, with how it is written when the template does not say.
struct NamedNumber {
  std::optional<double> value;
  Format format = Format::kNumber;
  std::string unit;
  std::optional<std::string> name;  ///< Set where the placeholder stands for a word, not a number.
};

/// Returns the number of that name, or nothing when no such name exists.
using FindNumber = std::function<std::optional<NamedNumber>(std::string_view name)>;

/// Returns the sentence; its `value` is the number of the first placeholder, unrounded. A number that no row
/// gave is written "no data"; an answer none of whose numbers has a value is "no data". A filter is one of
/// number, money, percent, bytes, bits, si, seconds, change (signed). Fails: an unknown name or filter, a
/// `{{` without `}}`.
Result<Answer> fill_answer(std::string_view text, const FindNumber& find);

/// Returns a search over the tiles of a section: `id`, `id.previous`, `id.change` (difference) and `id.ratio`
/// (relative change, a percentage). Borrows: valid while `content` is.
FindNumber tiles_of(const Content& content);

}  // namespace weir::report
