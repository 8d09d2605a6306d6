// Every YAML block of the page about the language is a pipeline without faults, or says that it is a
// fragment.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "spec/texts.hpp"
#include "spec/yaml_reader.hpp"

namespace weir {
namespace {

std::vector<std::string> yaml_blocks(const std::string& page) {
  std::vector<std::string> blocks;
  const std::string begin = "```yaml\n";
  for (size_t at = page.find(begin); at != std::string::npos; at = page.find(begin, at)) {
    at += begin.size();
    blocks.push_back(page.substr(at, page.find("```", at) - at));
  }
  return blocks;
}

TEST(LanguagePage, ItsBlocksAreRight) {
  const Result<std::string> page = read_file_from_disk(WEIR_SOURCE_DIR "/docs/language.md");
  ASSERT_TRUE(page.is_ok()) << page.status().message();
  size_t pipelines = 0;
  for (const std::string& block : yaml_blocks(*page)) {
    FaultList faults;
    EXPECT_TRUE(read_yaml(std::make_shared<const SourceText>("block", block), faults)) << render_text(faults);
    if (block.starts_with("# fragment")) continue;
    EXPECT_EQ(render_text(load(block).faults), "") << block;
    ++pipelines;
  }
  EXPECT_GE(pipelines, 5U);
}

}  // namespace
}  // namespace weir
