#include "spec/variables.hpp"

#include <gtest/gtest.h>

#include <string>

#include "spec/texts.hpp"

namespace weir {
namespace {

// A pipeline with `vars` on line 3 and one source with the option `o` on line 4.
std::string pipeline_with(const std::string& vars, const std::string& option) {
  return "weir: 1\nname: p\nvars: " + vars + "\nsources: {s: {type: file, o: " + option + "}}\n";
}

Texts texts_with(const std::string& vars, const std::string& option) {
  return {.files = {{"p.yaml", pipeline_with(vars, option)},
                    {"shop.key", "hunter2\n"},
                    {"v.yaml", "x: from-file\n"}},
          .environment = {{"HOME", "/home/ann"}, {"TOKEN", "abc"}}};
}

const YamlValue& option_of(const LoadResult& result) {
  return result.spec.nodes.at(0).options.find("o")->value;
}

std::string value_of(const std::string& vars, const std::string& option, const LoadOptions& options = {}) {
  const LoadResult result = load(texts_with(vars, option), options);
  return result.is_ok() ? option_of(result).text : render_text(result.faults);
}

std::string fault_of(const std::string& vars, const std::string& option, const LoadOptions& options = {}) {
  std::string out;
  for (const Fault& fault : load(texts_with(vars, option), options).faults.sorted())
    out += fault.place.to_string() + ": " + fault.message + " [" + fault.code + "]; " + fault.hint + "\n";
  return out;
}

TEST(Variables, AreReplacedInTexts) {
  EXPECT_EQ(value_of("{x: {default: a}}", "\"${x}/b/${x}\""), "a/b/a");
  EXPECT_EQ(value_of("{x: {default: a}}", "\"$${x} $5 a$$b $\""), "${x} $5 a$b $");
  EXPECT_EQ(value_of("{x: {default: \"${env:HOME}/d\"}, y: {default: \"${x}/e\"}}", "\"${y}\""),
            "/home/ann/d/e");
}

TEST(Variables, AWholeVariableTakesItsKind) {
  const LoadResult result = load(texts_with("{x: {default: [1, 2]}}", "\"${x}\""));
  ASSERT_TRUE(result.is_ok());
  EXPECT_TRUE(option_of(result).is_list());
  EXPECT_EQ(option_of(result).place.to_string(), "p.yaml:4:31");
  EXPECT_EQ(option_of(result).place.origin->note, "the value comes from here");
  EXPECT_EQ(option_of(result).place.origin->place.to_string(), "p.yaml:3:21");
}

TEST(Variables, PrecedenceIsVarThenVarsThenEnvironmentThenDefault) {
  const std::string vars = "{x: {default: from-default}}\nenvironments: {prod: {vars: {x: from-env}}}";
  LoadOptions options;
  EXPECT_EQ(value_of(vars, "\"${x}\"", options), "from-default");
  options.environment = "prod";
  EXPECT_EQ(value_of(vars, "\"${x}\"", options), "from-env");
  options.variables_file = "v.yaml";
  EXPECT_EQ(value_of(vars, "\"${x}\"", options), "from-file");
  options.variables = {{"x", "first"}, {"x", "from-var"}};
  EXPECT_EQ(value_of(vars, "\"${x}\"", options), "from-var");
}

TEST(Variables, SecretsLoseOneNewlineAndAreMarked) {
  for (const char* option : {"\"${secret:file:shop.key}\"", "\"${k}\""}) {
    const LoadResult result = load(texts_with("{k: {default: \"${secret:file:shop.key}\"}}", option));
    ASSERT_TRUE(result.is_ok());
    EXPECT_EQ(option_of(result).text, "hunter2");
    EXPECT_TRUE(option_of(result).is_secret);
    EXPECT_TRUE(result.spec.variables.empty());
  }
  const LoadResult result = load(texts_with("{}", "\"Bearer ${secret:env:TOKEN}\""));
  EXPECT_EQ(option_of(result).text, "Bearer abc");
  EXPECT_TRUE(option_of(result).is_secret);
  EXPECT_EQ(describe(option_of(result)), "a secret");
}

TEST(Variables, TheNameOfASecretMayHoldVariables) {
  for (const char* option : {"\"${secret:file:${name}}\"", "\"${secret:file:${dir}/shop.key}\"",
                             "\"${secret:env:${variable}}\""}) {
    Texts files = texts_with(
        "{name: {default: keys/shop.key}, dir: {default: keys}, variable: {default: TOKEN}}", option);
    files.files["keys/shop.key"] = "abc\n";
    const LoadResult result = load(files);
    EXPECT_TRUE(result.is_ok()) << render_text(result.faults);
    EXPECT_EQ(option_of(result).text, "abc");
    EXPECT_TRUE(option_of(result).is_secret);
  }
  EXPECT_EQ(fault_of("{name: {default: no.key}}", "\"${secret:file:${name}}\""),
            "p.yaml:4:31: the secret file 'no.key' does not exist [missing-secret]; make one: weir new key "
            "no.key\n");
  EXPECT_EQ(fault_of("{}", "\"${secret:file:${nme}}\""),
            "p.yaml:4:45: there is no variable 'nme' [unknown-variable]; declare it: 'vars: {nme: {default: "
            "...}}'\n");
}

TEST(Variables, ADashIsTheTerminalAndNoFile) {
  Texts files = texts_with("{}", "\"-\"");
  files.files["d/q.yaml"] = files.files["p.yaml"];
  files.files["p.yaml"] = "weir: 1\nname: p\ninclude: {q: d/q.yaml}\n";
  EXPECT_EQ(resolve_path(option_of(load(files))), "-");
}

TEST(Variables, PathsStartWhereTheirTextStands) {
  LoadOptions options;
  Texts files = texts_with("{x: {default: data}}", "\"${x}/a\"");
  EXPECT_EQ(resolve_path(option_of(load(files))), "data/a");
  files.files["d/q.yaml"] = files.files["p.yaml"];
  files.files["p.yaml"] = "weir: 1\nname: p\ninclude: {q: d/q.yaml}\n";
  EXPECT_EQ(resolve_path(option_of(load(files))), "d/data/a");
  options.variables = {{"x", "here"}};
  EXPECT_EQ(resolve_path(option_of(load(files, options))), "here/a");
}

TEST(Variables, EachMistakeIsOneFault) {
  EXPECT_EQ(fault_of("{input: {default: a}}", "\"${inptu}\""),
            "p.yaml:4:31: there is no variable 'inptu' [unknown-variable]; did you mean 'input'?\n");
  EXPECT_EQ(fault_of("{}", "\"${HOME}\""),
            "p.yaml:4:31: '${HOME}' is no variable: names are [a-z][a-z0-9_]* [bad-variable]; write "
            "${env:HOME} for the environment's\n");
  EXPECT_EQ(fault_of("{}", "\"${other}\""),
            "p.yaml:4:31: there is no variable 'other' [unknown-variable]; declare it: 'vars: {other: "
            "{default: ...}}'\n");
  EXPECT_EQ(fault_of("{x: {}}", "\"${x} ${x}\""),
            "p.yaml:4:31: the variable 'x' has no value [missing-variable]; run with --var x=..., or give it "
            "a default\n");
  EXPECT_EQ(fault_of("{x: {default: \"${y}\"}, y: {default: \"${x}\"}}", "\"${x}\""),
            "p.yaml:3:8: the variable 'x' is made of itself [variable-cycle]; \n");
  EXPECT_EQ(fault_of("{x: {default: [1]}}", "\"a${x}\""),
            "p.yaml:4:32: '${x}' is a list and cannot be part of a text [wrong-type]; let the whole value be "
            "'${x}'\n");
  EXPECT_EQ(fault_of("{x: 5}", "\"${x}\""),
            "p.yaml:3:11: variable 'x': expected a map such as {default: ...}, found '5' [wrong-type]; write "
            "'x: {default: ...}'\n");
  EXPECT_EQ(fault_of("{x: {defualt: 5}}", "\"${x}\""),
            "p.yaml:3:12: unknown key 'defualt' in variable 'x' [unknown-key]; did you mean 'default'?\n");
  EXPECT_EQ(fault_of("{}", "\"${x\""),
            "p.yaml:4:31: this '${' is not closed with '}' [bad-variable]; write '$$' for a '$' that is "
            "meant as such\n");
  EXPECT_EQ(fault_of("{}", "\"${x:-5}\""),
            "p.yaml:4:31: '${x:-5}' is no variable [bad-variable]; write ${x} and give the variable a "
            "default under 'vars'\n");
  EXPECT_EQ(fault_of("{}", "\"${file:a}\""),
            "p.yaml:4:31: '${file:a}' is no variable [bad-variable]; write ${name}, ${env:NAME}, "
            "${secret:file:PATH} or ${secret:env:NAME}\n");
  EXPECT_EQ(fault_of("{}", "\"${env:NONE}\""),
            "p.yaml:4:31: the environment variable 'NONE' is not set [missing-environment]; set it, or use a "
            "variable with a default\n");
  EXPECT_EQ(fault_of("{}", "\"${secret:file:no.key}\""),
            "p.yaml:4:31: the secret file 'no.key' does not exist [missing-secret]; make one: weir new key "
            "no.key\n");
  EXPECT_EQ(fault_of("{}", "\"${secret:env:NONE}\""),
            "p.yaml:4:31: the secret's environment variable 'NONE' is not set [missing-secret]; \n");
  EXPECT_EQ(fault_of("{}", "\"${secret:a}\""),
            "p.yaml:4:31: '${secret:a}' names no secret [bad-variable]; write ${secret:file:PATH} or "
            "${secret:env:NAME}\n");
  EXPECT_EQ(
      fault_of("{}", "{\"${x}\": 1}"),
      "p.yaml:4:31: variables are not replaced in keys [variable-in-key]; put the '${...}' into a value\n");
  LoadOptions options;
  options.variables = {{"inptu", "a"}};
  EXPECT_EQ(fault_of("{input: {default: a}}", "1", options),
            "--var inptu: the pipeline has no variable 'inptu' [unknown-variable]; did you mean 'input'?\n");
  options = {};
  options.variables_file = "none.yaml";
  EXPECT_EQ(fault_of("{}", "1", options),
            "--vars none.yaml: cannot read 'none.yaml': there is no such file [unreadable-file]; \n");
}

TEST(Variables, ADefaultThatNothingNeedsIsNotRead) {
  LoadOptions options;
  options.variables = {{"x", "a"}};
  EXPECT_EQ(value_of("{x: {default: \"${secret:file:none}\"}}", "\"${x}\"", options), "a");
}

}  // namespace
}  // namespace weir
