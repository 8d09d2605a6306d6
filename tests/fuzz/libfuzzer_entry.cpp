// The target of this program, as libFuzzer calls it.
#include <algorithm>

#include "fuzz_target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const weir::fuzz::Target target =
      *std::ranges::find(weir::fuzz::targets(), std::string_view(WEIR_FUZZ_NAME), &weir::fuzz::Target::name);
  weir::fuzz::Input input(std::string_view(reinterpret_cast<const char*>(data), size));
  target.run(input);
  return 0;
}
