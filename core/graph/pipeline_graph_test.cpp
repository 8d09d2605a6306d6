#include "graph/pipeline_graph.hpp"

#include <gmock/gmock.h>

namespace weir {
namespace {

using testing::ElementsAre;

GraphNode source(std::string name) {
  return {std::move(name), "file", GraphRole::kSource, {}, {{"output", ""}}};
}
GraphNode transform(std::string name) {
  return {std::move(name), "filter", GraphRole::kTransform, {{"input"}}, {{"output", ""}}};
}
GraphNode sink(std::string name) { return {std::move(name), "console", GraphRole::kSink, {{"input"}}, {}}; }
GraphEdge edge(size_t from, size_t to) { return {from, "output", to, "input", 0}; }

std::vector<std::string> messages(const PipelineGraph& graph) {
  std::vector<std::string> all;
  for (const ShapeFault& fault : graph.faults()) all.push_back(fault.message);
  return all;
}

TEST(PipelineGraph, OrdersNodesAfterWhatFeedsThemAndElseAsDeclared) {
  //  0 sink <- 3 transform <- 4 source,  1 source -> 2 sink
  const PipelineGraph graph({sink("out"), source("b"), sink("other"), transform("t"), source("a")},
                            {edge(3, 0), edge(4, 3), edge(1, 2)});
  EXPECT_THAT(graph.order(), ElementsAre(1, 2, 4, 3, 0));
  EXPECT_TRUE(graph.cycles().empty());
  EXPECT_TRUE(graph.faults().empty());
}

TEST(PipelineGraph, AcceptsSeveralEdgesBetweenTwoNodes) {
  const PipelineGraph graph({source("a"), sink("out")}, {edge(0, 1), {0, "errors", 1, "input", 1}});
  EXPECT_THAT(graph.order(), ElementsAre(0, 1));
  EXPECT_TRUE(graph.faults().empty());
  EXPECT_EQ(graph.paths(10).paths.size(), 2U);
  EXPECT_THAT(graph.edges_into(1), ElementsAre(0, 1));
}

TEST(PipelineGraph, NamesTheNodesOfACycleInFlowOrder) {
  const PipelineGraph graph({source("a"), transform("b"), transform("c"), transform("d"), sink("out")},
                            {edge(0, 1), edge(1, 2), edge(2, 3), edge(3, 1), edge(3, 4)});
  EXPECT_THAT(graph.cycles(), ElementsAre(ElementsAre(1, 2, 3)));
  EXPECT_THAT(messages(graph), ElementsAre("these nodes feed each other in a circle: b -> c -> d -> b"));
  EXPECT_THAT(graph.order(), ElementsAre(0));
}

TEST(PipelineGraph, ReportsEachCycleOnce) {
  const PipelineGraph graph({transform("a"), transform("b"), transform("c"), transform("d"), transform("e")},
                            {edge(0, 1), edge(1, 0), edge(2, 3), edge(3, 2), edge(4, 4)});
  EXPECT_THAT(messages(graph), ElementsAre("these nodes feed each other in a circle: a -> b -> a",
                                           "these nodes feed each other in a circle: c -> d -> c",
                                           "'e' reads its own output"));
}

TEST(PipelineGraph, ReportsOneFaultForOneMistakenEdgeOfADiamond) {
  // join -> split is the mistake; a walk from `join` would meet two ways back to it.
  const PipelineGraph graph({transform("join"), transform("split"), transform("left"), transform("right")},
                            {edge(1, 2), edge(1, 3), edge(2, 0), edge(3, 0), edge(0, 1)});
  EXPECT_THAT(graph.cycles(), ElementsAre(ElementsAre(0, 1, 2)));
}

TEST(PipelineGraph, ReportsCyclesThatShareANode) {
  const PipelineGraph graph({transform("a"), transform("b"), transform("c")},
                            {edge(0, 1), edge(1, 0), edge(0, 2), edge(2, 0)});
  EXPECT_THAT(graph.cycles(), ElementsAre(ElementsAre(0, 1), ElementsAre(0, 2)));
}

TEST(PipelineGraph, FindsWhatNobodyReads) {
  GraphNode route{
      "route", "route", GraphRole::kTransform, {{"input"}}, {{"big", ""}, {"rest", ""}, {"late", ""}}};
  const PipelineGraph graph({source("a"), route, source("b"), sink("out")},
                            {edge(0, 1), {1, "big", 3, "input", 0}, {2, "errors", 3, "input", 1}});
  EXPECT_THAT(messages(graph),
              ElementsAre("nothing reads 'route.rest'; name it in the inputs of a node or a sink",
                          "nothing reads 'b'; name it in the inputs of a node or a sink"));
  EXPECT_EQ(graph.faults()[0].port, "rest");
  EXPECT_EQ(graph.faults()[0].kind, ShapeFault::Kind::kUnreadOutput);
}

TEST(PipelineGraph, FindsInputsThatNothingFeeds) {
  GraphNode join{
      "join", "join", GraphRole::kTransform, {{"left"}, {"right"}, {"hints", true}}, {{"output", ""}}};
  GraphNode idle{"idle", "merge", GraphRole::kTransform, {{"extra", true}}, {{"late", ""}}};
  const PipelineGraph graph({source("a"), join, sink("out"), sink("lonely"), idle},
                            {{0, "output", 1, "left", 0}, edge(1, 2)});
  EXPECT_THAT(messages(graph),
              ElementsAre("nothing feeds the input 'right' of 'join'", "'lonely' has no inputs"));
}

TEST(PipelineGraph, ListsEveryWayFromSourceToSink) {
  const PipelineGraph graph({source("a"), transform("b"), transform("c"), transform("d"), sink("out")},
                            {edge(0, 1), edge(0, 2), edge(1, 3), edge(2, 3), edge(3, 4)});
  const GraphPaths all = graph.paths(10);
  EXPECT_TRUE(all.is_complete);
  EXPECT_THAT(all.paths, ElementsAre(GraphPath{{0, 1, 3, 4}, {0, 2, 4}}, GraphPath{{0, 2, 3, 4}, {1, 3, 4}}));
}

TEST(PipelineGraph, BoundsTheNumberOfPaths) {
  // 20 diamonds one after the other have a million ways.
  std::vector<GraphNode> nodes = {source("a")};
  std::vector<GraphEdge> edges;
  for (size_t i = 0; i < 20; ++i) {
    const size_t at = nodes.size() - 1;
    for (const char* name : {"x", "y", "z"}) nodes.push_back(transform(name + std::to_string(i)));
    for (const size_t side : {at + 1, at + 2}) {
      edges.push_back(edge(at, side));
      edges.push_back(edge(side, at + 3));
    }
  }
  nodes.push_back(sink("out"));
  edges.push_back(edge(nodes.size() - 2, nodes.size() - 1));
  const GraphPaths some = PipelineGraph(nodes, edges).paths(100);
  EXPECT_EQ(some.paths.size(), 100U);
  EXPECT_FALSE(some.is_complete);
}

TEST(PipelineGraph, TakesNothing) {
  const PipelineGraph graph({}, {});
  EXPECT_TRUE(graph.order().empty());
  EXPECT_TRUE(graph.faults().empty());
  EXPECT_TRUE(graph.paths(1).paths.empty());
}

}  // namespace
}  // namespace weir
