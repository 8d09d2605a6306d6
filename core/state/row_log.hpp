#pragma once
// What stands behind a LOG state: batches in the order they came.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <weir/batch.hpp>
#include <weir/schema.hpp>
#include <weir/status.hpp>

#include "data/memory.hpp"
#include "world/disk.hpp"

namespace weir {

/// Keeps batches in memory up to a budget and writes the oldest ones to a temporary file beyond it. The file
/// needs no sync: what must survive is saved with the checkpoint.
///
/// Columns and row counts are kept; origin, entry time and hidden columns of a batch are not.
/// Threads: one at a time.
class RowLog {
 public:
  struct Spec {
    std::string name;  ///< For messages.
    Schema schema;
    size_t memory_bytes = 64 * 1024 * 1024;
    std::string spill_path;  ///< Empty: never spills, whatever the budget.
  };
  /// Borrows `account` and `disk` (null when there is no spill_path) as long as it lives.
  RowLog(Spec spec, MemoryAccount& account, Disk* disk);
  ~RowLog();
  RowLog(const RowLog&) = delete;
  RowLog& operator=(const RowLog&) = delete;

  /// Fails: kNoSpace or kIo; the batch is then not part of the log.
  Status append(Batch batch);
  uint64_t count() const { return entries_.size(); }
  /// Fails: kNotFound beyond the end; kCorrupt when the temporary file was damaged.
  Result<Batch> read(uint64_t index);
  Status clear();
  uint64_t held_bytes() const { return memory_bytes_; }
  uint64_t spilled_bytes() const { return file_bytes_; }

  /// Calls `visit` for each batch from `first` on as a message, in order, with its row count. From now on
  /// stored_count() counts what is there.
  Status save(uint64_t first, const std::function<Status(uint64_t rows, std::string_view message)>& visit);
  /// Returns how many batches, from the first, were saved before; 0 after clear(), and now and then, so that
  /// a log does not come to lie in ever more pages.
  uint64_t stored_count() const { return save_count_ < kSavesBetweenWhole ? stored_count_ : 0; }
  /// Appends a batch from such a message.
  Status restore(std::string_view message);

 private:
  static constexpr uint32_t kSavesBetweenWhole = 64;
  struct Entry {
    Batch batch;  // Empty when it is in the file.
    uint64_t memory_bytes = 0;
    uint64_t offset = 0;
    uint64_t size_bytes = 0;
  };
  Status spill_oldest();
  Status spill(Entry& entry);
  Result<Buffer> read_spilled(const Entry& entry);

  const Spec spec_;
  MemoryAccount& account_;
  Disk* const disk_;
  std::vector<Entry> entries_;
  size_t first_in_memory_ = 0;
  uint64_t memory_bytes_ = 0;
  std::unique_ptr<File> file_;  // Made at the first spill.
  uint64_t file_bytes_ = 0;
  uint64_t stored_count_ = 0;
  uint32_t save_count_ = 0;  // Since it was saved from its first batch on.
};

}  // namespace weir
