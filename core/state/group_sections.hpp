#pragma once
// Entries of all key groups in any order, written to a page as sections by group.
#include <array>
#include <cstdint>
#include <string>

#include <weir/status.hpp>

#include "state/key_bytes.hpp"
#include "state/state_page.hpp"

namespace weir {

/// Gathers the entries of each group and writes them out a piece at a time, so that a page of any size needs
/// a few MiB of memory. Entries of one group keep their order.
///
/// Threads: one at a time.
class GroupSections {
 public:
  /// Borrows `page` as long as it lives.
  explicit GroupSections(PageWriter& page) : page_(page) {}

  /// What earlier pages say of `group` does not count any more, even if nothing is added to it.
  void begin_whole(uint32_t group) { groups_[group].is_whole = groups_[group].has_news = true; }
  /// What was stored of `group` with this namespace or a smaller one is gone. Needs: nothing was added to it.
  void removed_upto(uint32_t group, int64_t upto) {
    groups_[group].removed_upto = upto;
    groups_[group].has_news = true;
  }
  /// Where the next entry of `group` is to be appended; then call added().
  std::string& bytes(uint32_t group) { return groups_[group].bytes; }
  Status added(uint32_t group) {
    Group& one = groups_[group];
    one.has_news = true;
    ++one.rows;
    return one.bytes.size() < kPieceBytes ? Status::ok() : flush(group);
  }
  Status finish() {
    for (uint32_t group = 0; group < kKeyGroupCount; ++group) {
      if (groups_[group].has_news) WEIR_RETURN_IF_ERROR(flush(group));
    }
    return Status::ok();
  }

 private:
  static constexpr size_t kPieceBytes = 16 * 1024;
  struct Group {
    std::string bytes;
    uint64_t rows = 0;
    int64_t removed_upto = INT64_MIN;  // As is_whole.
    bool is_whole = false;             // Until its first section is written.
    bool has_news = false;
  };
  Status flush(uint32_t group) {
    Group& one = groups_[group];
    PageSection section;
    section.group = group;
    section.form = one.is_whole ? SectionForm::kWhole : SectionForm::kChanges;
    section.removed_upto = one.removed_upto;
    section.rows = one.rows;
    const Status status = page_.add(section, one.bytes);
    one.bytes.clear();
    one.rows = 0;
    one.removed_upto = INT64_MIN;
    one.is_whole = one.has_news = false;
    return status;
  }

  PageWriter& page_;
  std::array<Group, kKeyGroupCount> groups_;
};

}  // namespace weir
