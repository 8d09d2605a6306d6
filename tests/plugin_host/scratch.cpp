#include "plugin_host/scratch.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <weir/status.hpp>

#include "plugin_host/host.hpp"
#include "world/real_disk.hpp"

namespace weir::test {

Scratch::Scratch() {
  static RealDisk disk;
  std::string name = (std::filesystem::temp_directory_path() / "weir-test-XXXXXX").string();
  WEIR_CHECK(::mkdtemp(name.data()) != nullptr);
  path_ = name;
  use_host(disk);
}

Scratch::~Scratch() { std::filesystem::remove_all(path_); }

void Scratch::write(const std::string& name, std::string_view bytes) const {
  std::filesystem::create_directories(std::filesystem::path(*this / name).parent_path());
  std::ofstream(*this / name, std::ios::binary) << bytes;
}

std::string Scratch::read(const std::string& name) const {
  std::ifstream file(*this / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void Scratch::remove(const std::string& name) const { std::filesystem::remove(*this / name); }

std::vector<std::string> Scratch::files() const {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path_))
    if (entry.is_regular_file()) found.push_back(entry.path().string().substr(path_.size() + 1));
  std::ranges::sort(found);
  return found;
}

}  // namespace weir::test
