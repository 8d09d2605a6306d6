#include "plugin/description_cache.hpp"

#include <unistd.h>
#include <xxhash.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

#include "plugin/description_json.hpp"

namespace weir {
namespace fs = std::filesystem;
namespace {

// The number grows when the JSON changes its meaning: older entries are then described anew.
std::string first_line(std::string_view json) {
  std::array<char, 64> line = {};
  const auto checksum = static_cast<unsigned long long>(XXH3_64bits(json.data(), json.size()));
  std::snprintf(line.data(), line.size(), "weir-description 1 abi %d.%d %016llx\n", int{WEIR_ABI_MAJOR},
                int{WEIR_ABI_MINOR}, checksum);
  return line.data();
}

}  // namespace

std::string DescriptionCache::path_of(const std::string& build_id) const {
  return directory_ + "/plugins/" + build_id + ".json";
}

std::optional<LibraryDescription> DescriptionCache::find(const std::string& build_id) const {
  if (directory_.empty() || build_id.empty()) return std::nullopt;
  std::ifstream file(path_of(build_id), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const size_t line_end = text.find('\n');
  if (line_end == std::string::npos) return std::nullopt;
  const std::string_view json = std::string_view(text).substr(line_end + 1);
  if (text.substr(0, line_end + 1) != first_line(json)) return std::nullopt;
  Result<LibraryDescription> description = description_from_json(json);
  if (!description.is_ok()) return std::nullopt;
  return std::move(description).value();
}

void DescriptionCache::keep(const std::string& build_id, const LibraryDescription& description) const {
  if (directory_.empty() || build_id.empty()) return;
  const std::string path = path_of(build_id);
  std::error_code error;
  fs::create_directories(fs::path(path).parent_path(), error);
  // Renamed into place, so that nobody reads half of it; the checksum guards what a power loss leaves.
  const std::string own = path + "." + std::to_string(::getpid());
  const std::string json = description_to_json(description);
  {
    std::ofstream file(own, std::ios::binary);
    file << first_line(json) << json;
    if (!file.flush()) error = std::make_error_code(std::errc::io_error);
  }
  if (!error) fs::rename(own, path, error);
  std::error_code ignored;
  if (error) fs::remove(own, ignored);
}

std::string default_cache_directory() {
  const char* const cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return std::string(cache) + "/weir";
  const char* const home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return std::string(home) + "/.cache/weir";
  return {};
}

}  // namespace weir
