#include "plugin/library_scan.hpp"

#include <dlfcn.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "plugin/library_file.hpp"

namespace weir {
namespace fs = std::filesystem;
namespace {

fs::path program_path() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error);
}

// The file that holds this very code: the program itself or libweir.so.
fs::path own_object_path() {
  Dl_info info = {};
  static const char marker = 0;
  if (::dladdr(&marker, &info) == 0 || info.dli_fname == nullptr) return {};
  std::error_code error;
  return fs::canonical(info.dli_fname, error);
}

void add_directory(std::vector<std::string>& directories, const fs::path& directory) {
  if (directory.empty()) return;
  const std::string text = fs::absolute(directory).lexically_normal().string();
  if (std::find(directories.begin(), directories.end(), text) == directories.end())
    directories.push_back(text);
}

// Every name that ends in .so, in order.
std::vector<fs::path> shared_objects(const fs::path& directory, std::error_code& error) {
  std::vector<fs::path> found;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error))
    if (at->path().extension() == ".so") found.push_back(at->path());
  std::sort(found.begin(), found.end());
  return found;
}

using FileId = std::pair<uint64_t, uint64_t>;

void scan_file(const std::string& path, std::set<FileId>& seen, LibraryScan& scan) {
  struct stat info = {};
  if (::stat(path.c_str(), &info) == 0 && !seen.insert({info.st_dev, info.st_ino}).second) return;
  LibraryDescriptor descriptor;
  if (const Status status = inspect_library(path, &descriptor); !status.is_ok())
    scan.refused.push_back({path, std::string(status.message()), std::move(descriptor.components)});
  else
    scan.libraries.push_back({path, std::move(descriptor)});
}

}  // namespace

std::vector<std::string> plugin_search_path(const std::vector<std::string>& from_command_line,
                                            const char* from_environment) {
  std::vector<std::string> directories;
  const fs::path program = program_path();
  const fs::path object = own_object_path();
  const bool is_library = !object.empty() && object != program;
  add_directory(directories, is_library ? object.parent_path() / "weir/plugins"
                                        : program.parent_path() / "../lib/weir/plugins");
  for (const std::string& directory : from_command_line) add_directory(directories, directory);
  std::string_view rest = from_environment == nullptr ? "" : from_environment;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(':'), rest.size());
    add_directory(directories, fs::path(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return directories;
}

LibraryScan scan_libraries(const std::vector<std::string>& directories,
                           const std::vector<std::string>& must_exist) {
  LibraryScan scan;
  std::set<FileId> seen;
  for (const std::string& directory : directories) {
    std::error_code error;
    for (const fs::path& path : shared_objects(directory, error)) scan_file(path.string(), seen, scan);
    if (error && error != std::errc::no_such_file_or_directory)
      scan.refused.push_back({directory, "this directory cannot be searched: " + error.message(), {}});
  }
  for (const std::string& directory : must_exist) {
    if (std::error_code error; !fs::exists(directory, error))
      scan.refused.push_back({directory, "there is no such directory to find plugins in", {}});
  }
  return scan;
}

Status inspect_library(const std::string& path, LibraryDescriptor* descriptor) {
  WEIR_ASSIGN_OR_RETURN(const LibraryFile file, LibraryFile::open(path));
  WEIR_ASSIGN_OR_RETURN(LibraryDescriptor found,
                        read_descriptor(file.size_bytes(), [&file](uint64_t offset, void* into, size_t size) {
                          return file.read(offset, into, size);
                        }));
  Status status = check_abi(found.abi_major, found.abi_minor);
  if (status.is_ok()) status = file.check_writers();
  if (descriptor != nullptr) *descriptor = std::move(found);
  return status;
}

}  // namespace weir
