#include "plugin/elf_descriptor.hpp"

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

std::string fault_of(std::string_view bytes) {
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
  EXPECT_EQ(found->abi_major, 1U);
  EXPECT_EQ(found->abi_minor, 2U);
  EXPECT_THAT(found->components, ElementsAre(ComponentName{WEIR_KIND_SINK, "future"}));
}

TEST(ElfDescriptor, RefusesWhatIsNoPluginWithItsReason) {
  EXPECT_EQ(fault_of(""), "not a shared library: the file is empty");
  EXPECT_EQ(fault_of("# how to build this plugin, in a few words and a few more, to be long enough"),
            "not a shared library: it is no ELF file");
  EXPECT_EQ(fault_of("short"), "not a shared library: it is no ELF file");
  EXPECT_EQ(fault_of(bytes_of("plain")), "not a Weir plugin: it has no section .weir.plugin");
  EXPECT_EQ(fault_of(bytes_of("acme").substr(0, 20)),
            "the file is cut short: its ELF header has 20 of 64 bytes");
}

TEST(ElfDescriptor, RefusesAnotherMachine) {
  std::string bytes = bytes_of("acme");
  bytes[18] = static_cast<char>(243);  // e_machine: RISC-V
  EXPECT_THAT(fault_of(bytes), HasSubstr("built for RISC-V, this weir runs on "));
  bytes[5] = 2;  // EI_DATA: big endian
  EXPECT_THAT(fault_of(bytes), HasSubstr("built for a big-endian processor, this weir runs on "));
  bytes[4] = 1;  // EI_CLASS: 32 bits
  EXPECT_THAT(fault_of(bytes), HasSubstr("built for a 32-bit processor, this weir runs on "));
}

TEST(ElfDescriptor, RefusesAFileThatIsCutShort) {
  const std::string bytes = bytes_of("acme");
  EXPECT_THAT(
      fault_of(bytes.substr(0, bytes.size() / 2)),
      testing::MatchesRegex(
          "the file is cut short: its section table needs [0-9]+ bytes at [0-9]+, the file has [0-9]+"));
}

TEST(ElfDescriptor, RefusesADamagedDescriptor) {
  std::string bytes = bytes_of("acme");
  const size_t at = bytes.find("WEIRPLG1");
  ASSERT_NE(at, std::string::npos);
  std::string other = bytes;
  other[at] = 'X';
  EXPECT_EQ(fault_of(other), "its Weir descriptor is damaged: it does not begin with WEIRPLG1");
  other = bytes;
  other.replace(at + 16, 64, std::string(64, 'a'));
  EXPECT_EQ(fault_of(other), "its Weir descriptor is damaged: a text in it has no end");
  other = bytes;
  other.replace(at + 16, 5, "Acme!");
  EXPECT_EQ(fault_of(other), "its Weir descriptor is damaged: 'Acme!' is no library name ([a-z][a-z0-9_]*)");
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

TEST(ElfDescriptor, AppliesTheVersionRule) {
  EXPECT_TRUE(check_abi(WEIR_ABI_MAJOR, WEIR_ABI_MINOR).is_ok());
  EXPECT_EQ(check_abi(1, 2).message(),
            "built for plugin ABI 1.2, this weir speaks 0.1; rebuild it with this weir's SDK");
  EXPECT_EQ(check_abi(0, 0).message(),
            "built for plugin ABI 0.0, this weir speaks 0.1; rebuild it with this weir's SDK");
}

}  // namespace
}  // namespace weir
