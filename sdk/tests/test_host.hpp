#pragma once
// A host for tests: the engine's data calls, and calls that note what a component did.
#include <string>
#include <utility>
#include <vector>

#include "data/memory.hpp"
#include "weir/batch.hpp"

/// One instance as the host sees it, with everything that it gave to the host.
struct TestContext : weir_context {
  struct Output {
    uint32_t port;
    weir::Batch batch;
  };
  std::vector<Output> outputs;
  std::vector<std::string> rejections;  ///< "row code: message [column]", "@offset code: message <raw>"
  std::vector<std::string> partitions;
  std::vector<std::string> emissions;  ///< Of sources: "partition@position/token: rows or bytes"
  std::vector<std::pair<std::string, int64_t>> counts;
  std::vector<weir::Batch> log;  ///< Of its one LOG state.
};

/// Gives the SDK the test's host. May be called again.
void use_test_host();
/// Returns the log lines so far and forgets them.
std::vector<std::string> take_logs();

/// Returns a registered component of this program by its name; null when there is none.
const weir_component* find_component(std::string_view name);

/// Returns a column as "1, null, 3" and a batch as its columns joined by " | ".
std::string to_text(const weir_column& column);
std::string to_text(const weir::Batch& batch);
