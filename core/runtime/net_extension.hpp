#pragma once
// The sockets of the host's world as plugins reach them.
#include <weir/ext_net.h>

namespace weir {

/// The calls of "weir.net/1".
const weir_net_calls& net_extension();

}  // namespace weir
