#include "fuzz_target.hpp"

#include <cstdio>
#include <cstdlib>

namespace weir::fuzz {
namespace {

std::vector<Target>& known() {
  static std::vector<Target> targets;
  return targets;
}

}  // namespace

uint8_t Input::byte() {
  if (rest_.empty()) return '0';
  const auto found = static_cast<uint8_t>(rest_.front());
  rest_.remove_prefix(1);
  return found;
}

size_t Input::choose(size_t count) { return static_cast<uint8_t>(byte() - '0') % count; }

size_t Input::place() {
  const size_t high = byte();
  const size_t chosen = high * 256 + byte();
  return chosen % (rest_.size() + 1);
}

const std::vector<Target>& targets() { return known(); }

bool add_target(std::string_view name, Run run) {
  known().push_back({name, run});
  return true;
}

void expect(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

void expect_equal(std::string_view what, std::string_view left, std::string_view right) {
  if (left == right) return;
  std::fprintf(stderr, "not equal: %.*s\n--- first\n%.*s\n--- second\n%.*s\n---\n",
               static_cast<int>(what.size()), what.data(), static_cast<int>(left.size()), left.data(),
               static_cast<int>(right.size()), right.data());
  std::abort();
}

}  // namespace weir::fuzz
