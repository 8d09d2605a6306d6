#include "runtime/root_source.hpp"

#include <weir/fault.hpp>
#include <weir/text.hpp>

namespace weir {

std::vector<weir_partition_offset> RootSource::offsets_of(const std::vector<SourcePosition>& positions) {
  std::vector<weir_partition_offset> offsets;
  for (const SourcePosition& position : positions) {
    // A byte source goes on at the beginning of a chunk; the engine leaves out what it has of it.
    const int64_t begin = position.position - static_cast<int64_t>(position.skip);
    offsets.push_back({as_str(position.partition), {begin, as_str(position.token)}});
  }
  return offsets;
}

Status RootSource::tell_durable(const weir_component& component, weir_instance* instance,
                                const std::vector<SourcePosition>& positions) {
  if (component.source->durable == nullptr || positions.empty()) return {};
  const std::vector<weir_partition_offset> offsets = offsets_of(positions);
  weir_fault fault{};
  const int32_t code = component.source->durable(instance, offsets.data(), offsets.size(), &fault);
  return status_of(code, fault);
}

}  // namespace weir
