// weir plugins [show NAME | explain FILE]: what there is, what it takes, and why a library will not load.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "cli/session.hpp"
#include "plugin/component_description.hpp"
#include "plugin/component_kind.hpp"
#include "plugin/component_reference.hpp"
#include "plugin/explain.hpp"

namespace weir {
namespace {

constexpr uint32_t kKinds[] = {WEIR_KIND_SOURCE, WEIR_KIND_TRANSFORM, WEIR_KIND_SINK,
                               WEIR_KIND_FORMAT, WEIR_KIND_FUNCTION,  WEIR_KIND_AGGREGATE};

ExitCode list_plugins(const CommonFlags& common) {
  Session session(common);
  for (const FoundLibrary& library : session.catalog().scan().libraries) {
    std::printf("%s %s  %s\n", library.descriptor.name.c_str(), library.descriptor.version.c_str(),
                library.path.c_str());
    for (const ComponentName& component : library.descriptor.components) {
      std::printf("  %-10s %s\n", std::string(kind_name(component.kind)).c_str(), component.name.c_str());
    }
  }
  for (const RefusedLibrary& refused : session.catalog().scan().refused) {
    std::printf("refused: %s\n", refused.sentence().c_str());
  }
  return ExitCode::kDone;
}

ExitCode show_component(const std::string& name, bool is_markdown, const CommonFlags& common) {
  Session session(common);
  bool is_shown = false;
  for (const uint32_t kind : kKinds) {
    if (!session.catalog().has(kind, name)) continue;
    const FoundComponent found = session.catalog().find(kind, name);
    if (found.component == nullptr) {
      std::fprintf(stderr, "weir plugins: %s\n", found.fault->message.c_str());
      return ExitCode::kFailed;
    }
    const ComponentDescription description = describe_component(*found.component);
    std::fputs((is_markdown ? component_markdown(description) : component_text(description)).c_str(), stdout);
    is_shown = true;
  }
  if (is_shown) return ExitCode::kDone;
  const FoundComponent missing = session.catalog().find(WEIR_KIND_TRANSFORM, name);
  std::fprintf(stderr, "weir plugins: %s%s%s\n", missing.fault->message.c_str(),
               missing.fault->hint.empty() ? "" : "; ", missing.fault->hint.c_str());
  return ExitCode::kFailed;
}

ExitCode explain(const std::string& path) {
  const Explanation explanation = explain_library(path);
  std::puts(explanation.sentence.c_str());
  return explanation.loads ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

void add_plugins_verb(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb =
      app.add_subcommand("plugins", "List plugin libraries, show a component, explain a library");
  verb->require_subcommand(0, 1);
  verb->callback([&chosen, verb] {
    if (verb->get_subcommands().empty()) chosen.run = [&chosen] { return list_plugins(chosen.common); };
  });
  const auto name = std::make_shared<std::string>();
  const auto is_markdown = std::make_shared<bool>(false);
  CLI::App* const show = verb->add_subcommand("show", "Show a component with its options");
  show->add_option("NAME", *name, "The component")->required();
  show->add_flag("--markdown", *is_markdown, "As the reference has it");
  show->callback([name, is_markdown, &chosen] {
    chosen.run = [name, is_markdown, &chosen] { return show_component(*name, *is_markdown, chosen.common); };
  });
  const auto path = std::make_shared<std::string>();
  CLI::App* const why = verb->add_subcommand("explain", "Say why a library will or will not load");
  why->add_option("FILE", *path, "The library")->required();
  why->callback([path, &chosen] { chosen.run = [path] { return explain(*path); }; });
}

}  // namespace weir
