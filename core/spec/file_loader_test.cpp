// Includes and environments.
#include "spec/file_loader.hpp"

#include <gtest/gtest.h>

#include <string>

#include "spec/texts.hpp"

namespace weir {
namespace {

constexpr const char* kHosts =
    "weir: 1\n"
    "vars: {every: {default: 1s}, root: {default: data}}\n"
    "templates: {slow: {transforms: {f: {type: filter, inputs: input}}, output: f}}\n"
    "sources: {cpu: {type: host_metrics, every: \"${every}\", path: \"${root}/x\"}}\n"
    "transforms: {busy: {type: filter, inputs: [cpu, cpu.errors]}}\n";

Texts texts(const std::string& rest, const std::string& included = kHosts) {
  return {.files = {{"p.yaml", "weir: 1\nname: p\ninclude: {hosts: common/hosts.yaml}\n" + rest},
                    {"common/hosts.yaml", included}},
          .environment = {}};
}

TEST(Include, NodesAreNamedBelowThePrefix) {
  const LoadResult result =
      load(texts("sinks: {out: {type: file, inputs: [hosts.busy, hosts.cpu.errors]}}\n"));
  EXPECT_EQ(faults_with_origins(result), "");
  ASSERT_EQ(result.spec.nodes.size(), 3U);
  EXPECT_EQ(result.spec.nodes[0].name, "hosts.cpu");
  EXPECT_EQ(resolve_path(result.spec.nodes[0].options.find("path")->value), "common/data/x");
  EXPECT_EQ(result.spec.nodes[1].name, "hosts.busy");
  EXPECT_EQ(result.spec.nodes[1].inputs[0].refs[0].node, "hosts.cpu");
  EXPECT_EQ(result.spec.nodes[2].inputs[0].refs[1].node, "hosts.cpu");
  EXPECT_EQ(result.spec.nodes[2].inputs[0].refs[1].port, "errors");
}

TEST(Include, TheOuterFilesVariableOfTheSameNameWins) {
  const LoadResult result = load(texts("vars: {every: {default: 9s}}\n"));
  EXPECT_EQ(faults_with_origins(result), "");
  EXPECT_EQ(result.spec.nodes[0].options.find("every")->value.text, "9s");
}

TEST(Include, BringsTemplates) {
  const LoadResult result = load(
      texts("transforms: {t: {type: hosts.slow, inputs: hosts.cpu}}\nsinks: {o: {type: file, inputs: t}}\n"));
  EXPECT_EQ(faults_with_origins(result), "");
  EXPECT_EQ(result.spec.find_node("o")->inputs[0].refs[0].node, "t.f");
}

TEST(Include, FaultsInsideNameBothPlaces) {
  EXPECT_EQ(faults_with_origins(load(texts(
                "", "sources: {cpu: {type: host_metrics}}\ntransforms: {b: {type: filter, inputs: cup}}\n"))),
            "common/hosts.yaml:2:40: there is no node 'cup' [no-such-node]; did you mean 'cpu'?\n"
            "  p.yaml:3:18: included here\n");
}

TEST(Include, EachMistakeIsOneFault) {
  EXPECT_EQ(faults_with_origins(load(texts("sinks: {out: {type: file, inputs: hosts.cpx}}\n"))),
            "p.yaml:4:41: there is no node 'hosts.cpx' [no-such-node]; did you mean 'hosts.cpu'?\n");
  EXPECT_EQ(faults_with_origins(load(texts("sources: {hosts: {type: file}}\n"))),
            "p.yaml:3:11: the include 'hosts' has the name of a node [duplicate-node]; give one of them "
            "another name\n");
  EXPECT_EQ(faults_with_origins(load(texts("", "a: [\n"))),
            "common/hosts.yaml:1:4: the '[' that begins here is not closed [bad-syntax]; put ']' where it "
            "ends, and ',' between its parts\n");
  EXPECT_EQ(faults_with_origins(load(texts("", "memory: 1GB\nsources: {a: {type: file}}\n"))),
            "common/hosts.yaml:1:1: 'memory' can only be said by the pipeline's own file [not-in-include]; "
            "take it away here, or move it to the file that includes this one\n"
            "  p.yaml:3:18: included here\n");
  EXPECT_EQ(
      faults_with_origins(load(texts("", "include: {again: ../p.yaml}\nsources: {a: {type: file}}\n"))),
      "common/hosts.yaml:1:18: cannot read 'common/../p.yaml': there is no such file [unreadable-file]; \n"
      "  p.yaml:3:18: included here\n");
  EXPECT_EQ(
      faults_with_origins(load(texts("", "include: {again: hosts.yaml}\nsources: {a: {type: file}}\n"))),
      "common/hosts.yaml:1:18: 'common/hosts.yaml' includes itself [include-cycle]; \n"
      "  p.yaml:3:18: included here\n");
}

TEST(Include, AFileThatCannotBeReadHasNoConsequences) {
  const Texts only = {.files = {{"p.yaml",
                                 "weir: 1\nname: p\ninclude: {hosts: none.yaml}\n"
                                 "transforms: {t: {type: hosts.slow, inputs: hosts.cpu}}\n"
                                 "sinks: {out: {type: file, inputs: [hosts.a.errors, t, t.x.errors]}}\n"}},
                      .environment = {}};
  EXPECT_EQ(faults_with_origins(load(only)),
            "p.yaml:3:18: cannot read 'none.yaml': there is no such file [unreadable-file]; \n");
}

std::string with_environments(const std::string& environments) {
  return "weir: 1\nname: p\nenvironments: " + environments +
         "\nvars: {x: {default: a}}\n"
         "sources: {s: {type: file, format: {type: csv, header: true}, columns: [a, b]}}\n"
         "sinks: {out: {type: file, inputs: s}}\n";
}

TEST(Environment, MapsMergeDeepAndListsReplace) {
  LoadOptions options;
  options.environment = "prod";
  const LoadResult result =
      load(with_environments(
               "{prod: {sources: {s: {format: {header: false}, columns: [c]}, extra: {type: file}}}}"),
           options);
  EXPECT_EQ(faults_with_origins(result), "");
  const YamlValue& s = result.spec.find_node("s")->options;
  EXPECT_EQ(s.find("format")->value.find("type")->value.text, "csv");
  EXPECT_EQ(s.find("format")->value.find("header")->value.text, "false");
  EXPECT_EQ(s.find("columns")->value.items.size(), 1U);
  EXPECT_NE(result.spec.find_node("extra"), nullptr);
}

TEST(Environment, EachMistakeIsOneFaultWhetherItIsChosenOrNot) {
  EXPECT_EQ(
      faults_with_origins(load(with_environments("{prod: {sinks: {otu: {path: x}}}}"))),
      "p.yaml:3:31: there is no node 'otu' in 'sinks' to overlay [no-such-node]; did you mean 'out'?\n");
  EXPECT_EQ(
      faults_with_origins(load(with_environments("{prod: {vars: {y: 1}}}"))),
      "p.yaml:3:30: there is no variable 'y' [unknown-variable]; declare it: 'vars: {y: {default: ...}}'\n");
  EXPECT_EQ(faults_with_origins(load(with_environments("{prod: {sink: {}}}"))),
            "p.yaml:3:23: unknown key 'sink' in environment 'prod' [unknown-key]; did you mean 'sinks'?\n");
  EXPECT_EQ(faults_with_origins(load(with_environments("{prod: 5}"))),
            "p.yaml:3:22: environment 'prod': expected a map, found '5' [wrong-type]; \n");
  EXPECT_EQ(faults_with_origins(load(with_environments("5"))),
            "p.yaml:3:15: 'environments': expected a map, found '5' [wrong-type]; \n");
  LoadOptions options;
  options.environment = "prdo";
  EXPECT_EQ(faults_with_origins(load(with_environments("{prod: {}}"), options)),
            "--env prdo: there is no environment 'prdo' [no-such-environment]; did you mean 'prod'?\n");
  EXPECT_EQ(
      faults_with_origins(load("weir: 1\nname: p\nsources: {s: {type: file}}\n", options)),
      "--env prdo: there is no environment 'prdo' [no-such-environment]; the file has no 'environments'\n");
}

}  // namespace
}  // namespace weir
