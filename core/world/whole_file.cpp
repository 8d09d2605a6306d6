#include "world/whole_file.hpp"

namespace weir {

Result<std::string> read_all(Disk& disk, const std::string& path) {
  WEIR_ASSIGN_OR_RETURN(const std::unique_ptr<File> file, disk.open(path, OpenMode::kRead));
  WEIR_ASSIGN_OR_RETURN(const uint64_t size, file->size());
  std::string bytes(size, '\0');
  size_t done = 0;
  // Files under /proc say that they are empty: read on until the end shows itself.
  for (;;) {
    if (done == bytes.size()) bytes.resize(done + 4096);
    WEIR_ASSIGN_OR_RETURN(const size_t got, file->pread(bytes.data() + done, bytes.size() - done, done));
    if (got == 0) break;
    done += got;
  }
  bytes.resize(done);
  WEIR_RETURN_IF_ERROR(file->close());
  return bytes;
}

Status write_atomic(Disk& disk, FaultPoints& faults, std::string_view point, const std::string& path,
                    std::string_view bytes, uint32_t permissions) {
  const std::string name(point);
  const std::string temporary = path + ".tmp";
  WEIR_ASSIGN_OR_RETURN(const std::unique_ptr<File> file,
                        disk.open(temporary, OpenMode::kCreate, permissions));
  WEIR_RETURN_IF_ERROR(faults.step(name + ".write", [&] { return file->append(bytes); }));
  const auto rename = [&] {
    return faults.step(name + ".rename", [&] { return disk.rename(temporary, path); });
  };
  // Before the rename: else the name could survive a power loss and the bytes not.
  const bool is_synced_first = !faults.skip(name + ".sync_before_rename");
  if (!is_synced_first) WEIR_RETURN_IF_ERROR(rename());
  WEIR_RETURN_IF_ERROR(faults.step(name + ".sync", [&] { return file->sync(); }));
  WEIR_RETURN_IF_ERROR(faults.step(name + ".close", [&] { return file->close(); }));
  if (is_synced_first) WEIR_RETURN_IF_ERROR(rename());
  return faults.step(name + ".sync_dir", [&] { return disk.sync_dir(directory_of(path)); });
}

Status make_dirs(Disk& disk, const std::string& path, uint32_t permissions) {
  if (path.size() > 1 && path.back() == '/') {
    return make_dirs(disk, path.substr(0, path.find_last_not_of('/') + 1), permissions);
  }
  WEIR_ASSIGN_OR_RETURN(const FileInfo info, disk.stat(path.empty() ? "/" : path));
  if (info.kind == FileInfo::Kind::kDirectory) return Status::ok();
  const std::string parent = directory_of(path);
  WEIR_RETURN_IF_ERROR(make_dirs(disk, parent, permissions));
  const Status made = disk.make_dir(path, permissions);
  if (made.code() == Code::kExists) {
    // Another process was faster, which is fine, or a file has the name, which is not.
    WEIR_ASSIGN_OR_RETURN(const FileInfo now, disk.stat(path));
    if (now.kind != FileInfo::Kind::kDirectory) return made;
  } else {
    WEIR_RETURN_IF_ERROR(made);
  }
  const Status synced = disk.sync_dir(parent);
  // Whoever tries again would find it and take it for safe.
  if (!synced.is_ok()) static_cast<void>(disk.remove_dir(path));
  return synced;
}

}  // namespace weir
