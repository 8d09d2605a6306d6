#pragma once
// The host as this module sees it.
#include "weir/abi.h"

namespace weir {

namespace detail {
// Hidden: each shared library has its own, set when it is loaded, whatever other libraries hold.
[[gnu::visibility("hidden")]] inline const weir_host* module_host = nullptr;
}  // namespace detail

/// Returns the host's table of calls. Needs: set_host() came first, which the loader of a plugin library
/// and the start of the engine (or of a test) see to.
/// Threads: any, after set_host().
inline const weir_host* host() { return detail::module_host; }

/// Borrows `host` for the rest of the process.
inline void set_host(const weir_host* host) { detail::module_host = host; }

}  // namespace weir
