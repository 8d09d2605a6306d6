#pragma once
// The figures of a run as plugins reach them.
#include <weir/ext_metrics.h>

namespace weir {

/// The calls of "weir.metrics/1".
const weir_metrics_calls& metrics_extension();

}  // namespace weir
