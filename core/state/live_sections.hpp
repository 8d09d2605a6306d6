#pragma once
// Which sections of a state's pages count.
#include <cstddef>
#include <span>
#include <vector>

#include "state/key_bytes.hpp"
#include "state/state_page.hpp"

namespace weir {

struct LiveSection {
  size_t page = 0;  ///< Index of the page that holds it.
  PageSection section;
  int64_t gone_upto = INT64_MIN;  ///< What it puts into this namespace or a smaller one was removed later.
};

/// Returns the sections of the groups in `groups` in the order in which they are to be read, without those
/// that a later whole section of their group and copy has made void. Needs: `pages` are of one state, oldest
/// first.
std::vector<LiveSection> live_sections(std::span<const PageReader> pages, KeyGroupRange groups);

}  // namespace weir
