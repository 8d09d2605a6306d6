#pragma once
// For tests of this room: the fixture libraries of tests/plugins, and directories to put copies of them into.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "plugin/host.hpp"

namespace weir {

inline std::string fixture(std::string_view name) {
  return WEIR_BUILD_DIR "/tests/plugins/lib/" + std::string(name) + ".so";
}

/// A host whose every entry is NULL: enough to load and describe.
class EmptyHost final : public Host {
 public:
  const weir_host* table() const override {
    static const weir_host table = {};
    return &table;
  }
};

/// An empty directory of its own, removed at the end.
class TestDirectory {
 public:
  TestDirectory() {
    std::string pattern = testing::TempDir() + "weir-plugin-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  TestDirectory(const TestDirectory&) = delete;
  TestDirectory& operator=(const TestDirectory&) = delete;
  ~TestDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }
  std::string at(std::string_view name) const { return path_ + "/" + std::string(name); }
  /// Copies a fixture library into it under `name` and returns the path.
  std::string add(std::string_view name) {
    const std::string path = at(std::string(name) + ".so");
    std::filesystem::copy_file(fixture(name), path);
    std::filesystem::permissions(path, std::filesystem::perms(0644));
    return path;
  }
  std::string write(std::string_view name, std::string_view text) {
    const std::string path = at(name);
    std::ofstream(path, std::ios::binary) << text;
    std::filesystem::permissions(path, std::filesystem::perms(0644));
    return path;
  }

 private:
  std::string path_;
};

}  // namespace weir
