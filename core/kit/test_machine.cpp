#include "kit/test_machine.hpp"

#include <utility>
#include <vector>

#include "kit/test_components.hpp"
#include "plugin/library_scan.hpp"
#include "world/whole_file.hpp"

namespace weir::kit {
namespace {
constexpr int64_t kStartUs = 1'735'689'600'000'000;  // 2025-01-01T00:00:00Z

/// Of libraries with one name the last counts: the one that is tested may be installed, too, in an older
/// form.
LibraryScan last_of_each_name(LibraryScan scan) {
  std::vector<FoundLibrary> kept;
  for (FoundLibrary& library : scan.libraries) {
    std::erase_if(kept, [&](const FoundLibrary& earlier) {
      return earlier.descriptor.name == library.descriptor.name;
    });
    kept.push_back(std::move(library));
  }
  scan.libraries = std::move(kept);
  return scan;
}

}  // namespace

TestMachine& TestMachine::get() {
  static auto* const machine = std::make_unique<TestMachine>().release();
  return *machine;
}

ComponentCatalog& TestMachine::catalog(const std::string& path) {
  std::unique_ptr<ComponentCatalog>& known = catalogs_[path];
  if (known == nullptr) {
    known = std::make_unique<ComponentCatalog>(
        last_of_each_name(scan_libraries(plugin_search_path({}, path.c_str()))), host);
    known->add_own(test_components());
  }
  return *known;
}

std::string TestMachine::new_folder() {
  std::string folder = "test" + std::to_string(++folders_);
  WEIR_CHECK(make_dirs(disk, folder).is_ok());
  return folder;
}

void TestMachine::reset_time() { clock.jump_wall_us(kStartUs - clock.now_us()); }

}  // namespace weir::kit
