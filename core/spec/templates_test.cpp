#include "spec/templates.hpp"

#include <gtest/gtest.h>

#include <string>

#include "spec/texts.hpp"

namespace weir {
namespace {

constexpr const char* kClean =
    "  clean:\n"
    "    params: {column: {type: name}, longest: {type: duration, default: \"${far}\"}}\n"
    "    transforms:\n"
    "      sane:   {type: filter, inputs: input, where: \"${column} IS NOT NULL\"}\n"
    "      unique: {type: dedup, inputs: sane, within: \"${longest}\"}\n"
    "    output: unique\n";

// The template begins at line 5, `nodes` at line 12, below the source `raw`.
std::string pipeline(const std::string& nodes, const std::string& templates = kClean) {
  return "weir: 1\nname: p\nvars: {far: {default: 2h}}\ntemplates:\n" + templates +
         "sources: {raw: {type: file}}\n" + nodes;
}

std::string refs_of(const NodeSpec& node) {
  std::string out;
  for (const InputSpec& input : node.inputs)
    for (const InputRef& ref : input.refs) out += ref.node + (ref.port.empty() ? " " : ":" + ref.port + " ");
  return out;
}

std::string nodes_of(const LoadResult& result) {
  std::string out = render_text(result.faults);
  for (const NodeSpec& node : result.spec.nodes) out += node.name + " <- " + refs_of(node) + "\n";
  return out;
}

TEST(Templates, BecomeNodesBelowTheUsingNode) {
  const LoadResult result =
      load(pipeline("transforms: {orders: {type: clean, inputs: raw, column: id}}\n"
                    "sinks: {out: {type: file, inputs: [orders, orders.errors, orders.sane.errors]}}\n"));
  EXPECT_EQ(nodes_of(result),
            "raw <- \n"
            "orders.sane <- raw \n"
            "orders.unique <- orders.sane \n"
            "out <- orders.unique orders.unique:errors orders.sane:errors \n");
  EXPECT_EQ(result.spec.nodes[1].options.find("where")->value.text, "id IS NOT NULL");
  EXPECT_EQ(result.spec.nodes[2].options.find("within")->value.text, "2h");
  EXPECT_EQ(result.spec.templates[0].value, "clean");
}

TEST(Templates, MayUseTemplates) {
  const std::string templates =
      std::string(kClean) +
      "  twice:\n    transforms:\n      a: {type: clean, inputs: input, column: x}\n"
      "      b: {type: clean, inputs: a, column: y}\n    output: b\n";
  EXPECT_EQ(nodes_of(load(pipeline(
                "transforms: {t: {type: twice, inputs: raw}}\nsinks: {out: {type: file, inputs: t}}\n",
                templates))),
            "raw <- \n"
            "t.a.sane <- raw \n"
            "t.a.unique <- t.a.sane \n"
            "t.b.sane <- t.a.unique \n"
            "t.b.unique <- t.b.sane \n"
            "out <- t.b.unique \n");
}

TEST(Templates, HaveNamedInputsAndOutputPorts) {
  const std::string templates =
      "  pair:\n    transforms: {j: {type: join, inputs: {left: input.a, right: [input.b, input.a]}}}\n    "
      "output: j.matched\n";
  EXPECT_EQ(nodes_of(load(pipeline("transforms: {t: {type: pair, inputs: {a: raw, b: raw.errors}}}\nsinks: "
                                   "{out: {type: file, inputs: t}}\n",
                                   templates))),
            "raw <- \n"
            "t.j <- raw raw:errors raw \n"
            "out <- t.j:matched \n");
}

TEST(Templates, MayBeSourcesAndSinks) {
  const std::string templates =
      "  feed: {sources: {f: {type: file}}, output: f}\n  both: {sinks: {a: {type: file, inputs: input}, b: "
      "{type: console, inputs: input}}}\n";
  EXPECT_EQ(nodes_of(load("weir: 1\nname: p\ntemplates:\n" + templates +
                          "sources: {s: {type: feed}}\nsinks: {out: {type: both, inputs: s}, e: {type: file, "
                          "inputs: out.errors}}\n")),
            "s.f <- \n"
            "out.a <- s.f \n"
            "out.b <- s.f \n"
            "e <- out.b:errors \n");
}

TEST(Templates, AFaultInsideNamesBothPlacesAndIsToldOnce) {
  const std::string templates =
      "  t: {transforms: {f: {type: filter, inputs: input, parallelism: two}}, output: f}\n";
  EXPECT_EQ(faults_with_origins(load(
                pipeline("transforms: {a: {type: t, inputs: raw}, b: {type: t, inputs: raw}}\n", templates))),
            "p.yaml:5:66: 'parallelism': expected a whole number such as 1000, found 'two' [wrong-type]; \n"
            "  p.yaml:7:24: template 't' is used here\n");
}

TEST(Templates, AFaultyParameterIsToldWhereItIsGiven) {
  EXPECT_EQ(faults_with_origins(
                load(pipeline("transforms: {o: {type: clean, inputs: raw, column: id, longest: 5 min}}\n"))),
            "p.yaml:12:65: parameter 'longest': expected a duration such as 30s, 5m or 1h30m, found '5 min' "
            "[wrong-type]; write '5m'\n");
}

TEST(Templates, EachMistakeInAUseIsOneFault) {
  const auto use = [](const std::string& node) {
    return faults_with_origins(load(pipeline("transforms: {o: " + node + "}\n")));
  };
  EXPECT_EQ(use("{type: clean, inputs: raw}"),
            "p.yaml:12:14: node 'o' gives no 'column', which the template 'clean' needs [missing-param]; add "
            "'column: ...'\n");
  EXPECT_EQ(use("{type: clean, inputs: raw, colum: id}"),
            "p.yaml:12:44: unknown key 'colum' in node 'o': the template 'clean' has no such parameter "
            "[unknown-key]; did you mean 'column'?\n");
  EXPECT_EQ(use("{type: clean, inputs: raw, column: id, zzz: 1}"),
            "p.yaml:12:56: unknown key 'zzz' in node 'o': the template 'clean' has no such parameter "
            "[unknown-key]; the parameters are column or longest\n");
  EXPECT_EQ(use("{type: clean, inputs: raw, column: id, parallelism: 2}"),
            "p.yaml:12:69: 'parallelism' cannot be given where a template is used [not-on-template]; write "
            "it on a node of the template 'clean'\n");
  EXPECT_EQ(
      use("{type: clean, inputs: {a: raw}, column: id}"),
      "p.yaml:8:38: the node 'o' gives this template no 'input' [no-such-input]; name the input: 'input.a'\n"
      "  p.yaml:12:24: template 'clean' is used here\n");
  EXPECT_EQ(use("{type: clean, inputs: rwa, column: id}"),
            "p.yaml:12:39: there is no node 'rwa' [no-such-node]; did you mean 'raw'?\n");
  EXPECT_EQ(faults_with_origins(load(pipeline("sinks: {o: {type: clean, inputs: raw, column: id}}\n"))),
            "p.yaml:12:19: the template 'clean' has no sinks, so it is no sink [wrong-template]; use it in "
            "'transforms'\n");
}

TEST(Templates, EachMistakeInADeclarationIsOneFault) {
  const auto declare = [](const std::string& body) {
    return faults_with_origins(
        load("weir: 1\nname: p\nsources: {raw: {type: file}}\ntemplates: {t: " + body + "}\n"));
  };
  EXPECT_EQ(declare("{transforms: {f: {type: filter, inputs: inptu}}, output: f}"),
            "p.yaml:4:56: there is no node 'inptu' [no-such-node]; did you mean 'input'?\n");
  EXPECT_EQ(declare("{transforms: {f: {type: filter, inputs: input}}, output: g}"),
            "p.yaml:4:73: there is no node 'g' [no-such-node]; the nodes are input or f\n");
  EXPECT_EQ(
      declare("{transfroms: {f: {type: filter, inputs: input}}, output: f}"),
      "p.yaml:4:17: unknown key 'transfroms' in template 't' [unknown-key]; did you mean 'transforms'?\n");
  EXPECT_EQ(
      declare("{params: {x: {type: integer}}, transforms: {f: {type: filter, inputs: input}}, output: f}"),
      "p.yaml:4:36: the type of parameter 'x': expected any, text, name, bool, int, float, duration, bytes, "
      "timestamp, list or map, found 'integer' [wrong-type]; \n");
  EXPECT_EQ(declare("{params: {x: {type: int, default: a}}, transforms: {f: {type: filter, inputs: input, n: "
                    "\"${x}\"}}, output: f}"),
            "p.yaml:4:50: the default of parameter 'x': expected a whole number such as 1000, found 'a' "
            "[wrong-type]; \n");
  EXPECT_EQ(declare("{params: {inputs: {}}, transforms: {f: {type: filter, inputs: input}}, output: f}"),
            "p.yaml:4:26: a parameter may not be called 'inputs': the word means something on every node "
            "[bad-name]; \n");
  EXPECT_EQ(declare("{transforms: {input: {type: filter, inputs: input}}, output: input}"),
            "p.yaml:4:30: a node of a template may not be called 'input' [bad-name]; 'input' is what the "
            "node that uses the template reads\n");
  EXPECT_EQ(
      declare("{transforms: {f: {type: filter, inputs: input, where: \"${y}\"}}, output: f}"),
      "p.yaml:4:71: there is no variable 'y' [unknown-variable]; declare it: 'vars: {y: {default: ...}}'\n");
  EXPECT_EQ(declare("5"), "p.yaml:4:16: template 't': expected a map, found '5' [wrong-type]; \n");
}

TEST(Templates, MayNotUseThemselves) {
  const std::string templates =
      "  a: {transforms: {x: {type: b, inputs: input}}, output: x}\n  b: {transforms: {y: {type: a, inputs: "
      "input}}, output: y}\n";
  EXPECT_EQ(
      faults_with_origins(load(pipeline(
          "transforms: {t: {type: a, inputs: raw}}\nsinks: {o: {type: file, inputs: t}}\n", templates))),
      "p.yaml:6:30: the template 'a' uses itself [template-cycle]; \n"
      "  p.yaml:5:30: template 'b' is used here\n"
      "  p.yaml:8:24: template 'a' is used here\n");
}

TEST(Templates, FitTheSectionTheyAreUsedIn) {
  EXPECT_EQ(faults_with_origins(load(pipeline("", "  t: {transforms: {f: {type: filter, inputs: input}}}\n") +
                                     "transforms: {a: {type: t, inputs: raw}}\n")),
            "p.yaml:7:24: the template 't' has no 'output', so it is no transform [wrong-template]; use it "
            "in 'sinks', or give it an 'output'\n");
  EXPECT_EQ(
      faults_with_origins(load("weir: 1\nname: p\ntemplates: {t: {transforms: {f: {type: filter, inputs: "
                               "input}}, output: f}}\nsources: {a: {type: t}}\n")),
      "p.yaml:4:21: the template 't' reads 'input', so it is no source [wrong-template]; use it in "
      "'transforms'\n");
  EXPECT_EQ(faults_with_origins(load(pipeline("transforms: {a: {type: t, inputs: raw}}\n",
                                              "  t: {sources: {f: {type: file}}, output: f}\n"))),
            "p.yaml:7:24: the template 't' does not read 'input', so it has no use for 'inputs' "
            "[wrong-template]; use it in 'sources'\n");
}

}  // namespace
}  // namespace weir
