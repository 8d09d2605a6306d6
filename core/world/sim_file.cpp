#include "world/sim_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <utility>

#include "world/os_error.hpp"

namespace weir {
namespace {

class SimFile final : public File {
 public:
  SimFile(std::string path, std::shared_ptr<SimStore> store, uint64_t inode, bool is_writable)
      : File(std::move(path)),
        store_(std::move(store)),
        inode_(inode),
        epoch_(store_->epoch),
        is_writable_(is_writable) {}
  ~SimFile() override {
    const std::lock_guard lock(store_->mutex);
    unlock();
  }

 protected:
  Result<size_t> do_pread(void* into, size_t size, uint64_t offset) override {
    const std::lock_guard lock(store_->mutex);
    WEIR_RETURN_IF_ERROR(begin("read"));
    const std::string& bytes = inode().bytes.live();
    if (offset >= bytes.size()) return size_t{0};
    const size_t count = std::min<size_t>(size, bytes.size() - offset);
    if (count > 0) std::memcpy(into, bytes.data() + offset, count);
    return count;
  }

  Status do_pwrite(const void* bytes, size_t size, uint64_t offset) override {
    const std::lock_guard lock(store_->mutex);
    if (!is_writable_) return os_error("write", path(), EBADF);
    const std::string_view all(static_cast<const char*>(bytes), size);
    const Status fault = begin("write");
    if (!is_alive()) return fault;
    inode().modified_us = store_->now_us();
    inode().bytes.write(fault.is_ok() ? all : all.substr(0, size / 2), offset);
    return fault;
  }

  Status do_truncate(uint64_t size_bytes) override {
    const std::lock_guard lock(store_->mutex);
    if (!is_writable_) return os_error("truncate", path(), EINVAL);
    WEIR_RETURN_IF_ERROR(begin("truncate"));
    inode().modified_us = store_->now_us();
    inode().bytes.truncate(size_bytes);
    return Status::ok();
  }

  Result<uint64_t> do_size() override {
    const std::lock_guard lock(store_->mutex);
    WEIR_RETURN_IF_ERROR(begin("stat"));
    return uint64_t{inode().bytes.live().size()};
  }

  Status do_sync() override {
    const std::lock_guard lock(store_->mutex);
    const Status fault = begin("sync");
    if (!is_alive()) return fault;
    if (fault.is_ok()) {
      inode().bytes.sync();
    } else {
      inode().bytes.lose_unsynced();
    }
    return fault;
  }

  Status do_try_lock() override {
    const std::lock_guard lock(store_->mutex);
    WEIR_RETURN_IF_ERROR(begin("lock"));
    if (has_lock_) return Status::ok();
    if (inode().is_locked) return os_error("lock", path(), EAGAIN);
    inode().is_locked = has_lock_ = true;
    return Status::ok();
  }

  Status do_close() override {
    const std::lock_guard lock(store_->mutex);
    unlock();
    return begin("close");
  }

 private:
  // The store's mutex is held in all of these.
  bool is_alive() const { return store_->epoch == epoch_; }
  SimInode& inode() { return store_->inodes.at(inode_); }
  Status begin(const char* call) {
    const int planned = store_->begin_call(call, path());
    const int error = is_alive() ? planned : EIO;
    return error == 0 ? Status::ok() : os_error(call, path(), error);
  }
  void unlock() {
    if (has_lock_ && is_alive()) inode().is_locked = false;
    has_lock_ = false;
  }

  const std::shared_ptr<SimStore> store_;
  const uint64_t inode_;
  const uint64_t epoch_;
  const bool is_writable_;
  bool has_lock_ = false;
};

}  // namespace

std::unique_ptr<File> open_sim_file(const std::string& path, std::shared_ptr<SimStore> store, uint64_t inode,
                                    bool is_writable) {
  return std::make_unique<SimFile>(path, std::move(store), inode, is_writable);
}

}  // namespace weir
