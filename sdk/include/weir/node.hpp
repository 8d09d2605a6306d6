#pragma once
// What every shape of node has in common.
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/binding.hpp"
#include "weir/log.hpp"
#include "weir/schema.hpp"

namespace weir {

/// An input port with its schema, as bind() sees it.
struct Input {
  std::string port_name;
  Schema schema;
  bool is_bounded = false;  ///< Every source above it ends by itself.
};

/// Whether an instance stands before the exchange, after it, or there is none.
enum class Mode : uint32_t {
  kWhole = WEIR_MODE_WHOLE,
  kPartial = WEIR_MODE_PARTIAL,
  kFinal = WEIR_MODE_FINAL
};

/// The base of all shapes. The SDK makes one object to bind the node and one further object, bound in the
/// same way, for each parallel copy.
///
/// Threads: calls on one object never overlap, but come from any thread; cancel() alone may come at any time.
class Node {
 public:
  Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  virtual ~Node() = default;

  /// The shape's bind() behind one signature.
  virtual Result<Binding> bind_ports(std::span<const Input> inputs) = 0;
  /// Runs once on each copy, after bind and before any data; has context().
  virtual Status start() { return {}; }
  /// What runs must return soon. Threads: any, at any time.
  virtual void cancel() {}

  /// Set by the SDK before a copy is bound.
  void attach(const weir_instance_info& info) { info_ = info; }

 protected:
  /// The copy as the host sees it; null in the object that only binds.
  weir_context* context() const { return info_.context; }
  Mode mode() const { return static_cast<Mode>(info_.mode); }
  uint32_t copy_index() const { return info_.index; }
  uint32_t copy_count() const { return info_.count; }
  bool is_stopping() const { return host()->is_stopping(context()) != 0; }
  /// Adds to a counter of this node, made at its first use.
  void count(std::string_view name, int64_t amount = 1) const {
    host()->metric_add(context(), as_str(name), amount);
  }
  void log_info(std::string_view message, std::initializer_list<LogField> fields = {}) const {
    log(WEIR_LOG_INFO, context(), message, fields);
  }
  void log_warn(std::string_view message, std::initializer_list<LogField> fields = {}) const {
    log(WEIR_LOG_WARN, context(), message, fields);
  }

 private:
  weir_instance_info info_{};
};

}  // namespace weir
