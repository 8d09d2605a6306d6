// The entry of a plugin library: compiled into each one, with its name and version as definitions.
#include <vector>

#include "weir/abi_layout.h"
#include "weir/component_maker.hpp"
#include "weir/fault.hpp"
#include "weir/host.hpp"
#include "weir/log.hpp"

#ifndef WEIR_PLUGIN_NAME
#error "WEIR_PLUGIN_NAME is set by weir_add_plugin_library()"
#endif
#ifndef WEIR_PLUGIN_VERSION
#error "WEIR_PLUGIN_VERSION is set by weir_add_plugin_library()"
#endif
#ifndef WEIR_PLUGIN_BUILD_TYPE
#define WEIR_PLUGIN_BUILD_TYPE "unknown"
#endif
#ifndef WEIR_SDK_VERSION
#error "WEIR_SDK_VERSION is set by the SDK's CMake target"
#endif

#define WEIR_TEXT_INNER(x) #x
#define WEIR_TEXT(x) WEIR_TEXT_INNER(x)
#if defined(__clang__)
#define WEIR_COMPILER "clang " __clang_version__
#else
#define WEIR_COMPILER "gcc " __VERSION__
#endif
#if defined(_LIBCPP_VERSION)
#define WEIR_STANDARD_LIBRARY "libc++ " WEIR_TEXT(_LIBCPP_VERSION)
#else
#define WEIR_STANDARD_LIBRARY "libstdc++ " WEIR_TEXT(_GLIBCXX_RELEASE)
#endif

// The linker sets these to the ends of the section that registrations put their makers into.
// NOLINTBEGIN(bugprone-reserved-identifier, readability-identifier-naming): the linker chose the names.
extern "C" {
[[gnu::visibility("hidden"), gnu::weak]] extern const weir::ComponentMaker __start_weir_components[];
[[gnu::visibility("hidden"), gnu::weak]] extern const weir::ComponentMaker __stop_weir_components[];
}
// NOLINTEND(bugprone-reserved-identifier, readability-identifier-naming)

namespace {

[[gnu::used, gnu::retain, gnu::section(".weir.plugin")]] constinit const weir_descriptor kDescriptor = {
    {'W', 'E', 'I', 'R', 'P', 'L', 'G', '1'},
    WEIR_ABI_MAJOR,
    WEIR_ABI_MINOR,
    WEIR_PLUGIN_NAME,
    WEIR_PLUGIN_VERSION,
    WEIR_SDK_VERSION,
    WEIR_COMPILER,
    WEIR_STANDARD_LIBRARY,
    WEIR_PLUGIN_BUILD_TYPE};

std::vector<const weir_component*> make_components() {
  std::vector<const weir_component*> made;
  for (const weir::ComponentMaker* maker = __start_weir_components; maker != __stop_weir_components; ++maker)
    made.push_back((*maker)());
  return made;
}

const weir_library& library() {
  static const std::vector<const weir_component*> components = make_components();
  static const weir_library made = {sizeof(weir_library),
                                    WEIR_ABI_MAJOR,
                                    WEIR_ABI_MINOR,
                                    static_cast<uint32_t>(components.size()),
                                    weir::as_str(WEIR_PLUGIN_NAME),
                                    weir::as_str(WEIR_PLUGIN_VERSION),
                                    components.data()};
  return made;
}

}  // namespace

extern "C" [[gnu::visibility("default")]] const weir_library* weir_plugin_v1(const weir_host* host);

extern "C" const weir_library* weir_plugin_v1(const weir_host* host) {
  weir::set_host(host);
  try {
    return &library();
  } catch (...) {
    weir::log(WEIR_LOG_ERROR, nullptr, weir::current_exception_status().message());
    return nullptr;
  }
}
