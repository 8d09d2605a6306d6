#pragma once
// The description of one component: what `weir plugins show`, the reference and the host read.
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "weir/options.hpp"

namespace weir {

namespace extra {  // What may stand behind the summary in a registration, beside options.

struct Description {
  std::string text;
};
struct Example {
  std::string text;
};
struct Traits {
  uint64_t bits;
};
struct InputPort {
  std::string name, doc;
  uint32_t flags;
};
struct OutputPort {
  std::string name, doc;
  uint32_t flags;
};

}  // namespace extra

/// What holds for a component, whatever its options.
enum class Trait : uint64_t {
  kDeterministic = WEIR_TRAIT_DETERMINISTIC,
  kKeepsOrder = WEIR_TRAIT_KEEPS_ORDER,
  kKeepsRows = WEIR_TRAIT_KEEPS_ROWS,
  kReplayable = WEIR_TRAIT_REPLAYABLE,
  kTransactional = WEIR_TRAIT_TRANSACTIONAL,
  kIdempotent = WEIR_TRAIT_IDEMPOTENT,
  kBlocking = WEIR_TRAIT_BLOCKING,
  kForeignIo = WEIR_TRAIT_FOREIGN_IO,
  kBounded = WEIR_TRAIT_BOUNDED,
  kStateless = WEIR_TRAIT_STATELESS,
  kAppendOnly = WEIR_TRAIT_APPEND_ONLY,
  kUnconfirmed = WEIR_TRAIT_UNCONFIRMED,
  kResends = WEIR_TRAIT_RESENDS,
};

/// Markdown, for the reference.
inline extra::Description description(std::string text) { return {std::move(text)}; }
/// A YAML node; for functions and aggregates lines "expression => result". Examples run as tests.
inline extra::Example example(std::string text) { return {std::move(text)}; }
/// All traits that hold; replaces those that the shape assumes.
template <class... Each>
extra::Traits traits(Each... each) {
  return {(uint64_t{0} | ... | static_cast<uint64_t>(each))};
}
/// Input ports in order; `flags` of weir_port. Without one, a node has the input "in".
inline extra::InputPort input(std::string name, std::string doc, uint32_t flags = 0) {
  return {std::move(name), std::move(doc), flags};
}
/// Output ports in order. Without one, a node has the output "out".
inline extra::OutputPort output(std::string name, std::string doc, uint32_t flags = 0) {
  return {std::move(name), std::move(doc), flags};
}

/// A weir_component with everything that it points to, without its calls.
class Component {
 public:
  Component(weir_kind kind, std::string_view name, std::string_view summary, uint64_t traits)
      : name_(name), summary_(summary) {
    view_.struct_size = sizeof(view_);
    view_.kind = static_cast<uint32_t>(kind);
    view_.traits = traits;
  }
  Component(const Component&) = delete;
  Component& operator=(const Component&) = delete;

  void add(const extra::Description& text) { description_ = text.text; }
  void add(const extra::Example& text) { example_ = text.text; }
  void add(const extra::Traits& traits) { view_.traits = traits.bits; }
  void add(const extra::InputPort& port) { inputs_.push_back(convert(port.name, port.doc, port.flags)); }
  void add(const extra::OutputPort& port) { outputs_.push_back(convert(port.name, port.doc, port.flags)); }

  /// Adds the ports that such a component has when its author names none, and the options. Borrows `shapes`.
  void finish(const std::vector<OptionShape>& shapes) {
    const bool is_node = view_.kind <= WEIR_KIND_SINK;
    if (is_node && view_.kind != WEIR_KIND_SOURCE && inputs_.empty()) inputs_.push_back(convert("in", "", 0));
    if (is_node && view_.kind != WEIR_KIND_SINK && outputs_.empty())
      outputs_.push_back(convert("out", "", 0));
    options_.emplace(shapes);
    view_.name = as_str(name_);
    view_.summary = as_str(summary_);
    view_.description = as_str(description_);
    view_.example = as_str(example_);
    view_.options = options_->data();
    view_.option_count = options_->size();
    view_.inputs = inputs_.data();
    view_.input_count = static_cast<uint32_t>(inputs_.size());
    view_.outputs = outputs_.data();
    view_.output_count = static_cast<uint32_t>(outputs_.size());
  }
  weir_component& view() { return view_; }

 private:
  weir_port convert(const std::string& name, const std::string& doc, uint32_t flags) {
    return {as_str(texts_.emplace_back(name)), as_str(texts_.emplace_back(doc)), flags, 0};
  }
  std::string name_, summary_, description_, example_;
  std::deque<std::string> texts_;
  std::vector<weir_port> inputs_, outputs_;
  std::optional<COptions> options_;
  weir_component view_{};
};

}  // namespace weir
