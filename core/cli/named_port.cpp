#include "cli/named_port.hpp"

#include <algorithm>
#include <vector>
#include <weir/did_you_mean.hpp>

namespace weir {
namespace {

std::string sentence(const std::string& text, const std::string& hint) {
  return hint.empty() ? text : text + "; " + hint;
}

}  // namespace

Result<WatchedPort> find_port(const BoundPipeline& pipeline, const std::string& text) {
  std::vector<std::string> names;
  for (const BoundNode& node : pipeline.nodes) names.push_back(node.name);
  // Names of nodes may hold dots: hosts.cpu.errors.
  const bool is_node = std::ranges::find(names, text) != names.end();
  const size_t dot = is_node ? std::string::npos : text.rfind('.');
  const std::string name = text.substr(0, dot);
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) {
    const std::string hint = did_you_mean(name, names);
    return Status::not_found(sentence("there is no node '" + name + "'",
                                      hint.empty() ? "the nodes are " + list_words(names) : hint));
  }
  WatchedPort port;
  port.node = static_cast<size_t>(found - names.begin());
  const BoundNode& node = pipeline.nodes[port.node];
  const bool is_sink = node.kind() == WEIR_KIND_SINK;
  if (is_sink) port.side = WatchedPort::Side::kInput;
  if (dot == std::string::npos) return port;
  const std::string wanted = text.substr(dot + 1);
  if (wanted == "errors") {
    port.port = kErrorsPort;
    port.side = WatchedPort::Side::kOutput;
    return port;
  }
  std::vector<std::string> ports = is_sink ? node.input_ports : node.output_ports;
  const auto named = std::ranges::find(ports, wanted);
  if (named != ports.end()) {
    port.port = static_cast<uint32_t>(named - ports.begin());
    return port;
  }
  ports.emplace_back("errors");
  return Status::not_found(
      sentence("node '" + name + "' has no port '" + wanted + "'; its ports are " + list_words(ports),
               did_you_mean(wanted, ports)));
}

}  // namespace weir
