#include "plugin/describe.hpp"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "plugin/child_process.hpp"
#include "plugin/description_json.hpp"
#include "plugin/explain.hpp"
#include "plugin/fixture_files.hpp"

namespace weir {
namespace {

using testing::HasSubstr;

// A stand-in for the weir binary that knows the one verb.
DescribeSettings settings(const std::string& cache = {}) {
  return {{WEIR_BUILD_DIR "/tests/plugins/bin/weir_describe_child", "__describe"},
          std::chrono::seconds(30),
          cache};
}

std::string fault_of(std::string_view name, const DescribeSettings& how = settings()) {
  const std::string path = fixture(name);
  const Result<LibraryDescription> description = describe_library(path, how);
  if (description.is_ok()) return "described";
  const std::string message(description.status().message());
  EXPECT_TRUE(message.starts_with(path + ": ")) << message;
  return message.substr(path.size() + 2);
}

TEST(Describe, TakesADescriptionFromAChildProcess) {
  const Result<LibraryDescription> found = describe_library(fixture("acme"), settings());
  ASSERT_TRUE(found.is_ok()) << found.status().message();
  EXPECT_EQ(found->name, "acme");
  EXPECT_EQ(found->version, "1.2.0");
  ASSERT_EQ(found->components.size(), 1U);
  const ComponentDescription& echo = found->components[0];
  EXPECT_EQ(echo.name, "echo");
  EXPECT_EQ(echo.summary, "Pass every row on as it came.");
  ASSERT_EQ(echo.options.size(), 3U);
  EXPECT_EQ(echo.options[0].children.at(0).kind, uint32_t{WEIR_OPTION_COLUMN});
  EXPECT_TRUE(echo.options[0].is_required);
  EXPECT_EQ(echo.options[1].min, 1.0);
  EXPECT_EQ(echo.options[1].max, 10.0);
  EXPECT_EQ(echo.options[1].default_text, "1");
  EXPECT_THAT(echo.options[2].choices, testing::ElementsAre("low", "high"));
  EXPECT_EQ(echo.inputs.at(0).name, "input");
  EXPECT_EQ(echo.outputs.at(0).doc, "The same rows.");
}

TEST(Describe, AgreesWithTheSdk) {
  const Result<LibraryDescription> found = describe_library(fixture("sdk_made"), settings());
  ASSERT_TRUE(found.is_ok()) << found.status().message();
  EXPECT_EQ(found->version, "0.3.0");
  const ComponentDescription& untouched = found->components.at(0);
  EXPECT_EQ(untouched.name, "untouched");
  EXPECT_EQ(untouched.options.at(0).type, uint32_t{WEIR_FLOAT64});
  EXPECT_EQ(untouched.options.at(1).default_text, "1.5");
  EXPECT_EQ(untouched.options.at(1).max, 2.0);
  EXPECT_THAT(explain_library(fixture("sdk_made"), settings()).sentence,
              HasSubstr(": will load: sdk_made 0.3.0 (transform untouched), plugin ABI 1.0, SDK "));
}

TEST(Describe, SurvivesALibraryThatCrashes) {
  EXPECT_EQ(fault_of("crashes"), "crashed (SIGSEGV) while it was described");
}

TEST(Describe, StopsALibraryThatNeverComesBack) {
  DescribeSettings brief = settings();
  brief.timeout = std::chrono::milliseconds(50);
  EXPECT_EQ(fault_of("hangs", brief), "took longer than 0.05 s to be described and was stopped");
}

TEST(Describe, IsNotFooledByALibraryThatEndsTheProcess) {
  EXPECT_EQ(fault_of("exits"), "ended the process (exit code 3) while it was described");
}

TEST(Describe, PassesOnWhyALibraryCannotBeLoaded) {
  EXPECT_EQ(fault_of("missing_symbol"),
            "it needs the symbol 'acme_missing', which no library that it is linked against has");
  EXPECT_EQ(fault_of("throws"), "its entry weir_plugin_v1 threw an exception: no licence found");
  EXPECT_EQ(fault_of("other_abi"),
            "built for plugin ABI 2.0, this weir speaks 1.0; rebuild it with this weir's SDK");
}

TEST(Describe, TakesTheSecondDescriptionFromTheCache) {
  TestDirectory cache;
  const Result<LibraryDescription> first = describe_library(fixture("acme"), settings(cache.path()));
  ASSERT_TRUE(first.is_ok()) << first.status().message();
  DescribeSettings no_child = settings(cache.path());
  no_child.command = {"/nonexistent/weir"};
  const Result<LibraryDescription> second = describe_library(fixture("acme"), no_child);
  ASSERT_TRUE(second.is_ok()) << second.status().message();
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(describe_library(fixture("twin"), no_child).status().message(),
            "/nonexistent/weir cannot be started: No such file or directory");
}

TEST(Describe, DescribesAnewWhatIsDamagedInTheCache) {
  TestDirectory cache;
  const Result<LibraryDescription> first = describe_library(fixture("acme"), settings(cache.path()));
  ASSERT_TRUE(first.is_ok());
  const std::string entry = std::filesystem::directory_iterator(cache.at("plugins"))->path();
  std::ifstream file(entry, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(file), {}};
  for (size_t at = 0; at < whole.size(); at += 37) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    std::ofstream(entry, std::ios::binary) << damaged;
    const std::string build_id = std::filesystem::path(entry).stem();
    EXPECT_FALSE(DescriptionCache(cache.path()).find(build_id).has_value()) << "a flipped bit at " << at;
  }
  std::ofstream(entry, std::ios::binary) << whole.substr(0, whole.size() / 2);
  EXPECT_EQ(describe_library(fixture("acme"), settings(cache.path())).value(), *first);
}

TEST(Describe, NeedsNoCacheDirectory) {
  EXPECT_TRUE(describe_library(fixture("acme"), settings("/proc/nothing/here")).is_ok());
}

TEST(DescriptionJson, GivesBackWhatItWrote) {
  ComponentDescription component;
  component.kind = WEIR_KIND_FORMAT;
  component.name = "odd";
  component.summary = "Quotes \" and\nlines and \xC3\xA9.";
  component.can_decode = true;
  component.traits = uint64_t{1} << 40;
  OptionDescription option;
  option.name = "size";
  option.min = 0.1;
  option.children.push_back({});
  component.options = {option};
  const LibraryDescription whole{"odd", "0.1", {component}};
  const Result<LibraryDescription> back = description_from_json(description_to_json(whole));
  ASSERT_TRUE(back.is_ok()) << back.status().message();
  EXPECT_EQ(*back, whole);
}

TEST(DescriptionJson, RefusesWhatIsNoDescription) {
  EXPECT_EQ(description_from_json("{}").status().message(), "this is no description of a plugin library");
  EXPECT_FALSE(description_from_json("").is_ok());
  EXPECT_FALSE(description_from_json("[1]").is_ok());
  EXPECT_FALSE(description_from_json(R"({"library":7})").is_ok());
}

TEST(Explain, SaysInASentenceWhyALibraryWillOrWillNotLoad) {
  const Explanation good = explain_library(fixture("acme"), settings());
  EXPECT_TRUE(good.loads);
  EXPECT_EQ(good.sentence,
            fixture("acme") +
                ": will load: acme 1.2.0 (transform echo), plugin ABI 1.0, SDK fixture, built by "
                "any compiler with none as any");
  const Explanation bad = explain_library(fixture("crashes"), settings());
  EXPECT_FALSE(bad.loads);
  EXPECT_EQ(bad.sentence, fixture("crashes") + ": will not load: crashed (SIGSEGV) while it was described");
  EXPECT_EQ(explain_library(fixture("plain"), settings()).sentence,
            fixture("plain") + ": will not load: not a Weir plugin: it has no section .weir.plugin");
}

TEST(ChildProcess, TellsHowAChildEnded) {
  const auto run = [](const char* script) {
    return run_child({"/bin/sh", "-c", script}, std::chrono::seconds(30), 1000).value();
  };
  EXPECT_EQ(run("echo hello").output, "hello\n");
  EXPECT_EQ(run("exit 7").exit_code, 7);
  EXPECT_EQ(signal_name(run("kill -ABRT $$").signal), "SIGABRT");
  EXPECT_TRUE(run("head -c 100000 /dev/zero").timed_out);
  const auto lingering =
      run_child({"/bin/sh", "-c", "exec >&-; exec sleep 60"}, std::chrono::milliseconds(50), 1000);
  EXPECT_TRUE(lingering.value().timed_out);
}

}  // namespace
}  // namespace weir
