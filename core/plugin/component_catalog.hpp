#pragma once
// Every component that the plugin libraries on the search path offer, by kind and name.
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <weir/abi.h>
#include <weir/status.hpp>

#include "plugin/host.hpp"
#include "plugin/library_load.hpp"
#include "plugin/library_scan.hpp"

namespace weir {

struct FoundComponent {
  const weir_component* component = nullptr;  ///< Lives until the process ends.
  std::shared_ptr<const LoadedLibrary> library;
};

/// Looks components up. A library is loaded when the first of its components is asked for, and no other is.
///
/// Threads: one at a time.
class ComponentCatalog {
 public:
  /// Borrows `host` as long as the catalog lives.
  ComponentCatalog(LibraryScan scan, const Host& host);

  /// Fails with one sentence that the caller puts after the place in the YAML: kNotFound when nothing has
  /// that name (with the nearest name, the other kind that has it, or why the library that has it is
  /// refused); kInvalid when two libraries have it or the library that has it cannot be loaded.
  Result<FoundComponent> find(uint32_t kind, std::string_view name);
  /// Is there exactly one usable library that names it? Loads nothing.
  bool has(uint32_t kind, std::string_view name) const;
  /// Returns the names of a kind, sorted. Loads nothing.
  std::vector<std::string> names(uint32_t kind) const;
  /// Checks one entry of `requires`. Fails with what was found and what was wanted.
  Status check_requirement(std::string_view library, std::string_view requirement) const;
  /// What is there and what was refused, for `weir plugins`.
  const LibraryScan& scan() const { return scan_; }
  /// The libraries that find() loaded, in that order: names, versions and build ids for the run ledger.
  const std::vector<std::shared_ptr<const LoadedLibrary>>& loaded() const { return loaded_; }

 private:
  Status not_found(uint32_t kind, std::string_view name) const;
  std::vector<const FoundLibrary*> libraries_with(uint32_t kind, std::string_view name) const;

  const LibraryScan scan_;
  const Host& host_;
  std::multimap<ComponentName, size_t> by_name_;  // Index in scan_.libraries.
  std::vector<std::shared_ptr<const LoadedLibrary>> loaded_;
};

}  // namespace weir
