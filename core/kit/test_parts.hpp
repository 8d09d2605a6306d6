#pragma once
// The components that test_components() puts together.
#include <weir/abi.h>

namespace weir::kit {

const weir_component* test_rows();
const weir_component* test_stream();
const weir_component* test_bytes();
const weir_component* test_value();
const weir_component* test_store();
const weir_component* test_encoded();

}  // namespace weir::kit
