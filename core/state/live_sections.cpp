#include "state/live_sections.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace weir {

std::vector<LiveSection> live_sections(std::span<const PageReader> pages, KeyGroupRange groups) {
  std::vector<LiveSection> all;
  std::map<std::pair<uint32_t, uint32_t>, size_t> first_that_counts;  // By copy and group; index in `all`.
  for (size_t page = 0; page < pages.size(); ++page) {
    for (const PageSection& section : pages[page].sections()) {
      if (!groups.contains(section.group)) continue;
      if (section.form == SectionForm::kWhole)
        first_that_counts[{pages[page].id().copy, section.group}] = all.size();
      all.push_back({page, section, INT64_MIN});
    }
  }
  std::vector<LiveSection> live;
  for (size_t i = 0; i < all.size(); ++i) {
    const auto first = first_that_counts.find({pages[all[i].page].id().copy, all[i].section.group});
    if (first == first_that_counts.end() || i >= first->second) live.push_back(all[i]);
  }
  std::map<std::pair<uint32_t, uint32_t>, int64_t> removed_later;
  for (auto one = live.rbegin(); one != live.rend(); ++one) {
    const auto found =
        removed_later.try_emplace({pages[one->page].id().copy, one->section.group}, INT64_MIN).first;
    one->gone_upto = found->second;
    found->second = std::max(found->second, one->section.removed_upto);
  }
  return live;
}

}  // namespace weir
