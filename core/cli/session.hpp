#pragma once
// What a verb works with: the log, the host table, and the components that can be found.
#include <memory>

#include "cli/verb.hpp"
#include "plugin/component_catalog.hpp"
#include "runtime/host_table.hpp"
#include "telemetry/log.hpp"

namespace weir {

/// One for each process, made by the verb that runs. Arms the fault points that WEIR_FAULT names.
class Session {
 public:
  explicit Session(const CommonFlags& flags);
  Logger& log() { return log_; }
  HostTable& host() { return *host_; }
  ComponentCatalog& catalog() { return *catalog_; }

 private:
  Logger log_;
  std::unique_ptr<HostTable> host_;
  std::unique_ptr<ComponentCatalog> catalog_;
};

}  // namespace weir
