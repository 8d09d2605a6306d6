#pragma once
// The data entries of the host table, and a host that has only these.
#include <weir/abi.h>

namespace weir {

/// Fills every buffer_, column_ and batch_ entry of `host`; touches no other.
void fill_data_calls(weir_host& host);

/// Gives the SDK's wrappers, which the engine uses too, a host that serves data calls and the extensions of
/// this room, and nothing else. A runtime puts its own host there later. May be called again.
void init_data_host();

/// Returns the extension of this room called `name` ("weir.ipc/1"), or null. A runtime's host asks this
/// first.
const void* data_extension(const weir_host* host, weir_str name);

}  // namespace weir
