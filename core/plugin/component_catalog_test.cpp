#include "plugin/component_catalog.hpp"

#include <sys/stat.h>

#include <gmock/gmock.h>

#include "plugin/fixture_files.hpp"
#include "plugin/version_requirement.hpp"

namespace weir {
namespace {

using testing::ElementsAre;

class ComponentCatalogTest : public testing::Test {
 protected:
  ComponentCatalog catalog() { return {scan_libraries({directory_.path()}), host_}; }
  std::string fault_of(ComponentCatalog& catalog, uint32_t kind, std::string_view name) {
    const std::optional<CatalogFault> fault = catalog.find(kind, name).fault;
    return fault ? fault->code + ": " + fault->message + (fault->hint.empty() ? "" : "; " + fault->hint)
                 : "found";
  }
  TestDirectory directory_;
  const EmptyHost host_;
};

TEST_F(ComponentCatalogTest, LoadsOnlyTheLibraryThatIsNamed) {
  directory_.add("acme");
  directory_.add("crashes");
  ComponentCatalog all = catalog();
  const FoundComponent found = all.find(WEIR_KIND_TRANSFORM, "echo");
  ASSERT_NE(found.component, nullptr) << found.fault->message;
  EXPECT_EQ(found.component->option_count, 3U);
  EXPECT_EQ(found.library->descriptor.name, "acme");
  ASSERT_EQ(all.loaded().size(), 1U);
  EXPECT_EQ(all.loaded()[0]->descriptor.version, "1.2.0");
  EXPECT_FALSE(all.loaded()[0]->descriptor.build_id.empty());
  EXPECT_EQ(all.find(WEIR_KIND_TRANSFORM, "echo").component, found.component);
  EXPECT_EQ(all.loaded().size(), 1U);
  EXPECT_THAT(all.names(WEIR_KIND_SOURCE), ElementsAre("boom"));
}

TEST_F(ComponentCatalogTest, FaultsTwinsOnlyWhereTheyAreNamed) {
  directory_.add("acme");
  directory_.add("twin");
  directory_.add("throws");
  ComponentCatalog all = catalog();
  EXPECT_TRUE(all.scan().refused.empty());
  EXPECT_EQ(
      fault_of(all, WEIR_KIND_TRANSFORM, "echo"),
      "ambiguous-component: more than one library has the transform 'echo': " + directory_.at("acme.so") +
          " and " + directory_.at("twin.so") + "; keep one of them out of the plugin path");
  EXPECT_EQ(fault_of(all, WEIR_KIND_SOURCE, "thrower"),
            "unusable-library: the source 'thrower' cannot be used: " + directory_.at("throws.so") +
                ": its entry weir_plugin_v1 threw an exception: no licence found");
  EXPECT_TRUE(all.loaded().empty());
}

TEST_F(ComponentCatalogTest, SaysWhyANameIsNotFound) {
  directory_.add("acme");
  directory_.add("other_abi");
  ASSERT_EQ(::chmod(directory_.add("crashes").c_str(), 0666), 0);
  ComponentCatalog all = catalog();
  EXPECT_EQ(fault_of(all, WEIR_KIND_TRANSFORM, "ehco"),
            "unknown-component: there is no transform 'ehco'; did you mean 'echo'?");
  EXPECT_EQ(fault_of(all, WEIR_KIND_TRANSFORM, "parallelogram"),
            "unknown-component: there is no transform 'parallelogram'");
  EXPECT_EQ(fault_of(all, WEIR_KIND_SINK, "echo"), "wrong-kind: 'echo' is a transform, not a sink");
  EXPECT_EQ(fault_of(all, WEIR_KIND_SOURCE, "boom"),
            "refused-library: the source 'boom' cannot be used: " + directory_.at("crashes.so") +
                ": everyone may write this file (mode 0666); take that away with chmod go-w");
  EXPECT_EQ(fault_of(all, WEIR_KIND_SINK, "future"),
            "refused-library: the sink 'future' cannot be used: " + directory_.at("other_abi.so") +
                ": built for plugin ABI 2.0, this weir speaks 1.0; rebuild it with this weir's SDK");
  EXPECT_NE(all.find(WEIR_KIND_TRANSFORM, "echo").component, nullptr);
}

TEST_F(ComponentCatalogTest, ChecksRequiredVersions) {
  directory_.add("acme");
  const ComponentCatalog all = catalog();
  EXPECT_FALSE(all.check_requirement("acme", ">=1.2").has_value());
  EXPECT_EQ(all.check_requirement("acme", ">=1.3")->message,
            "library 'acme' >=1.3 is required, found is 1.2.0 in " + directory_.at("acme.so"));
  const CatalogFault none = all.check_requirement("acne", ">=1.2").value();
  EXPECT_EQ(none.message, "library 'acne' >=1.2 is required, and there is none");
  EXPECT_EQ(none.hint, "did you mean 'acme'?");
  EXPECT_EQ(all.check_requirement("acme", "~>1")->message,
            "'~>1' is no version requirement; write one like \">=1.2\" or \">=1.2, <2\"");
}

TEST(VersionRequirement, ComparesNumbersAndNotLetters) {
  const auto meets = [](std::string_view version, std::string_view requirement) {
    return meets_requirement(version, requirement).value();
  };
  EXPECT_TRUE(meets("1.10", ">=1.9"));
  EXPECT_TRUE(meets("1.2.0", "1.2"));
  EXPECT_TRUE(meets("1.2.0", "==1.2.0"));
  EXPECT_TRUE(meets("1.4", " >= 1.2 , < 2 "));
  EXPECT_FALSE(meets("2.0", ">=1.2,<2"));
  EXPECT_FALSE(meets("1.2.0-rc1", ">=1.2"));
  EXPECT_TRUE(meets("1.2.1-rc1", ">1.2"));
  EXPECT_TRUE(meets("1.2.0+build7", "<=1.2"));
  EXPECT_FALSE(meets_requirement("1.2", "").is_ok());
  EXPECT_FALSE(meets_requirement("1.2", ">=1.x").is_ok());
  EXPECT_EQ(meets_requirement("newest", ">=1").status().message(), "'newest' is no version");
}

}  // namespace
}  // namespace weir
