#pragma once
// One transform with its options, bound and made into one instance, that a test feeds and reads.
//
//   NodeHarness node("filter", "where: x > 1", "x: int64");
//   node.push({{"1"}, {"2"}});
//   EXPECT_EQ(node.take(), (Rows{"2"}));
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <weir/schema.hpp>

#include "node_harness/harness_host.hpp"
#include "plan/option_values.hpp"

namespace weir::test {

using Cell = std::optional<std::string>;
using Cells = std::vector<std::vector<Cell>>;
/// Rows as texts: "a | 1 | null".
using Rows = std::vector<std::string>;

struct HarnessSettings {
  weir_mode mode = WEIR_MODE_WHOLE;
  std::string event_time = {};  ///< Name of the column; empty: none.
  bool is_bounded = true;
  int64_t emit_budget = 1 << 20;
  uint64_t granted_bytes = 0;  ///< As "weir.memory/1" says; 0: the node holds what it wants.
};

class NodeHarness {
 public:
  using Settings = HarnessSettings;
  /// `options`: YAML. `columns`: "t: timestamp, x: int64". What goes wrong is in fault(), and nothing else
  /// may be called then.
  NodeHarness(const std::string& name, const std::string& options, const std::string& columns,
              Settings settings = {});
  NodeHarness(const NodeHarness&) = delete;
  NodeHarness& operator=(const NodeHarness&) = delete;
  ~NodeHarness();

  /// Empty: none.
  const std::string& fault() const { return fault_; }
  const weir_binding& binding() const { return *binding_; }
  /// Of an output port, as "a: int64, b: string".
  std::string columns(uint32_t port = 0) const;
  const Schema& output(uint32_t port = 0) const { return outputs_[port]; }
  /// Which input columns are read when `wanted` of output 0 are.
  std::vector<uint8_t> needed(const std::vector<uint8_t>& wanted);

  /// Makes a batch of the input's columns from texts, as CAST reads them.
  Batch batch(const Cells& rows) const;
  weir_answer push(const Cells& rows) { return push(batch(rows)); }
  weir_answer push(Batch batch);
  weir_answer watermark(int64_t time_us) { return signal({WEIR_SIGNAL_WATERMARK, 0, time_us, 0}); }
  weir_answer barrier() { return signal({WEIR_SIGNAL_BARRIER, 0, 0, 1}); }
  /// The time that the node asked to be woken at has come.
  weir_answer wake() { return signal({WEIR_SIGNAL_WAKE, 0, 0, 0}); }
  weir_answer end() { return signal({WEIR_SIGNAL_END, 0, 0, 0}); }

  /// Returns what port `port` gave since the last take, and forgets it.
  Rows take(uint32_t port = 0);
  std::vector<Batch> take_batches(uint32_t port = 0);
  Rows take_rejections() { return std::exchange(context_.rejections, {}); }
  /// How often a call answered MORE.
  size_t more_count() const { return more_count_; }
  HarnessContext& context() { return context_; }

 private:
  bool made(int32_t code, const weir_fault& fault);
  bool bind(const std::string& name, const std::string& options, const Settings& settings);
  weir_answer signal(const weir_signal& signal);
  weir_answer finish(weir_answer answer, const weir_fault& fault, bool is_signal);
  Batch run_program(const Batch& batch);

  const weir_component* component_;
  const int64_t emit_budget_;
  std::shared_ptr<MemoryAccount> account_ = MemoryAccount::make("node");
  HarnessContext context_;
  Schema input_;
  std::vector<Schema> outputs_;
  std::shared_ptr<OptionValues> values_;
  weir_node* node_ = nullptr;
  weir_instance* instance_ = nullptr;
  const weir_binding* binding_ = nullptr;
  std::string fault_;
  size_t more_count_ = 0;
};

/// Returns the rows of a batch as texts.
Rows row_texts(const Schema& schema, const Batch& batch);

}  // namespace weir::test
