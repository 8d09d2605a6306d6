#pragma once
// A page: the file that holds one state of one copy of a node at one checkpoint, or what changed in it since
// the checkpoint before, in sections by key group.
//
// - head: "WEIRPAGE", u32 format, u32 size of the body, body (PageId and PageState), u64 XXH3 of all before;
//   format 3 says the age of a state, format 2 is without it. Pages of lists, maps and timers are of format 3
//   from where on they hold what changed; in format 2 they are whole
// - sections: the bytes of each, one after the other
// - index: u32 count; for each section u32 group, u32 form, i64 removed_upto, u64 offset, u64 size, u64 rows,
//   u64 XXH3
// - tail: u64 offset of the index, u64 XXH3 of the index and that offset, "WEIREND1"
#include <bitset>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weir/status.hpp>

#include "state/key_bytes.hpp"
#include "world/disk.hpp"
#include "world/fault_point.hpp"

namespace weir {

/// Whose state a page holds.
struct PageId {
  uint64_t epoch = 0;
  std::string node;
  std::string state;
  uint32_t copy = 0;
  bool operator==(const PageId&) const = default;
};

/// How the state lay when it was written.
struct PageState {
  uint32_t kind = 0;  ///< weir_state_kind
  uint32_t version = 0;
  uint32_t slot_size = 0;
  std::vector<uint32_t> ref_offsets;
  // Of a state with a ttl; what was gone then (StateAge) is gone for whoever reads it.
  int64_t ttl_us = 0;  ///< 0: none, or the page does not say so.
  int64_t now_us = INT64_MIN;
  int64_t first_us = INT64_MIN;
  bool operator==(const PageState&) const = default;
};

/// What a manifest says of a page.
struct PageInfo {
  PageId id;
  std::string file;  ///< Its name in the directory of checkpoints.
  uint64_t size_bytes = 0;
  uint64_t xxh3 = 0;  ///< Of the whole file.
  uint64_t rows = 0;
  bool operator==(const PageInfo&) const = default;
};

/// How a section relates to earlier ones of its group, in this page or in earlier pages of the same state.
enum class SectionForm : uint32_t {
  kWhole = 0,    ///< Nothing before it counts.
  kChanges = 1,  ///< It is read after what came before.
};

struct PageSection {
  uint32_t group = 0;
  SectionForm form = SectionForm::kChanges;
  /// What earlier sections of this group put into this namespace or a smaller one is gone.
  int64_t removed_upto = INT64_MIN;
  uint64_t offset = 0;
  uint64_t size_bytes = 0;
  uint64_t rows = 0;
  uint64_t xxh3 = 0;
};

/// Writes one page under a temporary name and gives it its own when it is whole and synced.
///
/// Threads: one at a time.
class PageWriter {
 public:
  /// Makes `directory`/`file`.tmp. Borrows `disk` and `faults` as long as it lives.
  static Result<std::unique_ptr<PageWriter>> open(Disk& disk, FaultPoints& faults, std::string directory,
                                                  std::string file, PageId id, const PageState& state);
  virtual ~PageWriter() = default;
  PageWriter(const PageWriter&) = delete;
  PageWriter& operator=(const PageWriter&) = delete;

  const PageId& id() const { return info_.id; }
  /// Appends a section: `what` says all of it but for its place and sum. Groups may come in any order and
  /// more than once.
  virtual Status add(const PageSection& what, std::string_view bytes) = 0;
  /// Appends a section that is read after what came before: in a page that holds a state whole, nothing did.
  Status add(uint32_t group, uint64_t rows, std::string_view bytes) {
    PageSection what;
    what.group = group;
    what.form = SectionForm::kChanges;
    what.rows = rows;
    return add(what, bytes);
  }
  /// Which groups have sections, and which of those have whole ones.
  const std::bitset<kKeyGroupCount>& groups() const { return groups_; }
  const std::bitset<kKeyGroupCount>& whole_groups() const { return whole_groups_; }
  /// Writes the index, syncs, closes and renames: the name still needs a sync of the directory. Call once.
  /// Fault points: checkpoint.page.write, .sync, .close, .rename.
  virtual Result<PageInfo> finish() = 0;

 protected:
  explicit PageWriter(PageInfo info) : info_(std::move(info)) {}
  PageInfo info_;
  std::bitset<kKeyGroupCount> groups_;
  std::bitset<kKeyGroupCount> whole_groups_;
};

/// Reads sections of a page, each checked against its sum. The file is open only while something is read: a
/// restore has more pages at hand than a process may have files open.
///
/// Threads: one at a time.
class PageReader {
 public:
  /// Fails with kCorrupt, naming the file, when its head, index or tail is damaged. `faults` may be null.
  /// Fault point: checkpoint.page.check; skipped, read() takes sections whatever their sums.
  static Result<PageReader> open(Disk& disk, const std::string& path, FaultPoints* faults = nullptr);

  const PageId& id() const { return id_; }
  const PageState& state() const { return state_; }
  const std::vector<PageSection>& sections() const { return sections_; }
  Result<std::string> read(const PageSection& section);

 private:
  PageReader() = default;
  Status read_head(uint64_t file_size);
  Status read_index(uint64_t file_size);
  Status read_range(uint64_t offset, uint64_t size_bytes, std::string& into);
  Status damaged(const char* what) const;

  Disk* disk_ = nullptr;
  std::string path_;
  std::shared_ptr<File> file_;  // While something is read.
  bool ignores_sums_ = false;
  uint64_t head_size_ = 0;  // [bytes]
  PageId id_;
  PageState state_;
  std::vector<PageSection> sections_;
};

/// Reads the whole file and compares it with what the manifest says of it. Fails with kCorrupt or kNotFound;
/// with kUnsupported when it is whole and of another format.
Status verify_page(Disk& disk, const std::string& directory, const PageInfo& info);

}  // namespace weir
