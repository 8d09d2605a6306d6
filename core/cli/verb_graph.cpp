// weir graph FILE: the pipeline as a picture.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "cli/pipeline_flags.hpp"
#include "graph/graph_picture.hpp"

namespace weir {
namespace {

struct GraphFlags {
  PipelineFlags pipeline;
  std::string format = "mermaid";
};

ExitCode draw(const GraphFlags& flags, const CommonFlags& common) {
  Session session(common);
  const auto pipeline = load_and_bind(flags.pipeline, session);
  if (!pipeline.is_ok()) {
    std::fprintf(stderr, "weir graph: %s\n", std::string(pipeline.status().message()).c_str());
    return ExitCode::kUsage;
  }
  if (!pipeline->faults.empty()) print_faults(pipeline->faults);
  if (!pipeline->bound.graph) return ExitCode::kInvalid;
  const PipelineGraph& graph = *pipeline->bound.graph;
  std::fputs((flags.format == "dot" ? to_dot(graph) : to_mermaid(graph)).c_str(), stdout);
  return pipeline->is_ok() ? ExitCode::kDone : ExitCode::kInvalid;
}

}  // namespace

void add_graph_verb(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb = app.add_subcommand("graph", "Draw a pipeline as Mermaid or DOT text");
  const auto flags = std::make_shared<GraphFlags>();
  add_pipeline_flags(*verb, flags->pipeline);
  verb->add_option("--format", flags->format, "mermaid or dot")->check(CLI::IsMember({"mermaid", "dot"}));
  verb->callback([flags, &chosen] { chosen.run = [flags, &chosen] { return draw(*flags, chosen.common); }; });
}

}  // namespace weir
