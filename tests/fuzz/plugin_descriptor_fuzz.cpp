// Plugin libraries as files: whatever the bytes say, nothing outside of them is read, and what is accepted of
// them keeps the rules of descriptors.
#include <algorithm>
#include <cstring>

#include "fuzz_target.hpp"
#include "plugin/component_kind.hpp"
#include "plugin/elf_descriptor.hpp"

namespace weir::fuzz {

WEIR_FUZZ_TARGET(plugin_descriptor) {
  const std::string_view bytes = input.rest();
  const auto found = read_descriptor(bytes.size(), [bytes](uint64_t offset, void* into, size_t size) {
    expect(offset <= bytes.size() && size <= bytes.size() - offset, "only bytes of the file are read");
    if (size > 0) std::memcpy(into, bytes.data() + offset, size);
    return Status::ok();
  });
  if (!found.is_ok()) {
    expect(!found.status().message().empty(), "a refusal has its reason");
    return;
  }
  if (!check_abi(found->abi_major, found->abi_minor).is_ok()) return;
  expect(is_plain_name(found->name), "a library has a plain name");
  expect(!found->components.empty(), "a library has components");
  for (const ComponentName& component : found->components) {
    expect(is_plain_name(component.name), "a component has a plain name");
    expect(std::ranges::count(found->components, component) == 1, "a component comes once");
  }
}

}  // namespace weir::fuzz
