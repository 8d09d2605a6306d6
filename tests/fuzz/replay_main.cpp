// Runs a target over stored inputs, without libFuzzer: what was found once stays a test under every compiler.
//
//   weir_fuzz_replay TARGET FILE|DIRECTORY...
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "fuzz_target.hpp"

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(path))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

const weir::fuzz::Target* find(std::string_view name) {
  for (const weir::fuzz::Target& target : weir::fuzz::targets())
    if (target.name == name) return &target;
  return nullptr;
}

}  // namespace

int main(int count, char** arguments) {
  const weir::fuzz::Target* const target = count < 3 ? nullptr : find(arguments[1]);
  if (target == nullptr) {
    std::fputs("weir_fuzz_replay TARGET FILE|DIRECTORY...; the targets are:", stderr);
    for (const weir::fuzz::Target& known : weir::fuzz::targets())
      std::fprintf(stderr, " %s", std::string(known.name).c_str());
    std::fputs("\n", stderr);
    return 2;
  }
  size_t inputs = 0;
  for (int i = 2; i < count; ++i) {
    for (const fs::path& path : files_of(arguments[i])) {
      // Before the run: after a crash the last name is the input that did it.
      std::fprintf(stderr, "%s\n", path.c_str());
      const std::string bytes = bytes_of(path);
      weir::fuzz::Input input(bytes);
      target->run(input);
      ++inputs;
    }
  }
  std::printf("%zu inputs\n", inputs);
  return inputs == 0 ? 1 : 0;
}
