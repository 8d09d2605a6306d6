#include "plugin_host/host.hpp"

#include <memory>
#include <optional>

#include <weir/fault.hpp>
#include <weir/host.hpp>
#include <weir/text.hpp>

#include "data/data_calls.hpp"
#include "plugin_host/text_format.hpp"
#include "world/disk.hpp"
#include "world/sim_crash.hpp"
#include "world/whole_file.hpp"

struct weir_file {
  std::unique_ptr<weir::File> file;
};

namespace weir::test {
namespace {

struct Machine {
  Disk* disk = nullptr;
  int64_t monotonic_ns = 1'000'000'000;
  int64_t wall_us = 1'700'000'000'000'000;
  bool has_crashed = false;
  std::vector<std::string> logs;
};
Machine machine;

Context& of(weir_context* context) { return *static_cast<Context*>(context); }
std::string text(weir_str s) { return std::string(as_view(s)); }

// The death of the process must pass through a component that catches everything: from then on all is
// refused.
template <class Call>
int32_t on_disk(weir_fault* fault, Call call) {
  if (machine.has_crashed) return fill_fault(Status::io("the process is dead"), fault);
  try {
    return fill_fault(call(), fault);
  } catch (const SimCrash&) {
    machine.has_crashed = true;
    return fill_fault(Status::io("the process died"), fault);
  }
}

OpenMode mode_of(uint32_t flags) {
  if ((flags & WEIR_OPEN_WRITE) == 0) return OpenMode::kRead;
  if ((flags & WEIR_OPEN_EXCLUSIVE) != 0) return OpenMode::kNew;
  return (flags & WEIR_OPEN_TRUNCATE) != 0 ? OpenMode::kCreate : OpenMode::kUpdate;
}

weir_files make_files() {
  weir_files files{};
  files.struct_size = sizeof(files);
  files.open = [](const weir_host*, weir_str path, uint32_t flags, uint32_t mode, weir_file** out,
                  weir_fault* fault) {
    return on_disk(fault, [&]() -> Status {
      auto file = std::make_unique<weir_file>();
      WEIR_ASSIGN_OR_RETURN(file->file, machine.disk->open(text(path), mode_of(flags), mode));
      *out = file.release();
      return {};
    });
  };
  files.read = [](weir_file* file, uint64_t offset, void* into, size_t size, size_t* got, weir_fault* fault) {
    return on_disk(fault, [&]() -> Status {
      WEIR_ASSIGN_OR_RETURN(*got, file->file->pread(into, size, offset));
      return {};
    });
  };
  files.write = [](weir_file* file, uint64_t offset, const void* from, size_t size, weir_fault* fault) {
    return on_disk(fault, [&] { return file->file->pwrite(from, size, offset); });
  };
  files.truncate = [](weir_file* file, uint64_t size, weir_fault* fault) {
    return on_disk(fault, [&] { return file->file->truncate(size); });
  };
  files.sync = [](weir_file* file, weir_fault* fault) {
    return on_disk(fault, [&] { return file->file->sync(); });
  };
  files.close = [](weir_file* file, weir_fault* fault) {
    const std::unique_ptr<weir_file> owned(file);
    return on_disk(fault, [&] { return owned->file->close(); });
  };
  files.info = [](const weir_host*, weir_str path, weir_file_info* out, weir_fault* fault) {
    return on_disk(fault, [&]() -> Status {
      WEIR_ASSIGN_OR_RETURN(const FileInfo info, machine.disk->stat(text(path)));
      if (!info.exists()) return Status::not_found("'" + text(path) + "': no such file or directory");
      *out = {sizeof(*out),
              info.st_mode(),
              info.size_bytes,
              info.modified_us,
              info.inode,
              info.kind == FileInfo::Kind::kDirectory ? 1U : 0U,
              0};
      return {};
    });
  };
  files.rename = [](const weir_host*, weir_str from, weir_str to, weir_fault* fault) {
    return on_disk(fault, [&] { return machine.disk->rename(text(from), text(to)); });
  };
  files.remove = [](const weir_host*, weir_str path, weir_fault* fault) {
    return on_disk(fault, [&] { return machine.disk->unlink(text(path)); });
  };
  files.make_directories = [](const weir_host*, weir_str path, weir_fault* fault) {
    return on_disk(fault, [&] { return make_dirs(*machine.disk, text(path)); });
  };
  files.sync_directory = [](const weir_host*, weir_str path, weir_fault* fault) {
    return on_disk(fault, [&] { return machine.disk->sync_dir(text(path)); });
  };
  files.list = [](const weir_host*, weir_str path, void (*note)(void*, weir_str), void* to,
                  weir_fault* fault) {
    return on_disk(fault, [&]() -> Status {
      WEIR_ASSIGN_OR_RETURN(const auto entries, machine.disk->list(text(path)));
      for (const DirectoryEntry& entry : entries) note(to, as_str(entry.name));
      return {};
    });
  };
  return files;
}

void reject(weir_context* context, const weir_batch*, const weir_rejection* rejections, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const weir_rejection& r = rejections[i];
    const std::string at = r.row >= 0 ? std::to_string(r.row) : "@" + std::to_string(r.offset);
    of(context).rejections.push_back(at + ' ' + text(r.code) + ": " + text(r.message));
  }
}

uint32_t partition_found(weir_context* context, weir_str name) {
  of(context).partitions.push_back(text(name));
  return static_cast<uint32_t>(of(context).partitions.size());
}

void partition_event(weir_context* context, uint32_t partition, uint32_t event) {
  if (event == WEIR_PARTITION_ENDED) of(context).ended.push_back(of(context).partitions.at(partition - 1));
}

void emit_rows(weir_context* context, uint32_t partition, weir_batch* batch, const weir_offset* next) {
  const int64_t first = batch->origin.first;
  of(context).rows.push_back({of(context).partitions.at(partition - 1), Batch::adopt(batch), first,
                              next->position, text(next->token)});
}

void emit_bytes(weir_context* context, const weir_bytes_chunk* chunk) {
  const Buffer owned = Buffer::adopt(chunk->buffer);
  of(context).bytes.push_back({of(context).partitions.at(chunk->partition - 1), chunk->start.position,
                               text(chunk->start.token),
                               std::string(reinterpret_cast<const char*>(owned.data()), owned.size()),
                               (chunk->flags & WEIR_BYTES_LAST) != 0});
}

void note_log(const weir_host*, weir_context*, uint32_t, weir_str message, const weir_pair* fields,
              size_t count) {
  std::string line = text(message);
  for (size_t i = 0; i < count; ++i) line += ' ' + text(fields[i].key) + '=' + text(fields[i].value);
  machine.logs.push_back(line);
}

weir_host make_host() {
  static const weir_files files = make_files();
  weir_host host{};
  host.struct_size = sizeof(host);
  host.abi_major = WEIR_ABI_MAJOR;
  host.abi_minor = WEIR_ABI_MINOR;
  fill_data_calls(host);
  host.files = &files;
  host.encoder = &text_encoder;
  host.reject = &reject;
  host.partition_found = &partition_found;
  host.partition_event = &partition_event;
  host.emit_rows = &emit_rows;
  host.emit_bytes = &emit_bytes;
  host.log = &note_log;
  host.metric_add = [](weir_context* context, weir_str name, int64_t amount) {
    of(context).counts.emplace_back(text(name), amount);
  };
  host.wall_us = [](const weir_host*) { return machine.wall_us; };
  host.monotonic_ns = [](const weir_host*) { return machine.monotonic_ns; };
  host.is_stopping = [](const weir_context*) { return 0; };
  host.run_id = [](const weir_context*) { return as_str("run1"); };
  host.node_name = [](const weir_context* context) {
    return as_str(static_cast<const Context*>(context)->node);
  };
  return host;
}

}  // namespace

const weir_host* host_table() {
  static const weir_host host = make_host();
  return &host;
}

void use_host(Disk& disk) {
  set_host(host_table());
  machine.disk = &disk;
  machine.has_crashed = false;
}

void set_monotonic_ns(int64_t ns) { machine.monotonic_ns = ns; }
void set_wall_us(int64_t us) { machine.wall_us = us; }
std::vector<std::string> take_logs() { return std::exchange(machine.logs, {}); }
bool has_crashed() { return machine.has_crashed; }

}  // namespace weir::test
