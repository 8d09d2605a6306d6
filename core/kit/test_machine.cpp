#include "kit/test_machine.hpp"

#include "kit/test_components.hpp"
#include "plugin/library_scan.hpp"
#include "world/whole_file.hpp"

namespace weir::kit {
namespace {
constexpr int64_t kStartUs = 1'735'689'600'000'000;  // 2025-01-01T00:00:00Z
}

TestMachine& TestMachine::get() {
  static auto* const machine = std::make_unique<TestMachine>().release();
  return *machine;
}

ComponentCatalog& TestMachine::catalog(const std::string& path) {
  std::unique_ptr<ComponentCatalog>& known = catalogs_[path];
  if (known == nullptr) {
    known = std::make_unique<ComponentCatalog>(scan_libraries(plugin_search_path({}, path.c_str())), host_);
    known->add_own(test_components());
  }
  return *known;
}

std::string TestMachine::new_folder() {
  std::string folder = "test" + std::to_string(++folders_);
  WEIR_CHECK(make_dirs(disk_, folder).is_ok());
  return folder;
}

void TestMachine::reset_time() { clock_.jump_wall_us(kStartUs - clock_.now_us()); }

}  // namespace weir::kit
