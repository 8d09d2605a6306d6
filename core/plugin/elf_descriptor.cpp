#include "plugin/elf_descriptor.hpp"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "plugin/component_kind.hpp"

namespace weir {
namespace {

constexpr uint64_t kMaxDescriptorSize = 64u << 10;
constexpr uint64_t kMaxNamesSize = 4096 * sizeof(weir_descriptor_name);
constexpr uint64_t kMaxNoteSize = 64u << 10;
constexpr uint64_t kMaxDynamicSize = 1u << 20;
constexpr size_t kMaxNeeded = 1024;  // Many entries may name one long text.
constexpr size_t kMaxNeededNameSize = 4096;

Status damaged(const std::string& what) { return Status::corrupt("its Weir descriptor is damaged: " + what); }

// A text in a fixed array must end inside it.
template <size_t N>
std::optional<std::string> fixed_text(const char (&array)[N]) {
  const void* const end = std::memchr(array, 0, N);
  if (end == nullptr) return std::nullopt;
  return std::string(array);
}

Status read_texts(const weir_descriptor& from, LibraryDescriptor& to) {
  const std::pair<std::optional<std::string>, std::string*> texts[] = {
      {fixed_text(from.name), &to.name},
      {fixed_text(from.version), &to.version},
      {fixed_text(from.sdk_version), &to.sdk_version},
      {fixed_text(from.compiler), &to.compiler},
      {fixed_text(from.standard_library), &to.standard_library},
      {fixed_text(from.build_type), &to.build_type}};
  for (const auto& [text, target] : texts) {
    // What another major has in these places only helps to word its refusal.
    if (!text && to.abi_major == WEIR_ABI_MAJOR) return damaged("a text in it has no end");
    *target = text.value_or("");
  }
  if (to.abi_major == WEIR_ABI_MAJOR && !is_plain_name(to.name))
    return damaged("'" + to.name + "' is no library name ([a-z][a-z0-9_]*)");
  return Status::ok();
}

Status read_head(const ElfFile& file, LibraryDescriptor& to) {
  const ElfFile::Section* const section = file.find(".weir.plugin");
  if (section == nullptr) return Status::invalid("not a Weir plugin: it has no section .weir.plugin");
  WEIR_ASSIGN_OR_RETURN(const std::string bytes, file.bytes(*section, kMaxDescriptorSize));
  weir_descriptor descriptor = {};
  std::memcpy(&descriptor, bytes.data(), std::min(bytes.size(), sizeof(descriptor)));
  if (std::memcmp(descriptor.magic, WEIR_DESCRIPTOR_MAGIC, sizeof(descriptor.magic)) != 0)
    return damaged("it does not begin with " WEIR_DESCRIPTOR_MAGIC);
  to.abi_major = descriptor.abi_major;
  to.abi_minor = descriptor.abi_minor;
  if (bytes.size() < sizeof(descriptor) && to.abi_major == WEIR_ABI_MAJOR)
    return damaged("it has " + std::to_string(bytes.size()) + " of " + std::to_string(sizeof(descriptor)) +
                   " bytes");
  if (bytes.size() >= 2 * sizeof(descriptor) && to.abi_major == WEIR_ABI_MAJOR)
    return damaged("there is more than one in the library");
  return read_texts(descriptor, to);
}

Status read_names(const ElfFile& file, LibraryDescriptor& to) {
  const ElfFile::Section* const section = file.find(".weir.names");
  if (section == nullptr) return damaged("it names no component");
  WEIR_ASSIGN_OR_RETURN(const std::string bytes, file.bytes(*section, kMaxNamesSize));
  for (size_t at = 0; at + sizeof(weir_descriptor_name) <= bytes.size(); at += sizeof(weir_descriptor_name)) {
    weir_descriptor_name entry = {};
    std::memcpy(&entry, bytes.data() + at, sizeof(entry));
    const std::optional<std::string> name = fixed_text(entry.name);
    if (!name || !is_plain_name(*name)) return damaged("a component in it has no proper name");
    if (entry.kind < WEIR_KIND_SOURCE || entry.kind > WEIR_KIND_AGGREGATE)
      return damaged("component '" + *name + "' is of the unknown kind " + std::to_string(entry.kind));
    if (to.has_component(entry.kind, *name))
      return damaged("it names the " + std::string(kind_name(entry.kind)) + " '" + *name + "' twice");
    to.components.push_back({entry.kind, *name});
  }
  if (bytes.size() % sizeof(weir_descriptor_name) != 0) return damaged("its list of components is cut short");
  if (to.components.empty()) return damaged("it names no component");
  return Status::ok();
}

std::string hexadecimal(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text += "0123456789abcdef"[value >> 4];
    text += "0123456789abcdef"[value & 15];
  }
  return text;
}

// Missing or odd notes are no fault: the build id only names a build.
std::string read_build_id(const ElfFile& file) {
  const ElfFile::Section* const section = file.find(".note.gnu.build-id");
  if (section == nullptr) return {};
  const Result<std::string> bytes = file.bytes(*section, kMaxNoteSize);
  Elf64_Nhdr note = {};
  constexpr size_t kNameEnd = sizeof(note) + sizeof("GNU");
  if (!bytes.is_ok() || bytes->size() < kNameEnd) return {};
  std::memcpy(&note, bytes->data(), sizeof(note));
  const bool is_gnu = note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof("GNU");
  if (!is_gnu || note.n_descsz > bytes->size() - kNameEnd || note.n_descsz > 64) return {};
  return hexadecimal(std::string_view(*bytes).substr(kNameEnd, note.n_descsz));
}

std::vector<std::string> read_needed(const ElfFile& file) {
  std::vector<std::string> needed;
  const ElfFile::Section* const section = file.find(".dynamic");
  if (section == nullptr || section->link >= file.sections().size()) return needed;
  const Result<std::string> entries = file.bytes(*section, kMaxDynamicSize);
  const Result<std::string> texts = file.bytes(file.sections()[section->link], 64u << 20);
  if (!entries.is_ok() || !texts.is_ok()) return needed;
  for (size_t at = 0; at + sizeof(Elf64_Dyn) <= entries->size(); at += sizeof(Elf64_Dyn)) {
    Elf64_Dyn entry = {};
    std::memcpy(&entry, entries->data() + at, sizeof(entry));
    if (entry.d_tag != DT_NEEDED || entry.d_un.d_val >= texts->size()) continue;
    if (needed.size() == kMaxNeeded) break;
    const char* const name = texts->c_str() + entry.d_un.d_val;
    needed.emplace_back(name, strnlen(name, kMaxNeededNameSize));
  }
  return needed;
}

}  // namespace

bool LibraryDescriptor::has_component(uint32_t kind, std::string_view component) const {
  return std::any_of(components.begin(), components.end(),
                     [&](const ComponentName& one) { return one.kind == kind && one.name == component; });
}

Result<LibraryDescriptor> read_descriptor(uint64_t size_bytes, ReadAt read) {
  WEIR_ASSIGN_OR_RETURN(const ElfFile file, ElfFile::open(size_bytes, std::move(read)));
  LibraryDescriptor descriptor;
  WEIR_RETURN_IF_ERROR(read_head(file, descriptor));
  // Another ABI may list its names in another way, or have kinds that are not known here; they only help to
  // word a refusal then.
  if (Status status = read_names(file, descriptor); !status.is_ok()) {
    if (check_abi(descriptor.abi_major, descriptor.abi_minor).is_ok()) return status;
    descriptor.components.clear();
  }
  descriptor.build_id = read_build_id(file);
  descriptor.needed = read_needed(file);
  return descriptor;
}

Result<LibraryDescriptor> read_descriptor(std::string_view bytes) {
  return read_descriptor(bytes.size(), [bytes](uint64_t offset, void* into, size_t size) {
    std::memcpy(into, bytes.data() + offset, size);
    return Status::ok();
  });
}

Status check_abi(uint32_t abi_major, uint32_t abi_minor) {
  constexpr uint32_t kMajor = WEIR_ABI_MAJOR;
  constexpr uint32_t kMinor = WEIR_ABI_MINOR;
  if (abi_major == kMajor && abi_minor <= kMinor) return Status::ok();
  return Status::invalid("built for plugin ABI " + std::to_string(abi_major) + "." +
                         std::to_string(abi_minor) + ", this weir speaks " + std::to_string(kMajor) + "." +
                         std::to_string(kMinor) + "; rebuild it with this weir's SDK");
}

}  // namespace weir
