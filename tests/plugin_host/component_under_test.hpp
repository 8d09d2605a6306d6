#pragma once
// One component with its options, bound and made into one instance, as an engine would do it.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weir/abi.h>
#include <weir/batch.hpp>
#include <weir/schema.hpp>
#include <weir/status.hpp>

#include "plan/option_values.hpp"
#include "plugin_host/host.hpp"

namespace weir::test {

/// Columns of the input of a sink.
struct GivenInput {
  std::string columns;  ///< "day: string, n: int64"
  bool is_bounded = true;
};

/// Needs: use_host() came first.
class ComponentUnderTest {
 public:
  /// A sink when it is given an input, else a source. `options`: YAML. What goes wrong is in fault(), and the
  /// object must not be used further.
  ComponentUnderTest(const std::string& name, const std::string& options,
                     std::optional<GivenInput> input = {});
  ComponentUnderTest(const ComponentUnderTest&) = delete;
  ComponentUnderTest& operator=(const ComponentUnderTest&) = delete;
  ~ComponentUnderTest();

  /// The text of the last fault; of options: every fault as "message (hint)", one a line. Empty: none.
  const std::string& fault() const { return fault_; }
  Context& context() { return context_; }
  const weir_component& component() const { return *component_; }
  /// Of a source: its columns. Of a sink: its input's.
  const Schema& schema() const { return schema_; }
  bool is_single_copy() const { return is_single_copy_; }

  // Sources.
  /// Returns the first bytes and the partition, or nothing.
  std::optional<std::pair<std::string, std::string>> head(size_t max_bytes);
  weir_answer poll(int64_t budget_bytes = 1 << 20);
  /// Polls until it is finished, not ready, or fails.
  weir_answer poll_all();
  bool restore(const std::vector<std::pair<std::string, weir_offset>>& offsets);
  std::pair<int64_t, int64_t> progress();
  const weir_wake& wake() const { return wake_; }

  // Sinks. Each answers whether it succeeded.
  bool write(const Batch& batch);
  bool flush(uint64_t epoch);
  std::optional<std::string> prepare(uint64_t epoch);
  bool commit(const std::string& token);
  bool abort(const std::string& token);
  bool recover(const std::vector<std::string>& tokens);
  std::vector<std::string> written();
  weir_instance* instance() { return instance_; }

 private:
  bool made(int32_t code, const weir_fault& fault);
  const weir_component* component_ = nullptr;
  std::shared_ptr<OptionValues> values_;
  Context context_;
  weir_node* node_ = nullptr;
  weir_instance* instance_ = nullptr;
  weir_wake wake_{};
  Schema schema_;
  bool is_single_copy_ = false;
  std::string fault_;
};

}  // namespace weir::test
