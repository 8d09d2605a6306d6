// weir functions [NAME] [--markdown], weir eval EXPRESSION: the expression language, looked up and tried out.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <weir/batch.hpp>
#include <weir/c_schema.hpp>
#include <weir/did_you_mean.hpp>

#include "cli/session.hpp"
#include "data/row_json.hpp"
#include "expr/compile.hpp"
#include "expr/fault.hpp"
#include "expr/function_reference.hpp"
#include "expr/function_registry.hpp"
#include "plan/plugin_functions.hpp"

namespace weir {
namespace {

void print_function(const expr::Function& function) {
  std::printf("%s%s\n  %s\n", function.name.c_str(), function.signature.c_str(), function.doc.c_str());
  for (const std::string& example : function.examples) std::printf("    %s\n", example.c_str());
}

void list_functions(const expr::FunctionRegistry& functions) {
  for (const expr::Function* const function : functions.functions()) {
    std::printf("%-24s %s\n", function->name.c_str(), function->doc.c_str());
  }
}

ExitCode show_functions(const std::string& name, bool is_markdown, const CommonFlags& common) {
  Session session(common);
  const expr::FunctionRegistry functions = functions_with_plugins(session.catalog());
  if (name.empty()) {
    if (is_markdown) std::fputs(expr::functions_markdown(functions).c_str(), stdout);
    if (!is_markdown) list_functions(functions);
    return ExitCode::kDone;
  }
  if (const expr::RefusedFunction* const refused = functions.refusal_of(name); refused != nullptr) {
    std::fprintf(stderr, "weir functions: %s\n  %s\n", refused->message.c_str(), refused->hint.c_str());
    return ExitCode::kFailed;
  }
  const expr::Function* const function = functions.find(name);
  if (function == nullptr) {
    const std::string hint = hint_behind(name, functions.names());
    std::fprintf(stderr, "weir functions: there is no function '%s'%s\n", name.c_str(), hint.c_str());
    return ExitCode::kFailed;
  }
  if (is_markdown) {
    std::fputs(expr::function_markdown(*function, functions.aliases_of(function->name)).c_str(), stdout);
  } else {
    print_function(*function);
  }
  return ExitCode::kDone;
}

ExitCode evaluate(const std::string& text, const CommonFlags& common) {
  Session session(common);
  const auto compiled = expr::compile(text, Schema{}, functions_with_plugins(session.catalog()));
  if (!compiled.is_ok()) {
    for (const expr::ExprFault& fault : compiled.faults) {
      std::fprintf(stderr, "weir eval: %s\n", expr::describe(fault, text).c_str());
    }
    return ExitCode::kInvalid;
  }
  expr::RowFaults faults;
  const auto value = compiled->evaluate(*Batch::make(1, {}), faults);
  if (!value.is_ok() || !faults.empty()) {
    const std::string message =
        value.is_ok() ? faults.front().message : std::string(value.status().message());
    std::fprintf(stderr, "weir eval: %s\n", message.c_str());
    return ExitCode::kFailed;
  }
  Schema schema;
  schema.fields.push_back(compiled->field());
  const CSchema c(schema);
  std::string json;
  append_value_json(c.get()->fields[0], **value, 0, json);
  std::printf("%s : %s\n", json.c_str(), compiled->field().type.to_string().c_str());
  return ExitCode::kDone;
}

}  // namespace

void add_functions_verb(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb = app.add_subcommand("functions", "List the functions of expressions, or show one");
  const auto name = std::make_shared<std::string>();
  verb->add_option("NAME", *name, "One function");
  const auto is_markdown = std::make_shared<bool>(false);
  verb->add_flag("--markdown", *is_markdown, "As the reference has it");
  verb->callback([name, is_markdown, &chosen] {
    chosen.run = [name, is_markdown, &chosen] { return show_functions(*name, *is_markdown, chosen.common); };
  });
}

void add_eval_verb(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb = app.add_subcommand("eval", "Evaluate an expression and print its value and type");
  const auto text = std::make_shared<std::string>();
  verb->add_option("EXPRESSION", *text, "Such as \"date_trunc('hour', TIMESTAMP '2025-01-01 10:11:12')\"")
      ->required();
  verb->callback(
      [text, &chosen] { chosen.run = [text, &chosen] { return evaluate(*text, chosen.common); }; });
}

}  // namespace weir
