#include "plugin/elf_descriptor.hpp"

#include <elf.h>

#include <cstddef>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>

#include <gmock/gmock.h>

#include "plugin/fixture_files.hpp"

namespace weir {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string bytes_of(std::string_view name) {
  std::ifstream file(fixture(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string descriptor_fault(std::string_view bytes) {
  return std::string(read_descriptor(bytes).status().message());
}

TEST(ElfDescriptor, ReadsWhatALibrarySaysOfItself) {
  const Result<LibraryDescriptor> found = read_descriptor(bytes_of("acme"));
  ASSERT_TRUE(found.is_ok()) << found.status().message();
  EXPECT_EQ(found->name, "acme");
  EXPECT_EQ(found->version, "1.2.0");
  EXPECT_EQ(found->compiler, "any compiler");
  EXPECT_EQ(found->abi_major, uint32_t{WEIR_ABI_MAJOR});
  EXPECT_EQ(found->abi_minor, uint32_t{WEIR_ABI_MINOR});
  EXPECT_THAT(found->components, ElementsAre(ComponentName{WEIR_KIND_TRANSFORM, "echo"}));
  EXPECT_GE(found->build_id.size(), 32U);
  EXPECT_THAT(found->needed, testing::Contains(HasSubstr("libc.so")));
}

TEST(ElfDescriptor, ReadsAnotherAbiSoThatARefusalCanNameItsComponents) {
  const Result<LibraryDescriptor> found = read_descriptor(bytes_of("other_abi"));
  ASSERT_TRUE(found.is_ok()) << found.status().message();
  EXPECT_EQ(found->abi_major, 2U);
  EXPECT_EQ(found->abi_minor, 0U);
  EXPECT_THAT(found->components, ElementsAre(ComponentName{WEIR_KIND_SINK, "future"}));
}

// Its descriptor may have other fields where this one has texts.
TEST(ElfDescriptor, ReadsAnotherMajorWhateverItsDescriptorHolds) {
  std::string bytes = bytes_of("other_abi");
  const size_t at = bytes.find("WEIRPLG1");
  ASSERT_NE(at, std::string::npos);
  bytes.replace(at + 16, sizeof(weir_descriptor) - 16, std::string(sizeof(weir_descriptor) - 16, '\xff'));
  const Result<LibraryDescriptor> found = read_descriptor(bytes);
  ASSERT_TRUE(found.is_ok()) << found.status().message();
  EXPECT_EQ(found->abi_major, 2U);
  EXPECT_EQ(found->name, "");
  EXPECT_EQ(check_abi(found->abi_major, found->abi_minor).message(),
            "built for plugin ABI 2.0, this weir speaks 1.0; rebuild it with this weir's SDK");
}

TEST(ElfDescriptor, RefusesWhatIsNoPluginWithItsReason) {
  EXPECT_EQ(descriptor_fault(""), "not a shared library: the file is empty");
  EXPECT_EQ(descriptor_fault("# how to build this plugin, in a few words and a few more, to be long enough"),
            "not a shared library: it is no ELF file");
  EXPECT_EQ(descriptor_fault("short"), "not a shared library: it is no ELF file");
  EXPECT_EQ(descriptor_fault(bytes_of("plain")), "not a Weir plugin: it has no section .weir.plugin");
  EXPECT_EQ(descriptor_fault(bytes_of("acme").substr(0, 20)),
            "the file is cut short: its ELF header has 20 of 64 bytes");
}

TEST(ElfDescriptor, RefusesAnotherMachine) {
  std::string bytes = bytes_of("acme");
  bytes[18] = static_cast<char>(243);  // e_machine: RISC-V
  EXPECT_THAT(descriptor_fault(bytes), HasSubstr("built for RISC-V, this weir runs on "));
  bytes[5] = 2;  // EI_DATA: big endian
  EXPECT_THAT(descriptor_fault(bytes), HasSubstr("built for a big-endian processor, this weir runs on "));
  bytes[4] = 1;  // EI_CLASS: 32 bits
  EXPECT_THAT(descriptor_fault(bytes), HasSubstr("built for a 32-bit processor, this weir runs on "));
}

TEST(ElfDescriptor, RefusesAFileThatIsCutShort) {
  const std::string bytes = bytes_of("acme");
  EXPECT_THAT(
      descriptor_fault(bytes.substr(0, bytes.size() / 2)),
      testing::MatchesRegex(
          "the file is cut short: its section table needs [0-9]+ bytes at [0-9]+, the file has [0-9]+"));
}

TEST(ElfDescriptor, RefusesADamagedDescriptor) {
  std::string bytes = bytes_of("acme");
  const size_t at = bytes.find("WEIRPLG1");
  ASSERT_NE(at, std::string::npos);
  std::string other = bytes;
  other[at] = 'X';
  EXPECT_EQ(descriptor_fault(other), "its Weir descriptor is damaged: it does not begin with WEIRPLG1");
  other = bytes;
  other.replace(at + 16, 64, std::string(64, 'a'));
  EXPECT_EQ(descriptor_fault(other), "its Weir descriptor is damaged: a text in it has no end");
  other = bytes;
  other.replace(at + 16, 5, "Acme!");
  EXPECT_EQ(descriptor_fault(other),
            "its Weir descriptor is damaged: 'Acme!' is no library name ([a-z][a-z0-9_]*)");
}

TEST(ElfDescriptor, SurvivesAnyBytes) {
  const std::string good = bytes_of("acme");
  std::mt19937 random(7);
  size_t refused = 0;
  for (int i = 0; i < 4000; ++i) {
    std::string bytes = good;
    // Most changes go where the numbers are: the header, and the section table at the end.
    for (int change = 0; change < 4; ++change) {
      const size_t area = random() % 3;
      const size_t at = area == 0   ? random() % 64
                        : area == 1 ? bytes.size() - 1 - random() % 2048
                                    : random() % bytes.size();
      bytes[at] = static_cast<char>(random());
    }
    if (i % 4 == 0) bytes.resize(random() % bytes.size());
    if (!read_descriptor(bytes).is_ok()) ++refused;
  }
  EXPECT_GT(refused, 1000U);
}

template <class T>
void append(std::string& bytes, const T& value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

Elf64_Shdr section(uint32_t name, uint32_t type, uint64_t offset, uint64_t size, uint32_t link = 0) {
  Elf64_Shdr header = {};
  header.sh_name = name;
  header.sh_type = type;
  header.sh_offset = offset;
  header.sh_size = size;
  header.sh_link = link;
  return header;
}

// A plugin of which every DT_NEEDED entry names the same text, a very long one.
std::string needs_one_long_name(size_t entries, size_t length) {
  constexpr std::string_view kNames("\0.weir.plugin\0.weir.names\0.dynamic\0", 36);
  weir_descriptor descriptor = {};
  std::memcpy(descriptor.magic, WEIR_DESCRIPTOR_MAGIC, sizeof(descriptor.magic));
  descriptor.abi_major = WEIR_ABI_MAJOR;
  descriptor.abi_minor = WEIR_ABI_MINOR;
  descriptor.name[0] = 'a';
  const weir_descriptor_name component = {WEIR_KIND_SINK, "a"};
  Elf64_Dyn needed = {};
  needed.d_tag = DT_NEEDED;
  std::string body(sizeof(Elf64_Ehdr), '\0');
  std::vector<Elf64_Shdr> sections(1);
  sections.push_back(section(1, SHT_PROGBITS, body.size(), sizeof(descriptor)));
  append(body, descriptor);
  sections.push_back(section(14, SHT_PROGBITS, body.size(), sizeof(component)));
  append(body, component);
  sections.push_back(section(26, SHT_DYNAMIC, body.size(), entries * sizeof(needed), 4));
  for (size_t i = 0; i < entries; ++i) append(body, needed);
  sections.push_back(section(0, SHT_STRTAB, body.size(), length));
  body.append(length, 'x');
  sections.push_back(section(0, SHT_STRTAB, body.size(), kNames.size()));
  body += kNames;
  Elf64_Ehdr header = {};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_type = ET_DYN;
  std::memcpy(&header.e_machine, bytes_of("acme").data() + offsetof(Elf64_Ehdr, e_machine),
              sizeof(Elf64_Half));
  header.e_shoff = body.size();
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shnum = static_cast<Elf64_Half>(sections.size());
  header.e_shstrndx = header.e_shnum - 1;
  std::memcpy(body.data(), &header, sizeof(header));
  for (const Elf64_Shdr& one : sections) append(body, one);
  return body;
}

TEST(ElfDescriptor, ALongNameThatIsNeededManyTimesTakesLittleMemory) {
  const Result<LibraryDescriptor> found = read_descriptor(needs_one_long_name(2000, 100'000));
  ASSERT_TRUE(found.is_ok()) << found.status().message();
  EXPECT_EQ(found->needed.size(), 1024U);
  EXPECT_EQ(found->needed.back(), std::string(4096, 'x'));
}

// A library of a later minor may hold kinds of components that nobody here has heard of.
TEST(ElfDescriptor, ReadsANewerMinorThoughItsNamesAreOfUnknownKinds) {
  std::string bytes = bytes_of("acme");
  const size_t at = bytes.find("WEIRPLG1");
  ASSERT_NE(at, std::string::npos);
  const weir_descriptor_name known = {WEIR_KIND_TRANSFORM, "echo"};
  const size_t name = bytes.find(std::string(reinterpret_cast<const char*>(&known), 12));
  ASSERT_NE(name, std::string::npos);
  bytes[name] = 99;
  EXPECT_EQ(descriptor_fault(bytes),
            "its Weir descriptor is damaged: component 'echo' is of the unknown kind 99");
  bytes[at + offsetof(weir_descriptor, abi_minor)] = WEIR_ABI_MINOR + 1;
  const Result<LibraryDescriptor> found = read_descriptor(bytes);
  ASSERT_TRUE(found.is_ok()) << found.status().message();
  EXPECT_EQ(found->abi_minor, uint32_t{WEIR_ABI_MINOR + 1});
  EXPECT_TRUE(found->components.empty());
}

TEST(ElfDescriptor, AppliesTheVersionRule) {
  for (uint32_t minor = 0; minor <= WEIR_ABI_MINOR; ++minor)
    EXPECT_TRUE(check_abi(WEIR_ABI_MAJOR, minor).is_ok()) << minor;
  EXPECT_EQ(check_abi(2, 0).message(),
            "built for plugin ABI 2.0, this weir speaks 1.0; rebuild it with this weir's SDK");
  EXPECT_EQ(check_abi(1, 1).message(),
            "built for plugin ABI 1.1, this weir speaks 1.0; rebuild it with this weir's SDK");
  EXPECT_EQ(check_abi(0, 1).message(),
            "built for plugin ABI 0.1, this weir speaks 1.0; rebuild it with this weir's SDK");
}

}  // namespace
}  // namespace weir
