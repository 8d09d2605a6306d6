#pragma once
// The texts behind the numbers that SegmentNumbers gave them.
#include <string>
#include <string_view>
#include <vector>

#include "segment_numbers.hpp"

namespace weir::behaviour {

/// A copy of all names, to be read anew when there may be more.
///
/// Threads: one instance's.
class NameTable {
 public:
  /// Needs: `numbers` has one column of text without nulls.
  Status load(weir_context* context, SegmentNumbers& numbers) {
    names_.clear();
    ranks_.clear();
    uint32_t rank = 0;
    uint64_t cursor = 0;
    for (;;) {
      WEIR_ASSIGN_OR_RETURN(const auto some, numbers.scan(context, kPortionRows, &cursor));
      if (some.slots.size() == 0) return {};
      const auto texts = some.keys[0].view<std::string_view>();
      for (size_t i = 0; i < some.slots.size(); ++i) {
        const auto number = static_cast<size_t>(some.slots[i]->number_from_1 - 1);
        if (number >= names_.size()) {
          names_.resize(number + 1);
          ranks_.resize(number + 1);
        }
        names_[number] = texts[i];
        ranks_[number] = rank++;
      }
    }
  }
  std::string_view name(uint32_t number) const { return names_[number]; }
  /// By number: the place of the name among all, ordered by their bytes.
  const std::vector<uint32_t>& ranks() const { return ranks_; }

 private:
  static constexpr size_t kPortionRows = 8192;
  std::vector<std::string> names_;
  std::vector<uint32_t> ranks_;
};

}  // namespace weir::behaviour
