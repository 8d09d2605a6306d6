#include "state/row_log.hpp"

#include <cstring>
#include <utility>

#include <weir/fault.hpp>

#include "data/batch.hpp"
#include "data/footprint.hpp"
#include "state/batch_message.hpp"
#include "world/discard_file.hpp"

namespace weir {

RowLog::RowLog(Spec spec, MemoryAccount& account, Disk* disk)
    : spec_(std::move(spec)), account_(account), disk_(disk) {}

RowLog::~RowLog() {
  if (file_ != nullptr)
    discard_file(std::move(file_), *disk_);  // What is left over goes when the next run begins.
}

Status RowLog::append(Batch batch) {
  const AccountScope scope(account_);
  Entry entry;
  try {
    entry.batch = compact_if_wasteful(std::move(batch));
  } catch (const FaultException& fault) {
    return fault.status().with_context("state '" + spec_.name + "'");
  }
  entry.memory_bytes = pinned_bytes(*entry.batch);
  memory_bytes_ += entry.memory_bytes;
  entries_.push_back(std::move(entry));
  return spill_oldest();
}

Status RowLog::spill_oldest() {
  if (spec_.spill_path.empty()) return Status::ok();
  while (memory_bytes_ > spec_.memory_bytes && first_in_memory_ < entries_.size()) {
    WEIR_RETURN_IF_ERROR(spill(entries_[first_in_memory_]).with_context("state '" + spec_.name + "'"));
    ++first_in_memory_;
  }
  return Status::ok();
}

Status RowLog::spill(Entry& entry) {
  MessageBytes bytes;
  WEIR_RETURN_IF_ERROR(write_message(spec_.schema, *entry.batch, bytes));
  if (file_ == nullptr) {
    WEIR_ASSIGN_OR_RETURN(file_, disk_->open(spec_.spill_path, OpenMode::kCreate, 0600));
  }
  WEIR_RETURN_IF_ERROR(file_->pwrite(bytes.data, bytes.size, file_bytes_));
  entry.offset = file_bytes_;
  entry.size_bytes = bytes.size;
  file_bytes_ += bytes.size;
  memory_bytes_ -= entry.memory_bytes;
  entry.batch = Batch();
  return Status::ok();
}

Result<Buffer> RowLog::read_spilled(const Entry& entry) {
  const AccountScope scope(account_);
  try {
    Buffer bytes = Buffer::allocate(entry.size_bytes);
    WEIR_ASSIGN_OR_RETURN(const size_t got, file_->pread(bytes.data(), entry.size_bytes, entry.offset));
    if (got == entry.size_bytes) return bytes;
    return Status::corrupt("'" + file_->path() + "' ends early");
  } catch (const FaultException& fault) {
    return fault.status();
  }
}

Result<Batch> RowLog::read(uint64_t index) {
  if (index >= entries_.size()) {
    return Status::not_found("state '" + spec_.name + "' has " + std::to_string(entries_.size()) +
                             " batches; there is no batch " + std::to_string(index));
  }
  const Entry& entry = entries_[index];
  if (entry.batch) return entry.batch.share();
  WEIR_ASSIGN_OR_RETURN(const Buffer bytes, read_spilled(entry));
  return read_message(spec_.schema, bytes, entry.size_bytes);
}

Status RowLog::clear() {
  entries_.clear();
  first_in_memory_ = 0;
  memory_bytes_ = 0;
  file_bytes_ = 0;
  stored_count_ = 0;
  return file_ == nullptr ? Status::ok() : file_->truncate(0);
}

Status RowLog::save(uint64_t first,
                    const std::function<Status(uint64_t rows, std::string_view message)>& visit) {
  MessageBytes bytes;
  save_count_ = first == 0 ? 1 : save_count_ + 1;
  stored_count_ = entries_.size();
  for (uint64_t i = first; i < entries_.size(); ++i) {
    WEIR_ASSIGN_OR_RETURN(const Batch batch, read(i));
    bytes.clear();
    WEIR_RETURN_IF_ERROR(write_message(spec_.schema, *batch, bytes));
    WEIR_RETURN_IF_ERROR(visit(batch.row_count(), bytes.view()));
  }
  return Status::ok();
}

Status RowLog::restore(std::string_view message) {
  const AccountScope scope(account_);
  try {
    Buffer bytes = Buffer::allocate(message.size());
    if (!message.empty()) std::memcpy(bytes.data(), message.data(), message.size());
    WEIR_ASSIGN_OR_RETURN(Batch batch, read_message(spec_.schema, bytes, message.size()));
    return append(std::move(batch));
  } catch (const FaultException& fault) {
    return fault.status();
  }
}

}  // namespace weir
