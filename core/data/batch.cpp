#include "data/batch.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <vector>

#include "data/allocate.hpp"
#include "data/buffer.hpp"
#include "data/column.hpp"

namespace weir {
namespace {

const HostBatch& host(const weir_batch* batch) { return *static_cast<const HostBatch*>(batch); }

size_t whole_size(const weir_batch& batch) { return sizeof(HostBatch) + sizeof(void*) * batch.column_count; }

void destroy(const HostBatch& batch) {
  for_each_column(batch, column_release);
  auto* memory = const_cast<HostBatch*>(&batch);
  memory->~HostBatch();
  release_small(memory);
}

// Distinct buffers of a batch. Most batches pin few, so the first ones need no allocation.
class BufferSet {
 public:
  void add_all(const weir_column& column) {
    struct_bytes_ += column_struct_bytes(column);
    for (const weir_buffer* buffer : column_buffers(column)) add(buffer);
    for (uint32_t i = 0; i < column.child_count; ++i) add_all(*column.children[i]);
  }
  size_t bytes() {
    size_t sum = struct_bytes_;
    const weir_buffer** const first = more_.empty() ? few_.data() : more_.data();
    const weir_buffer** const last = first + (more_.empty() ? count_ : more_.size());
    std::sort(first, last);
    for (auto it = first, end = std::unique(first, last); it != end; ++it) sum += buffer_footprint(*it);
    return sum;
  }

 private:
  void add(const weir_buffer* buffer) {
    if (count_ > 0 && last_ == buffer) return;
    last_ = buffer;
    if (count_ == few_.size()) more_.assign(few_.begin(), few_.end());
    if (count_++ < few_.size()) {
      few_[count_ - 1] = buffer;
    } else {
      more_.push_back(buffer);
    }
  }

  size_t struct_bytes_ = 0;
  size_t count_ = 0;
  const weir_buffer* last_ = nullptr;
  std::array<const weir_buffer*, 128> few_;  // Only the first count_ hold anything.
  std::vector<const weir_buffer*> more_;     // All of them, once there are more.
};

}  // namespace

weir_batch* batch_new(const weir_batch& view) {
  void* memory = allocate_small(whole_size(view));
  if (!memory) return nullptr;
  auto* batch = new (memory) HostBatch{{view}, 1};
  void* behind = batch + 1;
  auto** columns = static_cast<const weir_column**>(behind);
  std::copy_n(view.columns, view.column_count, columns);
  batch->struct_size = sizeof(weir_batch);
  batch->columns = columns;
  for_each_column(*batch, column_retain);
  return batch;
}

void batch_retain(const weir_batch* batch) { host(batch).references.fetch_add(1, std::memory_order_relaxed); }

void batch_release(const weir_batch* batch) {
  const HostBatch& it = host(batch);
  if (it.references.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy(it);
}

bool batch_is_sole(const weir_batch* batch) {
  return host(batch).references.load(std::memory_order_acquire) == 1;
}

size_t pinned_bytes(const weir_batch& batch) {
  BufferSet buffers;
  for_each_column(batch, [&](const weir_column* column) { buffers.add_all(*column); });
  return whole_size(batch) + buffers.bytes();
}

}  // namespace weir
