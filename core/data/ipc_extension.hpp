#pragma once
// The calls behind the host extension "weir.ipc/1".
#include <weir/ext_ipc.h>

namespace weir {

/// Lives as long as the process. Needs: init_data_host() or a runtime's host, before the first call.
const weir_ipc_calls& ipc_extension();

}  // namespace weir
