#pragma once
// A sink whose output becomes visible with the checkpoint that covers it.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/sink.hpp"
#include "weir/source.hpp"

namespace weir {

/// Two phases: prepare() makes everything accepted so far durable and invisible, the host writes the token
/// into the checkpoint's manifest, and commit() makes it visible. commit() and abort() may come again, and in
/// a new process.
class TransactionalSink : public SinkNode {
 public:
  static constexpr uint64_t kDefaultTraits = WEIR_TRAIT_TRANSACTIONAL;

  /// Returns the token: any bytes; it may be large, and is empty when nothing was accepted.
  virtual Result<std::string> prepare(uint64_t epoch, std::span<const PartitionOffset> positions) = 0;
  virtual Status commit(std::string_view token) = 0;
  virtual Status abort(std::string_view token) = 0;
  /// The first call of a copy after a restart, with the tokens of the last manifest: commit them and remove
  /// what they do not name. At a fresh start there are none.
  virtual Status recover(std::span<const std::string_view> tokens) = 0;
  /// For sinks that store the checkpoint with their rows: its epoch, 0 for none. Nothing: does not say.
  virtual Result<std::optional<uint64_t>> last_committed() { return std::optional<uint64_t>(); }

  /// Owns the bytes that prepare() gave to the host.
  std::string prepared_token;
  static const weir_sink_calls* sink_calls();
};

namespace shim {

inline int32_t prepare(weir_instance* instance, uint64_t epoch, const weir_partition_offset* positions,
                       size_t count, weir_token* out, weir_fault* fault) {
  return guarded(fault, [&]() -> Status {
    auto& sink = shape_of<TransactionalSink>(instance);
    WEIR_ASSIGN_OR_RETURN(sink.prepared_token, sink.prepare(epoch, detail::to_offsets(positions, count)));
    out->bytes = as_str(sink.prepared_token);
    return {};
  });
}
inline int32_t commit(weir_instance* instance, weir_str token, weir_fault* fault) {
  return guarded(fault, [&] { return shape_of<TransactionalSink>(instance).commit(as_view(token)); });
}
inline int32_t abort(weir_instance* instance, weir_str token, weir_fault* fault) {
  return guarded(fault, [&] { return shape_of<TransactionalSink>(instance).abort(as_view(token)); });
}
inline int32_t recover(weir_instance* instance, const weir_str* tokens, size_t count, weir_fault* fault) {
  return guarded(fault, [&] {
    std::vector<std::string_view> views;
    for (size_t i = 0; i < count; ++i) views.push_back(as_view(tokens[i]));
    return shape_of<TransactionalSink>(instance).recover(views);
  });
}
inline int32_t last_committed(weir_instance* instance, uint64_t* epoch, weir_fault* fault) {
  return guarded(fault, [&]() -> Status {
    WEIR_ASSIGN_OR_RETURN(const std::optional<uint64_t> last,
                          shape_of<TransactionalSink>(instance).last_committed());
    if (!last) return Status::unsupported("the sink does not store the checkpoint with its rows");
    *epoch = *last;
    return {};
  });
}

inline constexpr weir_sink_calls kTransactionalSinkCalls = {
    sizeof(weir_sink_calls), 1,       &write, &flush, &prepare, &commit, &abort, &recover,
    &last_committed,         &written};

}  // namespace shim

inline const weir_sink_calls* TransactionalSink::sink_calls() { return &shim::kTransactionalSinkCalls; }

}  // namespace weir
