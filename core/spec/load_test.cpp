// One pipeline file: what is understood, and one test per mistake.
#include "spec/load.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "spec/texts.hpp"

namespace weir {
namespace {

using namespace std::chrono_literals;

// The faults of a text without the lines of the source: place, message, code, hint.
std::string faults_of(const LoadResult& result) {
  std::string out;
  for (const Fault& fault : result.faults.sorted()) {
    out += fault.place.to_string() + ": " + fault.message + " [" + fault.code + "]";
    out += fault.hint.empty() ? "\n" : "; " + fault.hint + "\n";
  }
  return out;
}

TEST(Load, UnderstandsAWholePipeline) {
  const LoadResult result = load(R"(weir: 1
name: shop-insights
about: {owner: growth}
requires: {acme: ">=1.2"}
delivery: exactly_once
checkpoint: {every: 30s}
memory: 1GiB
x-anchors: &columns {user: string}
sources:
  events:
    type: file
    id: events_v1
    description: what visitors do
    columns: *columns
    labels: {user: direct, page: [quasi, marketing]}
    event_time: {column: ts, max_delay: 5s, idle_after: 30s}
    batch: {rows: 1000, bytes: 1MiB, timeout: 50ms}
    parallelism: 2
    on_error: drop
    max_errors: 1%
    freshness: {times: 3}
transforms:
  joined: {type: join, inputs: {left: events, right: [events.late, events.errors]}, on: user}
sinks:
  out: {type: file, inputs: joined, path: out.csv, retry: {initial: 50ms, max: 10s, multiplier: 1.5, jitter: 0, max_elapsed: 1h, open_after: 3}}
tests:
  - name: keeps rows
    given: {events: [{user: a}]}
    expect: {joined: [], joined.errors: []}
    ordered: true
)");
  EXPECT_EQ(faults_of(result), "");
  const PipelineSpec& spec = result.spec;
  EXPECT_EQ(spec.name.value, "shop-insights");
  EXPECT_EQ(spec.requirements[0].library + spec.requirements[0].version.value, "acme>=1.2");
  EXPECT_EQ(spec.delivery->value, Delivery::kExactlyOnce);
  EXPECT_EQ(spec.checkpoint_every->value, 30s);
  EXPECT_EQ(spec.memory_bytes->value, int64_t{1} << 30);
  EXPECT_TRUE(spec.references_are_known);
  ASSERT_EQ(spec.nodes.size(), 3U);

  const NodeSpec& events = spec.nodes[0];
  EXPECT_EQ(events.type.value, "file");
  EXPECT_EQ(events.id->value, "events_v1");
  EXPECT_EQ(events.description->value, "what visitors do");
  EXPECT_EQ(keys_of(events.options), std::vector<std::string>{"columns"});
  EXPECT_EQ(events.labels[1].column, "page");
  EXPECT_EQ(events.labels[1].labels[1].value, "marketing");
  EXPECT_EQ(events.event_time->column.value, "ts");
  EXPECT_EQ(events.event_time->max_delay->value, 5s);
  EXPECT_EQ(events.event_time->idle_after->value, 30s);
  EXPECT_EQ(events.batch->rows->value, 1000);
  EXPECT_EQ(events.batch->bytes->value, 1 << 20);
  EXPECT_EQ(events.batch->timeout->value, 50ms);
  EXPECT_EQ(events.parallelism->value, 2);
  EXPECT_EQ(events.on_error->value, OnError::kDrop);
  EXPECT_DOUBLE_EQ(*events.max_errors->value.share, 0.01);
  EXPECT_EQ(events.engine_option("freshness")->value.find("times")->value.text, "3");

  const RetrySpec& retry = *spec.find_node("out")->retry;
  EXPECT_EQ(retry.initial->value, 50ms);
  EXPECT_EQ(retry.max->value, 10s);
  EXPECT_DOUBLE_EQ(retry.multiplier->value, 1.5);
  EXPECT_DOUBLE_EQ(retry.jitter->value, 0);
  EXPECT_EQ(retry.max_elapsed->value, 1h);
  EXPECT_EQ(retry.open_after->value, 3);

  const NodeSpec& joined = *spec.find_node("joined");
  ASSERT_EQ(joined.inputs.size(), 2U);
  EXPECT_EQ(joined.inputs[0].port, "left");
  EXPECT_EQ(joined.inputs[1].refs[1].node, "events");
  EXPECT_EQ(joined.inputs[1].refs[1].port, "errors");
  EXPECT_EQ(joined.inputs[1].refs[1].place.to_string(), "p.yaml:23:68");
  EXPECT_EQ(joined.inputs[1].refs[1].port_place.to_string(), "p.yaml:23:75");

  ASSERT_EQ(spec.tests.size(), 1U);
  EXPECT_TRUE(spec.tests[0].ordered);
  EXPECT_EQ(spec.tests[0].given[0].node, "events");
  EXPECT_EQ(spec.tests[0].expect[1].port, "errors");
}

TEST(Load, ShowsAFaultWithItsLine) {
  EXPECT_EQ(render_text(load(pipeline_around("transforms:\n  sane: {type: filter, inputs: evnts}\n")).faults),
            "p.yaml:6:32: error: there is no node 'evnts' [no-such-node]\n"
            "    6 |   sane: {type: filter, inputs: evnts}\n"
            "      |                                ^~~~~\n"
            "  hint: did you mean 'events'?\n");
}

struct Mistake {
  std::string lines;  // From line 5 on.
  std::string faults;
};

void expect_faults(std::initializer_list<Mistake> mistakes) {
  for (const Mistake& mistake : mistakes)
    EXPECT_EQ(faults_of(load(pipeline_around(mistake.lines))), mistake.faults) << mistake.lines;
}

TEST(Load, EachMistakeInRetryIsOneFault) {
  const Mistake mistakes[] = {
      {"retry: {initial: 1s, max: 100ms}",
       "p.yaml:6:61: 'retry.max': expected at least 'initial', found '100ms' [wrong-type]\n"},
      {"retry: {jitter: 2}",
       "p.yaml:6:51: 'retry.jitter': expected a number from 0 to 1, found '2' [wrong-type]\n"},
      {"retry: {multiplier: 0.5}",
       "p.yaml:6:55: 'retry.multiplier': expected a number of 1 or more, found '0.5' [wrong-type]\n"},
      {"retry: {times: 3}",
       "p.yaml:6:43: unknown key 'times' in 'retry' [unknown-key]; the keys are initial, max, multiplier, "
       "jitter, max_elapsed or open_after\n"},
  };
  for (const Mistake& mistake : mistakes) {
    const std::string text =
        "weir: 1\nname: p\nsources:\n  events: {type: file, path: in.csv}\nsinks:\n"
        "  s: {type: file, inputs: events, " +
        mistake.lines + "}\n";
    EXPECT_EQ(faults_of(load(text)), mistake.faults) << mistake.lines;
  }
}

TEST(Load, EachMistakeInANodeIsOneFault) {
  expect_faults({
      {"transforms:\n  f: {tpye: filter, inputs: events}\n",
       "p.yaml:6:7: unknown key 'tpye' in node 'f' [unknown-key]; did you mean 'type'?\n"},
      {"transforms:\n  f: {type: filter, inptus: events}\n",
       "p.yaml:6:21: unknown key 'inptus' in node 'f' [unknown-key]; did you mean 'inputs'?\n"},
      {"transforms:\n  f: {inputs: events}\n",
       "p.yaml:6:3: node 'f' has no 'type' [missing-type]; add 'type: ...' with the name of a component\n"},
      {"transforms:\n  f: {type: filter}\n",
       "p.yaml:6:3: the transform 'f' has no 'inputs' [missing-inputs]; add 'inputs: ...' with the name of "
       "the node that it reads\n"},
      {"transforms:\n  f: {type: filter, inputs: []}\n",
       "p.yaml:6:29: the list of inputs is empty [missing-inputs]; name at least one node\n"},
      {"transforms:\n  f: {type: filter, inputs: {}}\n",
       "p.yaml:6:29: the map of inputs is empty [missing-inputs]; name at least one node\n"},
      {"transforms:\n  f: {type: filter, inputs: [events, {a: b}]}\n",
       "p.yaml:6:38: 'inputs': expected the name of a node such as events or events.errors, found a map "
       "[wrong-type]\n"},
      {"transforms:\n  f: {type: filter, inputs: [events, events]}\n",
       "p.yaml:6:38: 'events' is read twice by one input [duplicate-input]; take one of them away\n"},
      {"transforms:\n  f: {type: filter, inputs: evnts.errors}\n",
       "p.yaml:6:29: there is no node 'evnts' [no-such-node]; did you mean 'events.errors'?\n"},
      {"transforms:\n  f: {type: filter, inputs: zzz}\n",
       "p.yaml:6:29: there is no node 'zzz' [no-such-node]; the nodes are events, f or out\n"},
      {"transforms:\n  f:\n",
       "p.yaml:6:3: node 'f': expected a map with 'type' and options, found nothing [wrong-type]\n"},
      {"transforms:\n  f: filter\n",
       "p.yaml:6:6: node 'f': expected a map with 'type' and options, found 'filter' [wrong-type]\n"},
      {"transforms:\n  My-Filter: {type: filter, inputs: events}\n",
       "p.yaml:6:3: 'My-Filter' is no name for a node: names are [a-z][a-z0-9_]* [bad-name]; write "
       "'my_filter'\n"},
      {"transforms:\n  events: {type: filter, inputs: out.errors}\n",
       "p.yaml:6:3: there is already a node 'events' [duplicate-node]; give one of them another name\n"},
      {"transforms:\n  f: {type: [filter], inputs: events}\n",
       "p.yaml:6:13: 'type': expected a text, found a list [wrong-type]\n"},
      {"transforms:\n  f: {type: filter, inputs: events, parallelism: two}\n",
       "p.yaml:6:50: 'parallelism': expected a whole number such as 1000, found 'two' [wrong-type]\n"},
      {"transforms:\n  f: {type: filter, inputs: events, parallelism: 0}\n",
       "p.yaml:6:50: 'parallelism': expected a whole number above 0, found '0' [wrong-type]\n"},
      {"transforms:\n  f: {type: filter, inputs: events, on_error: dropp}\n",
       "p.yaml:6:47: 'on_error': expected dead_letter, drop or fail, found 'dropp' [wrong-type]; did you "
       "mean 'drop'?\n"},
      {"transforms:\n  f: {type: filter, inputs: events, retry: {max: 1s}}\n",
       "p.yaml:6:37: the transform 'f' has 'retry'; only sinks are asked again [retry-elsewhere]; say it on "
       "the sinks behind it\n"},
      {"transforms:\n  f: {type: filter, inputs: events, max_errors: 200%}\n",
       "p.yaml:6:49: 'max_errors': expected a share such as 1% or a count such as 100, found '200%' "
       "[wrong-type]\n"},
      {"transforms:\n  f: {type: filter, inputs: events, batch: {timeout: 50}}\n",
       "p.yaml:6:54: 'batch.timeout': expected a duration such as 30s, 5m or 1h30m, found '50' [wrong-type]; "
       "add a unit: '50s' or '50ms'\n"},
      {"transforms:\n  f: {type: filter, inputs: events, batch: {size: 5}}\n",
       "p.yaml:6:45: unknown key 'size' in 'batch' [unknown-key]; the keys are rows, bytes or timeout\n"},
      {"transforms:\n  f: {type: filter, inputs: events, event_time: {max_delay: 5s}}\n",
       "p.yaml:6:49: 'event_time' names no column [missing-key]; add 'column: ...'\n"},
      {"transforms:\n  f: {type: filter, inputs: events, event_time: {colum: ts}}\n",
       "p.yaml:6:50: unknown key 'colum' in 'event_time' [unknown-key]; did you mean 'column'?\n"},
      {"transforms:\n  f: {type: filter, inputs: events, labels: [user]}\n",
       "p.yaml:6:45: 'labels': expected a map, found a list [wrong-type]\n"},
      {"transforms: [f]\n", "p.yaml:5:13: 'transforms': expected a map, found a list [wrong-type]\n"},
  });
}

TEST(Load, EachMistakeAtTheTopIsOneFault) {
  expect_faults({
      {"trasforms:\n  f: {type: filter, inputs: events}\n",
       "p.yaml:5:1: unknown key 'trasforms' [unknown-key]; did you mean 'transforms'?\n"},
      {"delivery: exactly\n",
       "p.yaml:5:11: 'delivery': expected at_least_once, at_most_once or exactly_once, found 'exactly' "
       "[wrong-type]\n"},
      {"memory: 5M\n",
       "p.yaml:5:9: 'memory': expected a size such as 64MB or 64MiB, found '5M' [wrong-type]; write '5MB' "
       "(powers of 1,000) or '5MiB' (powers of 1,024)\n"},
      {"checkpoint: {evry: 10s}\n",
       "p.yaml:5:14: unknown key 'evry' in 'checkpoint' [unknown-key]; did you mean 'every'?\n"},
      {"checkpoint: 10s\n", "p.yaml:5:13: 'checkpoint': expected a map, found '10s' [wrong-type]\n"},
      {"requires: [acme]\n", "p.yaml:5:11: 'requires': expected a map, found a list [wrong-type]\n"},
      {"x-anything: {goes: here}\n", ""},
  });
  EXPECT_EQ(faults_of(load("name: p\nsources: {a: {type: file}}\n")),
            "p.yaml:1:1: the file does not say which version of the language it is written in "
            "[missing-weir]; begin it with 'weir: 1'\n");
  EXPECT_EQ(faults_of(load("weir: 2\nname: p\nsources: {a: {type: file}}\n")),
            "p.yaml:1:7: 'weir': expected 1, the version of the language, found '2' [wrong-version]; write "
            "'weir: 1'\n");
  EXPECT_EQ(faults_of(load("weir: 1\nsources: {a: {type: file}}\n")),
            "p.yaml:1:1: the pipeline has no 'name' [missing-name]; add 'name: ...': its state and its runs "
            "are kept by it\n");
  EXPECT_EQ(faults_of(load("weir: 1\nname: My Shop\nsources: {a: {type: file}}\n")),
            "p.yaml:2:7: 'My Shop' is no name for a pipeline: names are [a-z][a-z0-9_-]* [bad-name]\n");
  EXPECT_EQ(faults_of(load("weir: 1\nname: p\n")),
            "p.yaml:1:1: the pipeline has no nodes [no-nodes]; add 'sources' and 'sinks'\n");
  EXPECT_EQ(faults_of(load("")),
            "p.yaml: the file holds no pipeline [empty-file]; begin it with 'weir: 1'\n");
  EXPECT_EQ(faults_of(load("- a\n")),
            "p.yaml:1:1: a pipeline file: expected a map, found a list [wrong-type]\n");
  EXPECT_EQ(faults_of(load(Texts())),
            "p.yaml: cannot read 'p.yaml': there is no such file [unreadable-file]\n");
}

TEST(Load, ASourceHasNoInputs) {
  EXPECT_EQ(faults_of(load("weir: 1\nname: p\nsources:\n  a: {type: file, inputs: b}\n")),
            "p.yaml:4:19: the source 'a' has 'inputs'; sources read nothing [inputs-on-source]; take "
            "'inputs' away, or move the node to 'transforms'\n");
}

TEST(Load, EachMistakeInATestIsOneFault) {
  expect_faults({
      {"tests:\n  - {name: a, given: {evens: []}, expect: {out: []}}\n",
       "p.yaml:6:23: there is no node 'evens' [no-such-node]; did you mean 'events'?\n"},
      {"tests:\n  - {name: a, given: {events: {x: 1}}, expect: {}}\n",
       "p.yaml:6:31: 'events': expected a list of rows such as [{user: u1, page: /}], found a map "
       "[wrong-type]\n"},
      {"tests:\n  - {name: a, given: {events: [1]}, expect: {}}\n",
       "p.yaml:6:32: a row of 'events': expected a map of columns such as {user: u1, page: /}, found '1' "
       "[wrong-type]\n"},
      {"tests:\n  - {name: a, given: {}, expet: {}}\n",
       "p.yaml:6:26: unknown key 'expet' in a test [unknown-key]; did you mean 'expect'?\n"},
      {"tests:\n  - {given: {}, expect: {}}\n",
       "p.yaml:6:5: a test has no 'name' [missing-key]; add 'name: ...' with what it claims\n"},
      {"tests:\n  - {name: a, expect: {}}\n",
       "p.yaml:6:5: a test has no 'given' [missing-key]; add 'given: {node: [{column: value}]}'\n"},
      {"tests:\n  - {name: a, given: {}, expect: {}, ordered: yes}\n",
       "p.yaml:6:47: 'ordered': expected true or false, found 'yes' [wrong-type]; write 'true'\n"},
      {"tests:\n  - {name: a, given: {}, expect: {}}\n  - {name: a, given: {}, expect: {}}\n",
       "p.yaml:7:12: there is already a test 'a' [duplicate-test]; give one of them another name\n"},
  });
}

TEST(Load, AFaultHasNoConsequences) {
  // The references to `f` are right: that `f` could not be read is the one fault.
  EXPECT_EQ(
      faults_of(load(pipeline_around("transforms:\n  f: 5\n  g: {type: filter, inputs: [f, f.errors]}\n"))),
      "p.yaml:6:6: node 'f': expected a map with 'type' and options, found '5' [wrong-type]\n");
  EXPECT_EQ(faults_of(load("weir: 1\nname: p\nsources: []\nsinks: {out: {type: file, inputs: [a, b, c]}}\n")),
            "p.yaml:3:10: 'sources': expected a map, found a list [wrong-type]\n");
  EXPECT_EQ(
      faults_of(load("wier: 1\nnmae: p\nsorces: {a: {type: file}}\nsinks: {out: {type: file, inputs: a}}\n")),
      "p.yaml:1:1: unknown key 'wier' [unknown-key]; did you mean 'weir'?\n"
      "p.yaml:2:1: unknown key 'nmae' [unknown-key]; did you mean 'name'?\n"
      "p.yaml:3:1: unknown key 'sorces' [unknown-key]; did you mean 'sources'?\n");
}

TEST(Load, ADeclarationThatIsMisspeltIsTheFaultWhenItsReadersAgree) {
  const LoadResult result = load(
      "weir: 1\nname: p\nsources: {evnts: {type: file}}\n"
      "sinks: {a: {type: file, inputs: events}, b: {type: file, inputs: events.errors}}\n"
      "tests: [{name: t, given: {events: []}, expect: {}}]\n");
  EXPECT_EQ(faults_of(result),
            "p.yaml:3:11: nothing reads the node 'evnts', while 3 places name 'events' [no-such-node]; did "
            "you mean 'events'?\n");
  EXPECT_FALSE(result.spec.references_are_known);
}

TEST(Load, SaysWhatItCouldRead) {
  const LoadResult result =
      load(pipeline_around("transforms:\n  f: {type: filter, inputs: evnts, where: x}\n"));
  EXPECT_FALSE(result.is_ok());
  EXPECT_FALSE(result.spec.references_are_known);
  EXPECT_FALSE(result.spec.find_node("f")->inputs_are_known);
  EXPECT_TRUE(result.spec.find_node("out")->inputs_are_known);
  EXPECT_EQ(result.spec.find_node("f")->options.find("where")->value.text, "x");
}

}  // namespace
}  // namespace weir
