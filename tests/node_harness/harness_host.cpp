#include "node_harness/harness_host.hpp"

#include <weir/fault.hpp>
#include <weir/host.hpp>
#include <weir/text.hpp>

#include "data/data_calls.hpp"
#include "expr/abi_calls.hpp"

extern "C" const weir_library* weir_plugin_v1(const weir_host* host);

namespace weir::test {
namespace {

HarnessContext& of(weir_context* context) { return *static_cast<HarnessContext*>(context); }

template <class Call>
int32_t on_state(weir_context* context, weir_fault* fault, Call call) {
  if (of(context).state == nullptr) return fill_fault(Status::invalid("the node declares no state"), fault);
  return fill_fault(call(*of(context).state), fault);
}

weir_state_calls make_state_calls() {
  weir_state_calls calls{};
  calls.struct_size = sizeof(calls);
  calls.find_or_insert = [](weir_context* c, uint32_t state, const weir_keys* keys, void** slots,
                            uint8_t* inserted, weir_fault* fault) {
    return on_state(c, fault,
                    [&](InstanceState& s) { return s.find_or_insert(state, *keys, slots, inserted); });
  };
  calls.find = [](weir_context* c, uint32_t state, const weir_keys* keys, void** slots, weir_fault* fault) {
    return on_state(c, fault, [&](InstanceState& s) { return s.find(state, *keys, slots); });
  };
  calls.move = [](weir_context* c, uint32_t state, const weir_keys* keys, const int64_t* targets,
                  weir_fault* fault) {
    return on_state(c, fault, [&](InstanceState& s) { return s.move(state, *keys, targets); });
  };
  calls.scan = [](weir_context* c, uint32_t state, int64_t upto, int64_t max_rows, weir_scan* out,
                  weir_fault* fault) {
    return on_state(c, fault, [&](InstanceState& s) { return s.scan(state, upto, max_rows, out); });
  };
  calls.remove_upto = [](weir_context* c, uint32_t state, int64_t upto, weir_fault* fault) {
    return on_state(c, fault, [&](InstanceState& s) { return s.remove_upto(state, upto); });
  };
  calls.block_resize = [](weir_context* c, uint32_t state, weir_block** ref, uint64_t size,
                          weir_fault* fault) {
    return on_state(c, fault, [&](InstanceState& s) { return s.block_resize(state, ref, size); });
  };
  calls.usage = [](weir_context* c, uint32_t state, uint64_t* bytes, uint64_t* keys, weir_fault* fault) {
    return on_state(c, fault, [&](InstanceState& s) { return s.usage(state, bytes, keys); });
  };
  calls.log_append = [](weir_context* c, uint32_t state, weir_batch* batch, weir_fault* fault) {
    return on_state(c, fault, [&](InstanceState& s) { return s.log_append(state, batch); });
  };
  calls.log_count = [](weir_context* c, uint32_t state, uint64_t* count, weir_fault* fault) {
    return on_state(c, fault, [&](InstanceState& s) { return s.log_count(state, count); });
  };
  calls.log_read = [](weir_context* c, uint32_t state, uint64_t index, weir_batch** out, weir_fault* fault) {
    return on_state(c, fault, [&](InstanceState& s) { return s.log_read(state, index, out); });
  };
  calls.log_clear = [](weir_context* c, uint32_t state, weir_fault* fault) {
    return on_state(c, fault, [&](InstanceState& s) { return s.log_clear(state); });
  };
  return calls;
}

void reject(weir_context* context, const weir_batch*, const weir_rejection* rejections, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const weir_rejection& r = rejections[i];
    std::string line =
        std::to_string(r.row) + ' ' + std::string(as_view(r.code)) + ": " + std::string(as_view(r.message));
    if (r.column.size > 0) line += " [" + std::string(as_view(r.column)) + ']';
    of(context).rejections.push_back(std::move(line));
  }
}

weir_host make_host() {
  static const weir_state_calls state = make_state_calls();
  weir_host host{};
  host.struct_size = sizeof(host);
  host.abi_major = WEIR_ABI_MAJOR;
  host.abi_minor = WEIR_ABI_MINOR;
  fill_data_calls(host);
  expr::fill_expression_calls(host);
  host.state = &state;
  host.emit = [](weir_context* context, uint32_t port, weir_batch* batch) {
    of(context).emitted.push_back({port, Batch::adopt(batch)});
  };
  host.reject = &reject;
  host.monotonic_ns = [](const weir_host*) { return int64_t{1000}; };
  host.metric_add = [](weir_context* context, weir_str name, int64_t amount) {
    of(context).counters[std::string(as_view(name))] += amount;
  };
  host.wake_at = [](weir_context* context, int64_t monotonic_ns) { of(context).wake_at_ns = monotonic_ns; };
  host.extension = &data_extension;
  return host;
}

class LinkedAggregates final : public expr::AggregateCatalog {
 public:
  const weir_aggregate_calls* find(std::string_view name) const override {
    const weir_component* const found = find_component(WEIR_KIND_AGGREGATE, name);
    return found == nullptr ? nullptr : found->aggregate;
  }
  std::vector<std::string> names() const override { return {}; }
};

}  // namespace

const weir_host* harness_host() {
  static const weir_host host = make_host();
  set_host(&host);
  return &host;
}

const weir_component* find_component(weir_kind kind, std::string_view name) {
  const weir_library* const library = weir_plugin_v1(harness_host());
  for (uint32_t i = 0; i < library->component_count; ++i) {
    const weir_component* const component = library->components[i];
    if (component->kind == static_cast<uint32_t>(kind) && as_view(component->name) == name) return component;
  }
  return nullptr;
}

const expr::AggregateCatalog& linked_aggregates() {
  static const LinkedAggregates aggregates;
  return aggregates;
}

}  // namespace weir::test
