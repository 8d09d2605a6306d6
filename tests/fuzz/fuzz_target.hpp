#pragma once
// A fuzz target: what is done with one input, whatever its bytes are, and what must hold then.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::fuzz {

/// The bytes of one input. A target first takes what it needs to choose between ways, then the rest.
class Input {
 public:
  /// Borrows `bytes`.
  explicit Input(std::string_view bytes) : rest_(bytes) {}
  /// Returns a number below `count`, from one byte: '0' is 0, so that inputs can be written by hand.
  size_t choose(size_t count);
  /// Returns a place in what is left behind the two bytes that choose it: [0, rest().size()].
  size_t place();
  std::string_view rest() const { return rest_; }

 private:
  uint8_t byte();
  std::string_view rest_;
};

using Run = void (*)(Input& input);

struct Target {
  std::string_view name;
  Run run;
};

/// The targets of this program.
const std::vector<Target>& targets();
/// For WEIR_FUZZ_TARGET. Returns true.
bool add_target(std::string_view name, Run run);

/// What a target is sure of. Ends the program, saying what is not so, when it does not hold.
void expect(bool holds, std::string_view what);
void expect_equal(std::string_view what, std::string_view left, std::string_view right);

}  // namespace weir::fuzz

/// Defines a target: WEIR_FUZZ_TARGET(csv) { ... uses `input` ... }
#define WEIR_FUZZ_TARGET(name)                                                                          \
  static void name##_target(::weir::fuzz::Input& input);                                                \
  [[maybe_unused]] static const bool name##_is_known = ::weir::fuzz::add_target(#name, &name##_target); \
  static void name##_target([[maybe_unused]] ::weir::fuzz::Input& input)
