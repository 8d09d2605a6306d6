#include "plugin/elf_file.hpp"

#include <elf.h>

#include <cstring>
#include <utility>

namespace weir {
namespace {

#if defined(__x86_64__)
constexpr uint16_t kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr uint16_t kMachine = EM_AARCH64;
#else
#error "this processor has no name in elf_file.cpp yet"
#endif

constexpr uint64_t kMaxSectionNamesSize = 4u << 20;

std::string machine_name(uint16_t machine) {
  switch (machine) {
    case EM_X86_64:
      return "x86-64";
    case EM_AARCH64:
      return "aarch64";
    case EM_386:
      return "i386";
    case EM_ARM:
      return "32-bit Arm";
    case EM_RISCV:
      return "RISC-V";
    case EM_PPC64:
      return "ppc64";
    case EM_S390:
      return "s390x";
    default:
      return "machine " + std::to_string(machine);
  }
}

Status other_machine(const std::string& found) {
  return Status::invalid("built for " + found + ", this weir runs on " + machine_name(kMachine));
}

Status check_header(const Elf64_Ehdr& header) {
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    return Status::invalid("not a shared library: it is no ELF file");
  if (header.e_ident[EI_CLASS] != ELFCLASS64) return other_machine("a 32-bit processor");
  if (header.e_ident[EI_DATA] != ELFDATA2LSB) return other_machine("a big-endian processor");
  if (header.e_machine != kMachine) return other_machine(machine_name(header.e_machine));
  if (header.e_type != ET_DYN)
    return Status::invalid("not a shared library: an ELF file of type " + std::to_string(header.e_type));
  if (header.e_shnum != 0 && header.e_shentsize != sizeof(Elf64_Shdr))
    return Status::corrupt("the file is damaged: its section entries have " +
                           std::to_string(header.e_shentsize) + " bytes, not 64");
  return Status::ok();
}

// The zero-ended text that begins at `at`; empty when it does not lie inside.
std::string text_at(const std::string& table, uint64_t at) {
  if (at >= table.size()) return {};
  const size_t end = table.find('\0', at);
  return end == std::string::npos ? std::string() : table.substr(at, end - at);
}

}  // namespace

Result<ElfFile> ElfFile::open(uint64_t size_bytes, ReadAt read) {
  ElfFile file;
  file.size_bytes_ = size_bytes;
  file.read_ = std::move(read);
  if (size_bytes == 0) return Status::invalid("not a shared library: the file is empty");
  Elf64_Ehdr header = {};
  const size_t head_size = size_bytes < sizeof(header) ? size_bytes : sizeof(header);
  WEIR_RETURN_IF_ERROR(file.read_(0, &header, head_size));
  if (head_size < sizeof(header) && std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0)
    return Status::corrupt("the file is cut short: its ELF header has " + std::to_string(size_bytes) +
                           " of 64 bytes");
  WEIR_RETURN_IF_ERROR(check_header(header));
  WEIR_RETURN_IF_ERROR(file.read_sections(header.e_shoff, header.e_shnum, header.e_shstrndx));
  return file;
}

Status ElfFile::read_sections(uint64_t offset, uint32_t count, uint32_t names_index) {
  if (count == 0) return Status::ok();
  WEIR_ASSIGN_OR_RETURN(const std::string table,
                        piece(offset, uint64_t{count} * sizeof(Elf64_Shdr), "section table"));
  std::vector<Elf64_Shdr> headers(count);
  std::memcpy(headers.data(), table.data(), table.size());
  sections_.resize(count);
  for (uint32_t i = 0; i < count; ++i)
    sections_[i] = {{}, headers[i].sh_type, headers[i].sh_link, headers[i].sh_offset, headers[i].sh_size};
  if (names_index >= count) return Status::corrupt("the file is damaged: its sections have no names");
  WEIR_ASSIGN_OR_RETURN(const std::string names, bytes(sections_[names_index], kMaxSectionNamesSize));
  for (uint32_t i = 0; i < count; ++i) sections_[i].name = text_at(names, headers[i].sh_name);
  return Status::ok();
}

const ElfFile::Section* ElfFile::find(std::string_view name) const {
  for (const Section& section : sections_)
    if (section.name == name) return &section;
  return nullptr;
}

Result<std::string> ElfFile::bytes(const Section& section, uint64_t max_size) const {
  const std::string what = section.name.empty() ? "table of section names" : "section " + section.name;
  if (section.type == SHT_NOBITS) return Status::corrupt("the file is damaged: its " + what + " is empty");
  if (section.size > max_size)
    return Status::corrupt("the file is damaged: its " + what + " claims " + std::to_string(section.size) +
                           " bytes");
  return piece(section.offset, section.size, what);
}

Result<std::string> ElfFile::piece(uint64_t offset, uint64_t size, std::string_view what) const {
  // Written so that no sum can overflow.
  if (offset > size_bytes_ || size > size_bytes_ - offset)
    return Status::corrupt("the file is cut short: its " + std::string(what) + " needs " +
                           std::to_string(size) + " bytes at " + std::to_string(offset) + ", the file has " +
                           std::to_string(size_bytes_));
  std::string bytes(size, '\0');
  WEIR_RETURN_IF_ERROR(read_(offset, bytes.data(), bytes.size()));
  return bytes;
}

}  // namespace weir
