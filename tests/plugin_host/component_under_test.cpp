#include "plugin_host/component_under_test.hpp"

#include <weir/c_schema.hpp>
#include <weir/fault.hpp>
#include <weir/text.hpp>

#include "plan/option_reader.hpp"
#include "plugin_host/text_format.hpp"
#include "spec/yaml_reader.hpp"

extern "C" const weir_library* weir_plugin_v1(const weir_host* host);

namespace weir::test {
namespace {

class Scope final : public OptionScope {
 public:
  explicit Scope(const Schema& input) : input_(input) {}
  const Schema* input(uint32_t) const override { return &input_; }
  Compiled expression(const YamlValue&, uint32_t, weir_type, FaultList&) override { return {}; }
  Compiled aggregate(const YamlValue&, uint32_t, FaultList&) override { return {}; }
  Compiled format(const YamlValue& value, FaultList& faults) override {
    Compiled made;
    made.owner = make_text_format(value.text);
    made.handle = made.owner.get();
    if (made.handle == nullptr) faults.error(value.place, "unknown-format", "no format '" + value.text + "'");
    return made;
  }

 private:
  const Schema& input_;
};

const weir_component* find(const std::string& name, weir_kind kind) {
  const weir_library* library = weir_plugin_v1(host_table());
  for (uint32_t i = 0; i < library->component_count; ++i)
    if (as_view(library->components[i]->name) == name && library->components[i]->kind == kind)
      return library->components[i];
  return nullptr;
}

std::string fault_lines(const FaultList& faults) {
  std::string text;
  for (const Fault& fault : faults.sorted())
    text += (text.empty() ? "" : "\n") + fault.message + (fault.hint.empty() ? "" : " (" + fault.hint + ")");
  return text;
}

}  // namespace

ComponentUnderTest::ComponentUnderTest(const std::string& name, const std::string& options,
                                       std::optional<GivenInput> input)
    : component_(find(name, input ? WEIR_KIND_SINK : WEIR_KIND_SOURCE)) {
  WEIR_CHECK(component_ != nullptr);
  if (input) schema_ = Schema::parse(input->columns).value();
  FaultList faults;
  Scope scope(schema_);
  const auto source = std::make_shared<const SourceText>("test.yaml", options);
  const std::optional<YamlValue> map = read_yaml(source, faults);
  if (map)
    values_ =
        OptionReader(scope, faults).read(component_->options, component_->option_count, *map, name, Place{});
  if (!values_ || faults.has_errors()) {
    fault_ = fault_lines(faults);
    return;
  }
  weir_fault fault{};
  if (!made(component_->create(host_table(), values_->data(), values_->size(), &node_, &fault), fault))
    return;
  const CSchema columns(schema_);
  const weir_bind_input bound{
      sizeof(bound), 0, as_str("in"), columns.get(), input && input->is_bounded ? 1U : 0U, 0};
  const weir_binding* binding = nullptr;
  if (!made(component_->bind(node_, &bound, input ? 1 : 0, &binding, &fault), fault)) return;
  is_single_copy_ = binding->single_copy != 0;
  if (binding->output_count > 0)
    for (uint32_t i = 0; i < binding->outputs[0].column_count; ++i)
      schema_.fields.push_back(to_field(binding->outputs[0].columns[i].field));
  const weir_instance_info info{sizeof(info), WEIR_MODE_WHOLE, 0, 1, &context_};
  made(component_->instance_new(node_, &info, &instance_, &fault), fault);
}

ComponentUnderTest::~ComponentUnderTest() {
  if (instance_ != nullptr) component_->instance_free(instance_);
  if (node_ != nullptr) component_->destroy(node_);
}

bool ComponentUnderTest::made(int32_t code, const weir_fault& fault) {
  fault_.clear();
  if (code == 0) return true;
  if (fault.where[0] != '\0') fault_ = std::string(fault.where) + ": ";
  fault_ += fault.message;
  return false;
}

std::optional<std::pair<std::string, std::string>> ComponentUnderTest::head(size_t max_bytes) {
  weir_buffer* buffer = nullptr;
  weir_str partition{};
  weir_fault fault{};
  if (!made(component_->source->head(node_, max_bytes, &buffer, &partition, &fault), fault) ||
      buffer == nullptr)
    return std::nullopt;
  const Buffer owned = Buffer::adopt(buffer);
  return std::pair(std::string(reinterpret_cast<const char*>(owned.data()), owned.size()),
                   std::string(as_view(partition)));
}

weir_answer ComponentUnderTest::poll(int64_t budget_bytes) {
  const weir_call call{sizeof(call), 0, budget_bytes, host_table()->monotonic_ns(host_table())};
  weir_fault fault{};
  wake_ = {nullptr, INT64_MAX};
  const weir_answer answer = component_->source->poll(instance_, &call, &wake_, &fault);
  made(answer == WEIR_FAILED ? 1 : 0, fault);
  return answer;
}

weir_answer ComponentUnderTest::poll_all() {
  weir_answer answer = WEIR_DONE;
  while (answer == WEIR_DONE || answer == WEIR_MORE) answer = poll();
  return answer;
}

bool ComponentUnderTest::restore(const std::vector<std::pair<std::string, weir_offset>>& offsets) {
  std::vector<weir_partition_offset> all;
  for (const auto& [partition, offset] : offsets) all.push_back({as_str(partition), offset});
  weir_fault fault{};
  return made(component_->source->restore(instance_, all.data(), all.size(), &fault), fault);
}

std::pair<int64_t, int64_t> ComponentUnderTest::progress() {
  std::pair<int64_t, int64_t> read;
  component_->source->progress(instance_, &read.first, &read.second);
  return read;
}

bool ComponentUnderTest::write(const Batch& batch) {
  const weir_call call{sizeof(call), 0, 1 << 20, host_table()->monotonic_ns(host_table())};
  weir_fault fault{};
  weir_batch* const given = batch.share().release();
  const weir_answer answer = component_->sink->write(instance_, &call, 0, given, &wake_, &fault);
  if (answer == WEIR_RETRY) static_cast<void>(Batch::adopt(given));  // It was not taken.
  return made(answer == WEIR_DONE ? 0 : 1, fault);
}

bool ComponentUnderTest::flush(uint64_t epoch) {
  weir_fault fault{};
  return made(component_->sink->flush(instance_, epoch, &wake_, &fault) == WEIR_DONE ? 0 : 1, fault);
}

std::optional<std::string> ComponentUnderTest::prepare(uint64_t epoch) {
  weir_fault fault{};
  weir_token token{};
  if (!made(component_->sink->prepare(instance_, epoch, nullptr, 0, &token, &fault), fault))
    return std::nullopt;
  return std::string(as_view(token.bytes));
}

bool ComponentUnderTest::commit(const std::string& token) {
  weir_fault fault{};
  return made(component_->sink->commit(instance_, as_str(token), &fault), fault);
}

bool ComponentUnderTest::abort(const std::string& token) {
  weir_fault fault{};
  return made(component_->sink->abort(instance_, as_str(token), &fault), fault);
}

bool ComponentUnderTest::recover(const std::vector<std::string>& tokens) {
  std::vector<weir_str> all;
  for (const std::string& token : tokens) all.push_back(as_str(token));
  weir_fault fault{};
  return made(component_->sink->recover(instance_, all.data(), all.size(), &fault), fault);
}

std::vector<std::string> ComponentUnderTest::written() {
  std::vector<std::string> paths;
  component_->sink->written(
      instance_,
      [](void* to, weir_str path) {
        static_cast<std::vector<std::string>*>(to)->emplace_back(as_view(path));
      },
      &paths);
  return paths;
}

}  // namespace weir::test
