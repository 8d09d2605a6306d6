// The files entries of the host table, over the world's disk.
#include <utility>
#include <weir/fault.hpp>
#include <weir/text.hpp>

#include "data/give_out.hpp"
#include "runtime/host_table.hpp"
#include "world/disk.hpp"
#include "world/sim_crash.hpp"
#include "world/whole_file.hpp"

struct weir_file {
  std::unique_ptr<weir::File> file;
  weir::FaultPoints& faults;
};

namespace weir {
namespace {

Disk& disk_of(const weir_host* host) { return static_cast<HostTable*>(host->world)->world().disk; }
std::string text_of(weir_str text) { return std::string(as_view(text)); }

OpenMode mode_of(uint32_t flags) {
  if ((flags & WEIR_OPEN_WRITE) == 0) return OpenMode::kRead;
  if ((flags & WEIR_OPEN_EXCLUSIVE) != 0) return OpenMode::kNew;
  return (flags & WEIR_OPEN_TRUNCATE) != 0 ? OpenMode::kCreate : OpenMode::kUpdate;
}

FaultPoints& faults_of(const weir_host* host) { return static_cast<HostTable*>(host->world)->world().faults; }

/// Runs one call. A simulated crash must not cross the C ABI as an exception: the plugin gets a fault, and
/// every later call on that disk fails too.
template <class Call>
int32_t guarded(weir_fault* fault, Call&& call) {
  try {
    return fill_fault(call(), fault);
  } catch (const SimCrash&) {
    return fill_fault(Status::io("the simulated machine is down"), fault);
  }
}

int32_t open_file(const weir_host* host, weir_str path, uint32_t flags, uint32_t mode, weir_file** out,
                  weir_fault* fault) {
  return guarded(fault, [&]() -> Status {
    WEIR_ASSIGN_OR_RETURN(auto opened,
                          disk_of(host).open(text_of(path), mode_of(flags), mode == 0 ? 0644 : mode));
    *out = std::make_unique<weir_file>(weir_file{std::move(opened), faults_of(host)}).release();
    return {};
  });
}

int32_t read_file(weir_file* file, uint64_t offset, void* into, size_t size, size_t* got, weir_fault* fault) {
  return guarded(fault, [&]() -> Status {
    WEIR_ASSIGN_OR_RETURN(*got, file->file->pread(into, size, offset));
    return {};
  });
}

int32_t write_file(weir_file* file, uint64_t offset, const void* from, size_t size, weir_fault* fault) {
  return guarded(fault, [&] {
    return file->faults.step("files.write", [&] { return file->file->pwrite(from, size, offset); });
  });
}

int32_t truncate_file(weir_file* file, uint64_t size, weir_fault* fault) {
  return guarded(
      fault, [&] { return file->faults.step("files.truncate", [&] { return file->file->truncate(size); }); });
}

int32_t sync_file(weir_file* file, weir_fault* fault) {
  return guarded(fault, [&] { return file->faults.step("files.sync", [&] { return file->file->sync(); }); });
}

int32_t close_file(weir_file* file, weir_fault* fault) {
  const std::unique_ptr<weir_file> owned(file);
  return guarded(fault,
                 [&] { return owned->faults.step("files.close", [&] { return owned->file->close(); }); });
}

int32_t info_of(const weir_host* host, weir_str path, weir_file_info* out, weir_fault* fault) {
  return guarded(fault, [&]() -> Status {
    WEIR_RETURN_IF_ERROR(check_room(out, "weir_file_info"));
    WEIR_ASSIGN_OR_RETURN(const FileInfo info, disk_of(host).stat(text_of(path)));
    if (!info.exists()) return Status::not_found(text_of(path) + ": no such file or directory");
    weir_file_info made{};
    made.mode = info.st_mode();
    made.size = info.size_bytes;
    made.modified_us = info.modified_us;
    made.inode = info.inode;
    made.is_directory = info.kind == FileInfo::Kind::kDirectory ? 1 : 0;
    give_out(made, out);
    return {};
  });
}

int32_t rename_file(const weir_host* host, weir_str from, weir_str to, weir_fault* fault) {
  return guarded(fault, [&] {
    return faults_of(host).step("files.rename",
                                [&] { return disk_of(host).rename(text_of(from), text_of(to)); });
  });
}

int32_t remove_file(const weir_host* host, weir_str path, weir_fault* fault) {
  return guarded(fault, [&] {
    return faults_of(host).step("files.remove", [&] { return disk_of(host).unlink(text_of(path)); });
  });
}

int32_t make_directories(const weir_host* host, weir_str path, weir_fault* fault) {
  return guarded(fault, [&] { return make_dirs(disk_of(host), text_of(path)); });
}

int32_t sync_directory(const weir_host* host, weir_str path, weir_fault* fault) {
  return guarded(fault, [&] {
    return faults_of(host).step("files.sync_dir", [&] { return disk_of(host).sync_dir(text_of(path)); });
  });
}

int32_t list_directory(const weir_host* host, weir_str path, void (*note)(void*, weir_str), void* to,
                       weir_fault* fault) {
  return guarded(fault, [&]() -> Status {
    WEIR_ASSIGN_OR_RETURN(const std::vector<DirectoryEntry> entries, disk_of(host).list(text_of(path)));
    for (const DirectoryEntry& entry : entries) note(to, as_str(entry.name));
    return {};
  });
}

}  // namespace

void fill_files_calls(weir_files& calls) {
  calls = {sizeof(weir_files), 0,
           &open_file,         &read_file,
           &write_file,        &truncate_file,
           &sync_file,         &close_file,
           &info_of,           &rename_file,
           &remove_file,       &make_directories,
           &sync_directory,    &list_directory};
}

}  // namespace weir
