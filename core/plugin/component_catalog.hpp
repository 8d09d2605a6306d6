#pragma once
// Every component that the plugin libraries on the search path offer, by kind and name.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weir/abi.h>

#include "plugin/host.hpp"
#include "plugin/library_load.hpp"
#include "plugin/library_scan.hpp"

namespace weir {

/// Why a component or a library cannot be had, ready to become a spec Fault: the caller knows the place.
struct CatalogFault {
  /// unknown-component, wrong-kind, refused-library, ambiguous-component, unusable-library,
  /// unmet-requirement, bad-requirement.
  std::string code;
  std::string message;
  std::string hint;  ///< "did you mean 'filter'?"; may be empty.
};

/// The answer to a lookup: a component, or the fault that says why there is none.
struct FoundComponent {
  const weir_component* component = nullptr;  ///< Lives until the process ends. Null with a fault.
  std::shared_ptr<const LoadedLibrary> library;
  std::optional<CatalogFault> fault;
};

/// Looks components up. A library is loaded when the first of its components is asked for, and no other is.
///
/// Threads: one at a time.
class ComponentCatalog {
 public:
  /// Says of a library's path whether it may be loaded into this process. Fails: naming the path and a
  /// reason.
  using Vet = std::function<Status(const std::string& path)>;

  /// `vet` is asked once for each library before it is loaded; an empty one lets all pass.
  /// Borrows `host` as long as the catalog lives.
  ComponentCatalog(LibraryScan scan, const Host& host, Vet vet = {});

  /// A name that nothing has comes back with the nearest name, the other kind that has it, or why the library
  /// that has it is refused; so does one that two libraries have, or one whose library cannot be loaded.
  FoundComponent find(uint32_t kind, std::string_view name);
  /// Lets find() answer components that come from no file: those of a test. They come first and are no names
  /// of the catalog.
  void add_own(std::shared_ptr<const LoadedLibrary> library) { own_ = std::move(library); }
  /// Is there exactly one usable library that names it? Loads nothing.
  bool has(uint32_t kind, std::string_view name) const;
  /// Returns the names of a kind, sorted. Loads nothing.
  std::vector<std::string> names(uint32_t kind) const;
  /// Checks one entry of `requires`. Returns nothing when it is met.
  std::optional<CatalogFault> check_requirement(std::string_view library, std::string_view requirement) const;
  /// What is there and what was refused, for `weir plugins`.
  const LibraryScan& scan() const { return scan_; }
  /// The libraries that find() loaded, in that order: names, versions and build ids for the run ledger.
  const std::vector<std::shared_ptr<const LoadedLibrary>>& loaded() const { return loaded_; }

 private:
  Result<std::shared_ptr<const LoadedLibrary>> load(const std::string& path);
  CatalogFault not_found(uint32_t kind, std::string_view name) const;
  std::vector<const FoundLibrary*> libraries_with(uint32_t kind, std::string_view name) const;

  const LibraryScan scan_;
  const Host& host_;
  const Vet vet_;
  std::multimap<ComponentName, size_t> by_name_;  // Index in scan_.libraries.
  std::vector<std::shared_ptr<const LoadedLibrary>> loaded_;
  std::shared_ptr<const LoadedLibrary> own_;  // May be null.
};

}  // namespace weir
