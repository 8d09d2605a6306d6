#pragma once
// What a plugin library says of itself, read from its file without running any of its code.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <weir/abi.h>
#include <weir/status.hpp>

#include "plugin/elf_file.hpp"

namespace weir {

/// A component as a descriptor names it. Names are unique within a kind: `file` is a source and a sink.
struct ComponentName {
  uint32_t kind = 0;  ///< weir_kind
  std::string name;
  auto operator<=>(const ComponentName&) const = default;
};

struct LibraryDescriptor {
  uint32_t abi_major = 0;
  uint32_t abi_minor = 0;
  std::string name;
  std::string version;
  std::string sdk_version;
  std::string compiler;  ///< This and the next two inform; they never refuse a library.
  std::string standard_library;
  std::string build_type;
  std::vector<ComponentName>
      components;                   ///< In file order. Empty for another ABI whose names cannot be read.
  std::string build_id;             ///< Hexadecimal; empty when the linker wrote none.
  std::vector<std::string> needed;  ///< Libraries it is linked against.
  bool has_component(uint32_t kind, std::string_view component) const;
};

/// Reads a descriptor whatever ABI it is for (see check_abi). Messages say what is wrong and leave the path
/// to the caller. Any bytes at all are safe to read.
///
/// Fails: kInvalid when this is no plugin library of this machine, kCorrupt when it is a damaged one.
Result<LibraryDescriptor> read_descriptor(uint64_t size_bytes, ReadAt read);
Result<LibraryDescriptor> read_descriptor(std::string_view bytes);

/// The version rule: the same major, and a minor that is not above the host's.
Status check_abi(uint32_t abi_major, uint32_t abi_minor);

}  // namespace weir
