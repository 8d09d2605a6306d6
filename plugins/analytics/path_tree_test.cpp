#include "path_tree.hpp"

#include <gmock/gmock.h>

#include <string>

namespace weir::behaviour::path_tree_test {
namespace {

using testing::ElementsAre;

/// Names are the letters from 'a'.
void add(PathTree& tree, const std::string& path, int times = 1) {
  std::vector<uint32_t> names;
  for (const char letter : path) names.push_back(static_cast<uint32_t>(letter - 'a'));
  for (int i = 0; i < times; ++i) tree.add(names);
}
std::string text(PathNode node) {
  if (node == kPathAnchor) return "!";
  if (node == kPathOther) return "*";
  if (node == kPathEnd) return ".";
  return {static_cast<char>('a' + node)};
}
/// Each edge as "step source>target count/at_step".
std::vector<std::string> edges(const PathTree& tree, size_t steps, size_t top,
                               const std::vector<uint32_t>& ranks = {0, 1, 2, 3, 4, 5}) {
  std::vector<std::string> made;
  for (const PathEdge& edge : tree.edges(steps, top, ranks))
    made.push_back(std::to_string(edge.step) + " " + text(edge.source) + ">" + text(edge.target) + " " +
                   std::to_string(edge.count) + "/" + std::to_string(edge.at_step));
  return made;
}

TEST(PathTree, CountsEdgesByStepAndEndsWhereThePathsDo) {
  PathTree tree;
  add(tree, "ab", 2);
  add(tree, "ac");
  add(tree, "a");
  add(tree, "");
  EXPECT_THAT(edges(tree, 2, 10),
              ElementsAre("1 !>a 4/5", "1 !>. 1/5", "2 a>b 2/4", "2 a>c 1/4", "2 a>. 1/4"));
}

TEST(PathTree, WhatIsSummedGoesOnFromOther) {
  PathTree tree;
  add(tree, "aa", 5);
  add(tree, "ba", 4);
  add(tree, "ca", 3);
  add(tree, "cb", 1);
  add(tree, "da", 2);
  add(tree, "d", 1);
  // c and d are beyond the two of step 1: 4 + 3 paths, of which 5 go on to a, 1 to b, 1 nowhere.
  EXPECT_THAT(edges(tree, 2, 2),
              ElementsAre("1 !>a 5/16", "1 !>b 4/16", "1 !>* 7/16",  //
                          "2 a>a 5/16", "2 *>a 5/16", "2 b>* 4/16", "2 *>* 1/16", "2 *>. 1/16"));
}

TEST(PathTree, WhatComesToANodeLeavesIt) {
  PathTree tree;
  for (int i = 0; i < 200; ++i) {
    std::string path;
    for (int depth = 0; depth < i % 5; ++depth)
      path += static_cast<char>('a' + (i * (depth + 3) + i / 7) % 6);
    add(tree, path);
  }
  std::map<std::pair<size_t, PathNode>, int64_t> came;
  std::map<std::pair<size_t, PathNode>, int64_t> left;
  came[{0, kPathAnchor}] = 200;
  for (const PathEdge& edge : tree.edges(5, 3, std::vector<uint32_t>{0, 1, 2, 3, 4, 5})) {
    if (edge.target != kPathEnd) came[{edge.step, edge.target}] += edge.count;
    left[{edge.step - 1, edge.source}] += edge.count;
  }
  EXPECT_EQ(came, left);
}

TEST(PathTree, OfEquallyFrequentEdgesTheOneOfLowerRankIsShown) {
  PathTree tree;
  add(tree, "a");
  add(tree, "b");
  add(tree, "c");
  EXPECT_THAT(edges(tree, 1, 1, {2, 1, 0}), ElementsAre("1 !>c 1/3", "1 !>* 2/3"));
}

TEST(PathTree, WithoutPathsThereAreNoEdges) { EXPECT_THAT(edges(PathTree(), 3, 10), ElementsAre()); }

}  // namespace
}  // namespace weir::behaviour::path_tree_test
