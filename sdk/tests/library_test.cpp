// A plugin library as a file: what it exports and what it says of itself.
#include <dlfcn.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "test_host.hpp"
#include "weir/text.hpp"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(PluginLibrary, ListsItsComponentsThroughItsEntry) {
  use_test_host();
  void* library = dlopen(WEIR_SAMPLES, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library, nullptr) << dlerror();
  const auto entry = reinterpret_cast<weir_plugin_entry>(dlsym(library, WEIR_PLUGIN_SYMBOL));
  ASSERT_NE(entry, nullptr);
  const weir_library* said = entry(weir::host());
  ASSERT_NE(said, nullptr);
  EXPECT_EQ(weir::as_view(said->name), "sdk_samples");
  EXPECT_EQ(weir::as_view(said->version), "1.2.3");
  std::vector<std::string> names;
  for (uint32_t i = 0; i < said->component_count; ++i)
    names.emplace_back(weir::as_view(said->components[i]->name));
  std::ranges::sort(names);
  EXPECT_THAT(names, ElementsAre("acknowledging", "interval_join", "keep_and_compute", "line_socket", "mean",
                                 "number_by_key", "number_rows", "reluctant", "remind", "right_first",
                                 "slow_to_stop", "sort_all", "tlv", "to_celsius", "two_phase_file"));
  EXPECT_EQ(entry(weir::host()), said);
}

// The SDK's words for the ABI's numbers.
static_assert(static_cast<int>(weir::Code::kOk) == WEIR_CODE_OK);
static_assert(static_cast<int>(weir::Code::kInvalid) == WEIR_CODE_INVALID);
static_assert(static_cast<int>(weir::Code::kNotFound) == WEIR_CODE_NOT_FOUND);
static_assert(static_cast<int>(weir::Code::kExists) == WEIR_CODE_EXISTS);
static_assert(static_cast<int>(weir::Code::kDenied) == WEIR_CODE_DENIED);
static_assert(static_cast<int>(weir::Code::kNoSpace) == WEIR_CODE_NO_SPACE);
static_assert(static_cast<int>(weir::Code::kIo) == WEIR_CODE_IO);
static_assert(static_cast<int>(weir::Code::kCorrupt) == WEIR_CODE_CORRUPT);
static_assert(static_cast<int>(weir::Code::kUnsupported) == WEIR_CODE_UNSUPPORTED);
static_assert(static_cast<int>(weir::Code::kCancelled) == WEIR_CODE_CANCELLED);
static_assert(static_cast<int>(weir::Code::kUnavailable) == WEIR_CODE_UNAVAILABLE);
static_assert(static_cast<int>(weir::Code::kInternal) == WEIR_CODE_INTERNAL);

TEST(PluginLibrary, CarriesItsDescriptorInTheFile) {
  std::ifstream file(WEIR_SAMPLES, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const size_t at = bytes.find(std::string(WEIR_DESCRIPTOR_MAGIC "\1\0\0\0", 12));
  ASSERT_NE(at, std::string::npos);
  weir_descriptor said;
  std::memcpy(&said, bytes.data() + at, sizeof(said));
  EXPECT_EQ(said.abi_major, uint32_t{WEIR_ABI_MAJOR});
  EXPECT_EQ(said.abi_minor, uint32_t{WEIR_ABI_MINOR});
  EXPECT_STREQ(said.name, "sdk_samples");
  EXPECT_STREQ(said.version, "1.2.3");
  EXPECT_THAT(said.compiler, testing::AnyOf(HasSubstr("gcc"), HasSubstr("clang")));
  EXPECT_THAT(said.standard_library, HasSubstr("libstdc++"));
}

}  // namespace
