#include "kit/test_components.hpp"

#include <array>

#include <weir/text.hpp>

#include "kit/test_parts.hpp"

namespace weir::kit {

std::shared_ptr<const LoadedLibrary> test_components() {
  static const std::array components = {test_rows(),  test_stream(), test_bytes(),
                                        test_value(), test_store(),  test_encoded()};
  static const weir_library library = {
      sizeof(weir_library), WEIR_ABI_MAJOR, WEIR_ABI_MINOR,   static_cast<uint32_t>(components.size()),
      as_str("weir_test"),  as_str("0"),    components.data()};
  auto loaded = std::make_shared<LoadedLibrary>();
  loaded->library = &library;
  return loaded;
}

}  // namespace weir::kit
