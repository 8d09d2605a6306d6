#pragma once
// The engine as plugins see it. The runtime implements it; loading only hands it over.
#include <weir/abi.h>

namespace weir {

/// Supplies the table of functions that plugin libraries are given.
///
/// Libraries are never unloaded and keep the table that they were first given: it must live until the process
/// ends, and every library of a process is given the same one.
class Host {
 public:
  virtual ~Host() = default;
  virtual const weir_host* table() const = 0;
};

}  // namespace weir
