#include "cli/session.hpp"

#include <cstdlib>

#include "plugin/describe.hpp"
#include "plugin/library_scan.hpp"

namespace weir {

Session::Session(const CommonFlags& flags)
    : log_(real_world().clock, log_level_of(flags.log_level).value_or(LogLevel::kWarn),
           flags.log_format == "json" ? LogFormat::kJson : LogFormat::kText),
      host_(std::make_unique<HostTable>(real_world(), log_)) {
  if (const Status status = host_->world().faults.arm_from_environment(); !status.is_ok()) {
    log_.error(status.message());
  }
  const auto path = plugin_search_path(flags.plugin_paths, std::getenv("WEIR_PLUGIN_PATH"));
  // A library that crashes while it says what it is takes a child process with it, and not this one.
  const auto vet = [](const std::string& library) { return describe_library(library).status(); };
  catalog_ = std::make_unique<ComponentCatalog>(scan_libraries(path, flags.plugin_paths), *host_, vet);
}

}  // namespace weir
