#pragma once
// The machine's disk, by POSIX calls.
#include "world/disk.hpp"

namespace weir {

/// Threads: any, at once.
class RealDisk final : public Disk {
 public:
  Status rename(const std::string& from, const std::string& to) override;
  Status unlink(const std::string& path) override;
  Status make_dir(const std::string& path, uint32_t permissions) override;
  Status remove_dir(const std::string& path) override;
  Status sync_dir(const std::string& path) override;
  Result<std::vector<DirectoryEntry>> list(const std::string& path) override;
  Result<FileInfo> stat(const std::string& path) override;

 protected:
  Result<std::unique_ptr<File>> do_open(const std::string& path, OpenMode mode,
                                        uint32_t permissions) override;
};

}  // namespace weir
