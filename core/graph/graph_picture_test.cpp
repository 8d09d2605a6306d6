#include "graph/graph_picture.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

PipelineGraph shop() {
  return {{{"events", "file", GraphRole::kSource, {}, {{"output", "user: string, ms: float64"}}},
           {"end", "route", GraphRole::kTransform, {{"input"}}, {{"slow", "user: string"}, {"rest", ""}}},
           {"hosts.both", "join", GraphRole::kTransform, {{"left"}, {"right"}}, {{"output", ""}}},
           {"report", "report", GraphRole::kSink, {{"input"}}, {}}},
          {{0, "output", 1, "input", 0},
           {1, "slow", 2, "left", 0},
           {1, "rest", 2, "right", 0},
           {2, "output", 3, "input", 0},
           {0, "errors", 3, "input", 1}}};
}

TEST(GraphPicture, DrawsMermaid) {
  EXPECT_EQ(to_mermaid(shop()), R"(flowchart LR
  n0(["events<br/>file"])
  n1["end<br/>route"]
  n2["hosts.both<br/>join"]
  n3[("report<br/>report")]
  n0 --> n1
  n1 -->|"slow to left"| n2
  n1 -->|"rest to right"| n2
  n2 --> n3
  n0 -.->|"errors"| n3
  click n0 href "#n0" "user: string, ms: float64"
  click n1 href "#n1" "slow: user: string"
)");
}

TEST(GraphPicture, DrawsDot) {
  EXPECT_EQ(to_dot(shop()), R"(digraph pipeline {
  rankdir=LR;
  node [fontname="sans-serif"];
  n0 [shape=oval, label="events\nfile", tooltip="user: string, ms: float64"];
  n1 [shape=box, label="end\nroute", tooltip="slow: user: string"];
  n2 [shape=box, label="hosts.both\njoin"];
  n3 [shape=cylinder, label="report\nreport"];
  n0 -> n1 [edgetooltip="user: string, ms: float64"];
  n1 -> n2 [label="slow to left", edgetooltip="user: string"];
  n1 -> n2 [label="rest to right"];
  n2 -> n3;
  n0 -> n3 [label="errors", style="dashed"];
}
)");
}

TEST(GraphPicture, TheOutputThatEverybodyMeansHasNoLabel) {
  const PipelineGraph graph({{"a", "aggregate", GraphRole::kTransform, {}, {{"out", ""}, {"late", ""}}},
                             {"b", "file", GraphRole::kSink, {{"in"}}, {}}},
                            {{0, "out", 1, "in", 0}, {0, "late", 1, "in", 1}});
  EXPECT_EQ(to_mermaid(graph),
            "flowchart LR\n  n0[\"a<br/>aggregate\"]\n  n1[(\"b<br/>file\")]\n  n0 --> n1\n  n0 "
            "-->|\"late\"| n1\n");
}

TEST(GraphPicture, EscapesWhatTheLanguagesKeep) {
  const PipelineGraph graph({{"a", "odd \"type\" <b> #1\\", GraphRole::kTransform, {}, {}}}, {});
  EXPECT_EQ(to_mermaid(graph), "flowchart LR\n  n0[\"a<br/>odd #quot;type#quot; #lt;b#gt; #35;1\\\"]\n");
  EXPECT_EQ(to_dot(graph),
            "digraph pipeline {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n"
            "  n0 [shape=box, label=\"a\\nodd \\\"type\\\" <b> #1\\\\\"];\n}\n");
}

}  // namespace
}  // namespace weir
