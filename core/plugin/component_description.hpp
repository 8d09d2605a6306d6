#pragma once
// What components say of themselves, copied out of a library so that it outlives the process it was loaded
// in.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <weir/abi.h>

namespace weir {

struct OptionDescription {
  std::string name;
  uint32_t kind = 0;  ///< weir_option_kind
  bool is_required = false;
  uint32_t port = 0;
  uint32_t type = 0;  ///< weir_type that a column or expression must have; WEIR_NULL: any.
  std::string doc;
  std::string default_text;
  std::string example;
  std::optional<double> min;  ///< Inclusive.
  std::optional<double> max;
  std::vector<std::string> choices;
  std::vector<OptionDescription> children;  ///< As in weir_option.
  bool operator==(const OptionDescription&) const = default;
};

struct PortDescription {
  std::string name;
  std::string doc;
  uint32_t flags = 0;  ///< WEIR_PORT_...
  bool operator==(const PortDescription&) const = default;
};

struct ComponentDescription {
  uint32_t kind = 0;  ///< weir_kind
  std::string name;
  std::string summary;
  std::string description;
  std::string example;
  uint64_t traits = 0;      ///< WEIR_TRAIT_...
  bool can_decode = false;  ///< Formats.
  bool can_encode = false;
  std::vector<OptionDescription> options;
  std::vector<PortDescription> inputs;
  std::vector<PortDescription> outputs;  ///< Without `errors`, which every node has.
  bool operator==(const ComponentDescription&) const = default;
};

struct LibraryDescription {
  std::string name;
  std::string version;
  std::vector<ComponentDescription> components;
  bool operator==(const LibraryDescription&) const = default;
};

/// Needs: the component passed validate_component().
ComponentDescription describe_component(const weir_component& component);
/// Needs: the library passed validate_library().
LibraryDescription describe_components(const weir_library& library);

}  // namespace weir
