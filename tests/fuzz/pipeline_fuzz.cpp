// A pipeline's YAML, checked as `weir check` does it, with the components of several families in this
// program: the same faults each time, each at a place that exists.
//
// Input: the YAML.
#include <memory>

#include <weir/abi.h>
#include <weir/host.hpp>

#include "fuzz_target.hpp"
#include "graph/graph_picture.hpp"
#include "plan/bind.hpp"
#include "plan/plan.hpp"
#include "plan/plan_text.hpp"
#include "runtime/sim_machine.hpp"
#include "spec/load.hpp"
#include "world/whole_file.hpp"

extern "C" const weir_library* weir_plugin_v1(const weir_host* host);

namespace weir::fuzz {
namespace {

constexpr const char* kPath = "/p/pipeline.yaml";
constexpr const char* kIncluded = R"(weir: 1
vars: {limit: {default: 10}}
templates:
  few: {params: {n: {type: int}}, transforms: {it: {type: limit, inputs: input, rows: "${n}"}}, output: it}
sources:
  orders: {type: file, path: orders.csv, format: csv}
)";

// A machine of its own for each input: its disk remembers every call.
struct Machine : SimMachine {
  ComponentCatalog catalog{{}, host};

  Machine() {
    auto library = std::make_shared<LoadedLibrary>();
    library->library = weir_plugin_v1(host.table());
    catalog.add_own(library);
    expect(make_dirs(disk, "/p").is_ok(), "a directory is made");
    put("/p/orders.csv", "id,at,price,user\n1,2025-01-01T00:00:00Z,9.50,ann\n2,2025-01-01T00:01:00Z,,bob\n");
    put("/p/views.ndjson", "{\"ts\":\"2025-01-01T00:00:00Z\",\"user\":\"u1\",\"page\":\"/\",\"ms\":12.5}\n");
    put("/p/key", "0123456789abcdef0123456789abcdef\n");
  }
  void put(const std::string& path, std::string_view bytes) {
    expect(write_atomic(disk, faults, "fuzz", path, bytes).is_ok(), "a file is stored");
  }
};

LoadOptions load_options(std::string_view text) {
  LoadOptions options;
  options.read_file = [text](const std::string& path) -> Result<std::string> {
    if (path == kPath) return std::string(text);
    if (path == "/p/included.yaml") return std::string(kIncluded);
    return Status::not_found("'" + path + "': no such file");
  };
  options.read_environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "HOME") return "/p";
    return std::nullopt;
  };
  options.secret_stand_in = "a secret of thirty-two characters";
  return options;
}

void check_place(const Place& place) {
  if (!place.is_known() || place.line == 0) return;
  expect(place.line <= place.source->line_count(), "a fault lies in a line of the text");
  expect(place.column >= 1 && place.column <= place.source->line(place.line).size() + 1,
         "a fault lies in a column of its line");
}

// What `weir check`, `weir graph` and `weir plan` would say.
std::string told(std::string_view text) {
  Machine machine;
  LoadResult loaded = load_pipeline(kPath, load_options(text));
  BindOptions bind;
  bind.host = machine.host.table();
  BindResult bound = bind_pipeline(loaded.spec, machine.catalog, bind, loaded.faults);
  for (const Fault& fault : loaded.faults.sorted()) {
    check_place(fault.place);
    if (fault.second) check_place(fault.second->place);
    expect(!fault.code.empty() && !fault.message.empty(), "a fault has a code and a message");
  }
  std::string all = render_text(loaded.faults) + render_json(loaded.faults);
  if (bound.graph) all += to_mermaid(*bound.graph) + to_dot(*bound.graph);
  if (!loaded.faults.has_errors()) all += plan_text(make_plan(std::move(bound.pipeline), 2));
  return all;
}

}  // namespace

WEIR_FUZZ_TARGET(pipeline) {
  expect_equal("checked, and checked again", told(input.rest()), told(input.rest()));
}

}  // namespace weir::fuzz
