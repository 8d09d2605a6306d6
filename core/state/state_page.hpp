#pragma once
// A page: the file that holds one state of one copy of a node at one checkpoint, in sections by key group.
//
//   head     "WEIRPAGE", u32 format, u32 size of the body, body (PageId and PageState), u64 XXH3 of all
//   before sections the bytes of each, one after the other index    u32 count; for each: u32 group, u64
//   offset, u64 size, u64 rows, u64 XXH3 tail     u64 offset of the index, u64 XXH3 of the index and that
//   offset, "WEIREND1"
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <weir/status.hpp>

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

struct PageSection {
  uint32_t group = 0;
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

  /// Appends a section. Groups may come in any order and more than once.
  virtual Status add(uint32_t group, uint64_t rows, std::string_view bytes) = 0;
  /// Writes the index, syncs, closes and renames: the name still needs a sync of the directory. Call once.
  /// Fault points: checkpoint.page.write, .sync, .close, .rename.
  virtual Result<PageInfo> finish() = 0;

 protected:
  PageWriter() = default;
};

/// Reads sections of a page, each checked against its sum.
///
/// Threads: one at a time.
class PageReader {
 public:
  /// Fails with kCorrupt, naming the file, when its head, index or tail is damaged.
  static Result<PageReader> open(Disk& disk, const std::string& path);

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

  std::shared_ptr<File> file_;
  uint64_t head_size_ = 0;  // [bytes]
  PageId id_;
  PageState state_;
  std::vector<PageSection> sections_;
};

/// Reads the whole file and compares it with what the manifest says of it. Fails with kCorrupt or kNotFound.
Status verify_page(Disk& disk, const std::string& directory, const PageInfo& info);

}  // namespace weir
