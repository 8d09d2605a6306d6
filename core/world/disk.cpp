#include "world/disk.hpp"

#include <sys/stat.h>

namespace weir {

uint32_t FileInfo::st_mode() const {
  if (kind == Kind::kFile) return permissions | S_IFREG;
  return permissions | (kind == Kind::kDirectory ? S_IFDIR : S_IFCHR);
}

Status File::writable() const {
  if (is_closed_) return Status::internal("'" + path_ + "' is used after it was closed");
  if (!is_poisoned_) return Status::ok();
  return Status::io("'" + path_ +
                    "' failed to sync before, so bytes written earlier may be lost; "
                    "it is not written or synced again");
}

Status File::pwrite(const void* bytes, size_t size, uint64_t offset) {
  WEIR_RETURN_IF_ERROR(writable());
  return do_pwrite(bytes, size, offset);
}

Status File::append(const void* bytes, size_t size) {
  WEIR_RETURN_IF_ERROR(writable());
  WEIR_ASSIGN_OR_RETURN(const uint64_t end, do_size());
  return do_pwrite(bytes, size, end);
}

Status File::truncate(uint64_t size_bytes) {
  WEIR_RETURN_IF_ERROR(writable());
  return do_truncate(size_bytes);
}

Status File::sync() {
  WEIR_RETURN_IF_ERROR(writable());
  Status status = do_sync();
  is_poisoned_ = !status.is_ok();
  return status;
}

Status File::close() {
  if (is_closed_) return Status::ok();
  is_closed_ = true;
  return do_close();
}

std::string directory_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace weir
