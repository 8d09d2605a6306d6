#include "plan/part_ends.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <weir/sink.hpp>
#include <weir/source.hpp>

namespace weir {
namespace {

class GivenRows final : public Source {
 public:
  GivenRows(std::shared_ptr<const Batch> rows, Schema schema, std::vector<RowPlace> places)
      : rows_(std::move(rows)), schema_(std::move(schema)), places_(std::move(places)) {}
  Result<Schema> bind() override { return schema_; }
  Result<Progress> poll(RowOutput& output) override {
    if (!places_.empty()) return poll_places(output);
    const uint32_t partition = output.partition_found("given");
    const auto count = static_cast<int64_t>(rows_->row_count());
    if (count > 0) output.emit(partition, rows_->share(), 0, {count});
    output.partition_ended(partition);
    return Progress::finished();
  }

 private:
  Result<Progress> poll_places(RowOutput& output) {
    for (; next_ < places_.size(); ++next_) {
      if (!output.has_room()) return Progress::done();
      const RowPlace& place = places_[next_];
      output.emit(output.partition_found(place.partition), rows_->slice(next_, 1), place.offset,
                  {place.offset + 1});
    }
    std::set<uint32_t> partitions;
    for (const RowPlace& place : places_) partitions.insert(output.partition_found(place.partition));
    for (const uint32_t partition : partitions) output.partition_ended(partition);
    return Progress::finished();
  }

  const std::shared_ptr<const Batch> rows_;
  const Schema schema_;
  const std::vector<RowPlace> places_;
  size_t next_ = 0;
};

class GivenRecords final : public ByteSource {
 public:
  explicit GivenRecords(std::shared_ptr<const std::vector<RecordBytes>> records)
      : records_(std::move(records)) {}
  Result<std::optional<Head>> head(size_t) override { return std::optional<Head>(); }
  Result<Progress> poll(ByteOutput& output) override {
    for (; next_ < records_->size(); ++next_) {
      if (!output.has_room()) return Progress::done();
      const RecordBytes& record = (*records_)[next_];
      const uint32_t partition = output.partition_found(record.partition);
      Buffer bytes = Buffer::allocate(record.bytes.size());
      std::ranges::copy(record.bytes, bytes.data());
      output.emit(partition, std::move(bytes), {0}, true);
      output.partition_ended(partition);
    }
    return Progress::finished();
  }

 private:
  const std::shared_ptr<const std::vector<RecordBytes>> records_;
  size_t next_ = 0;
};

class Collector final : public Sink {
 public:
  explicit Collector(std::shared_ptr<RowCollector> into) : into_(std::move(into)) {}
  Status bind(std::span<const Input>) override { return {}; }
  Result<Progress> write(const Batch& batch, size_t, Emitter&) override {
    into_->add(batch);
    return Progress::done();
  }

 private:
  const std::shared_ptr<RowCollector> into_;
};

/// A component that is in no library: it is made here and never looked up.
class OwnComponent {
 public:
  enum class Gives { kRows, kBytes };
  OwnComponent(weir_kind kind, const char* name, uint64_t traits, Gives gives = Gives::kRows)
      : component_(kind, name, "", traits) {
    component_.finish({});
    weir_component& calls = component_.view();
    calls.destroy = &shim::destroy;
    calls.bind = &shim::bind;
    calls.instance_new = &shim::instance_new;
    calls.instance_free = &shim::instance_free;
    calls.cancel = &shim::cancel;
    const weir_source_calls& source = gives == Gives::kRows ? shim::kRowSourceCalls : shim::kByteSourceCalls;
    calls.source = kind == WEIR_KIND_SOURCE ? &source : nullptr;
    calls.sink = kind == WEIR_KIND_SINK ? &shim::kSinkCalls : nullptr;
  }
  const weir_component& get() { return component_.view(); }

 private:
  Component component_;
};

std::shared_ptr<NodeObject> node_object(const weir_component& component,
                                        std::function<std::unique_ptr<Node>()> make) {
  auto object = std::make_unique<shim::NodeObject>();
  object->make = std::move(make);
  object->object = object->make();
  return std::make_shared<NodeObject>(&component, reinterpret_cast<weir_node*>(object.release()));
}

BoundNode bound_node(const weir_component& component, std::string name,
                     std::function<std::unique_ptr<Node>()> make) {
  BoundNode node;
  node.name = std::move(name);
  node.component_name = as_view(component.name);
  node.node = node_object(component, std::move(make));
  return node;
}

void bind_alone(BoundNode& node) {
  weir_fault fault{};
  WEIR_CHECK(node.node->component()->bind(node.node->get(), nullptr, 0, &node.binding, &fault) == 0);
}

}  // namespace

BoundNode make_given_node(std::string name, Batch rows, Schema schema, std::vector<RowPlace> places) {
  static OwnComponent component(WEIR_KIND_SOURCE, "given rows",
                                WEIR_TRAIT_BOUNDED | WEIR_TRAIT_DETERMINISTIC);
  const auto kept = std::make_shared<const Batch>(std::move(rows));
  const auto make = [kept, schema, places = std::move(places)] {
    return std::make_unique<GivenRows>(kept, schema, places);
  };
  BoundNode node = bound_node(component.get(), std::move(name), make);
  bind_alone(node);
  node.output_ports = {"out"};
  node.outputs = {std::move(schema)};
  return node;
}

BoundNode make_collector_node(std::string name, const std::shared_ptr<RowCollector>& into, Schema schema) {
  static OwnComponent component(WEIR_KIND_SINK, "wanted rows", 0);
  BoundNode node =
      bound_node(component.get(), std::move(name), [into] { return std::make_unique<Collector>(into); });
  bind_alone(node);
  node.input_ports = {"in"};
  node.inputs = {std::move(schema)};
  return node;
}

std::shared_ptr<NodeObject> make_records_object(
    const std::shared_ptr<const std::vector<RecordBytes>>& records) {
  static OwnComponent component(WEIR_KIND_SOURCE, "given records", WEIR_TRAIT_BOUNDED,
                                OwnComponent::Gives::kBytes);
  return node_object(component.get(), [records] { return std::make_unique<GivenRecords>(records); });
}

}  // namespace weir
