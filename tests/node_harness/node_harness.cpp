#include "node_harness/node_harness.hpp"

#include <weir/builder.hpp>
#include <weir/c_schema.hpp>
#include <weir/expression.hpp>
#include <weir/fault.hpp>
#include <weir/text.hpp>

#include "data/row_json.hpp"
#include "expr/abi_calls.hpp"
#include "plan/option_reader.hpp"
#include "plugin/memory_calls.hpp"
#include "spec/yaml_reader.hpp"

namespace weir::test {
namespace {

const expr::FunctionRegistry& functions() {
  static const expr::FunctionRegistry builtin = expr::FunctionRegistry::builtin();
  return builtin;
}

class Scope final : public OptionScope {
 public:
  explicit Scope(const Schema& input) : input_(input) {}
  const Schema* input(uint32_t) const override { return &input_; }
  Compiled expression(const YamlValue& text, uint32_t, weir_type wanted, FaultList& faults) override {
    auto compiled = wanted == WEIR_BOOL ? expr::compile_condition(text.text, input_, functions())
                                        : expr::compile(text.text, input_, functions());
    if (!compiled.is_ok()) return failed(text, compiled.faults, faults);
    auto handle = std::make_shared<weir_expression>(weir_expression{*std::move(compiled.value)});
    return {handle.get(), handle};
  }
  Compiled aggregate(const YamlValue& text, uint32_t, FaultList& faults) override {
    auto compiled = expr::compile_aggregate(text.text, input_, functions(), linked_aggregates());
    if (!compiled.is_ok()) return failed(text, compiled.faults, faults);
    auto handle = std::make_shared<weir_aggregate>(*std::move(compiled.value));
    return {handle.get(), handle};
  }
  Compiled format(const YamlValue&, FaultList&) override { return {}; }

 private:
  static Compiled failed(const YamlValue& text, const expr::ExprFaults& found, FaultList& faults) {
    for (const expr::ExprFault& fault : found)
      faults.error(text.place, fault.code, fault.message, fault.hint);
    return {};
  }
  const Schema& input_;
};

Column cast_column(const Field& field, const Cells& rows, size_t at) {
  StringBuilder texts;
  for (const std::vector<Cell>& row : rows) row[at] ? texts.append(*row[at]) : texts.append_null();
  const std::vector<Column> column{std::move(texts).finish()};
  Schema text;
  text.fields = {{"x", Type::kString}};
  const auto cast = expr::compile("CAST(x AS " + field.type.to_string() + ")", text, functions());
  WEIR_CHECK(cast.is_ok());
  expr::RowFaults faults;
  Column made = cast->evaluate(*Batch::make(rows.size(), column), faults).value();
  WEIR_CHECK(faults.empty());
  return made;
}

}  // namespace

NodeHarness::NodeHarness(const std::string& name, const std::string& options, const std::string& columns,
                         Settings settings)
    : component_(find_component(WEIR_KIND_TRANSFORM, name)), emit_budget_(settings.emit_budget) {
  WEIR_CHECK(component_ != nullptr);
  context_.account = account_.get();
  input_ = Schema::parse(columns).value();
  if (!settings.event_time.empty()) input_.event_time = static_cast<int>(*input_.find(settings.event_time));
  if (!bind(name, options, settings)) return;
  if (binding_->state_count > 0)
    context_.state = InstanceState::make(*binding_, {.node = name}, *account_, nullptr).value();
  const weir_instance_info info{sizeof(info), static_cast<uint32_t>(settings.mode), 0, 1, &context_};
  weir_fault fault{};
  if (!made(component_->instance_new(node_, &info, &instance_, &fault), fault)) return;
  if (settings.granted_bytes > 0) memory_calls(*component_)->grant(instance_, settings.granted_bytes);
}

NodeHarness::~NodeHarness() {
  context_.emitted.clear();
  if (instance_ != nullptr) component_->instance_free(instance_);
  context_.state.reset();
  if (node_ != nullptr) component_->destroy(node_);
}

bool NodeHarness::made(int32_t code, const weir_fault& fault) {
  fault_.clear();
  if (code == 0) return true;
  if (fault.where[0] != '\0') fault_ = std::string(fault.where) + ": ";
  fault_ += fault.message;
  return false;
}

bool NodeHarness::bind(const std::string& name, const std::string& options, const Settings& settings) {
  FaultList faults;
  Scope scope(input_);
  const auto source = std::make_shared<const SourceText>("test.yaml", options);
  std::optional<YamlValue> map = read_yaml(source, faults);
  if (map) {
    // As the pipeline's loader marks what came from ${secret:...}.
    for (YamlEntry& entry : map->entries)
      if (entry.key == "key") entry.value.is_secret = true;
    values_ =
        OptionReader(scope, faults).read(component_->options, component_->option_count, *map, name, Place{});
  }
  for (const Fault& fault : faults.sorted())
    fault_ +=
        (fault_.empty() ? "" : "\n") + fault.message + (fault.hint.empty() ? "" : " (" + fault.hint + ")");
  if (!values_ || faults.has_errors()) return false;
  weir_fault fault{};
  if (!made(component_->create(harness_host(), values_->data(), values_->size(), &node_, &fault), fault))
    return false;
  const CSchema schema(input_);
  const weir_bind_input input{sizeof(input), 0, as_str("in"), schema.get(), settings.is_bounded ? 1U : 0U, 0};
  if (!made(component_->bind(node_, &input, 1, &binding_, &fault), fault)) return false;
  for (uint32_t port = 0; port < binding_->output_count; ++port) {
    Schema& output = outputs_.emplace_back();
    output.event_time = binding_->outputs[port].event_time;
    for (uint32_t i = 0; i < binding_->outputs[port].column_count; ++i)
      output.fields.push_back(to_field(binding_->outputs[port].columns[i].field));
  }
  // Rows of a node in mode final are those that its partial copies send.
  if (settings.mode == WEIR_MODE_FINAL) input_ = to_schema(*binding_->partial);
  if (settings.mode == WEIR_MODE_PARTIAL) outputs_[0] = to_schema(*binding_->partial);
  return true;
}

std::string NodeHarness::columns(uint32_t port) const { return outputs_[port].to_string(); }

std::vector<uint8_t> NodeHarness::needed(const std::vector<uint8_t>& wanted) {
  std::vector<uint8_t> marks(input_.size());
  std::vector<std::vector<uint8_t>> others;
  std::vector<const uint8_t*> wanted_ports{wanted.data()};
  for (size_t port = 1; port < outputs_.size(); ++port)
    wanted_ports.push_back(others.emplace_back(outputs_[port].size()).data());
  std::vector<uint8_t*> needed_ports{marks.data()};
  weir_fault fault{};
  made(component_->require(node_, wanted_ports.data(), needed_ports.data(), &fault), fault);
  return marks;
}

Batch NodeHarness::batch(const Cells& rows) const {
  std::vector<Column> columns;
  for (size_t i = 0; i < input_.size(); ++i) columns.push_back(cast_column(input_[i], rows, i));
  return Batch::make(rows.size(), columns);
}

weir_answer NodeHarness::push(Batch batch) {
  if (binding_->program != nullptr) {
    context_.emitted.push_back({0, run_program(batch)});
    return WEIR_DONE;
  }
  const weir_call call{sizeof(call), 0, emit_budget_, 1000};
  weir_wake wake{};
  weir_fault fault{};
  const AccountScope account(*account_);
  return finish(component_->transform->process(instance_, &call, 0, batch.release(), &wake, &fault), fault,
                false);
}

weir_answer NodeHarness::signal(const weir_signal& signal) {
  if (binding_->program != nullptr) return WEIR_DONE;
  const weir_call call{sizeof(call), 0, emit_budget_, 1000};
  weir_fault fault{};
  const AccountScope account(*account_);
  return finish(component_->transform->signal(instance_, &call, &signal, &fault), fault, true);
}

weir_answer NodeHarness::finish(weir_answer answer, const weir_fault& fault, bool is_signal) {
  weir_fault found = fault;
  while (answer == WEIR_MORE) {
    ++more_count_;
    const weir_call call{sizeof(call), 0, emit_budget_, 1000};
    weir_wake wake{};
    answer = is_signal ? component_->transform->signal(instance_, &call, nullptr, &found)
                       : component_->transform->process(instance_, &call, 0, nullptr, &wake, &found);
  }
  made(answer == WEIR_FAILED ? 1 : 0, found);
  return answer;
}

Batch NodeHarness::run_program(const Batch& batch) {
  const weir_program& program = *binding_->program;
  RowErrors errors;
  std::vector<Column> columns;
  for (uint32_t i = 0; i < program.column_count; ++i) {
    const weir_program_column& column = program.columns[i];
    columns.push_back(column.expression == nullptr
                          ? batch.column(column.source)
                          : Expression(column.expression).evaluate(batch, errors).value());
  }
  Batch all = Batch::make(batch.row_count(), columns);
  std::vector<uint32_t> rows;
  const Column taken =
      program.where == nullptr ? Column() : Expression(program.where).evaluate(batch, errors).value();
  for (const uint32_t row : errors.good_rows(batch.row_count()))
    if (!taken || (!taken.is_null(row) && taken.view<bool>()[row])) rows.push_back(row);
  errors.send(&context_, 0, batch.get());
  return all.select(rows);
}

std::vector<Batch> NodeHarness::take_batches(uint32_t port) {
  std::vector<Batch> taken;
  std::vector<HarnessContext::Emitted> others;
  for (HarnessContext::Emitted& emitted : context_.emitted) {
    if (emitted.port == port)
      taken.push_back(std::move(emitted.batch));
    else
      others.push_back(std::move(emitted));
  }
  context_.emitted = std::move(others);
  return taken;
}

Rows NodeHarness::take(uint32_t port) {
  Rows rows;
  for (const Batch& batch : take_batches(port))
    for (std::string& row : row_texts(outputs_[port], batch)) rows.push_back(std::move(row));
  return rows;
}

Rows row_texts(const Schema& schema, const Batch& batch) {
  const CSchema c(schema);
  Rows rows;
  for (size_t row = 0; row < batch.row_count(); ++row) {
    std::string& line = rows.emplace_back();
    for (size_t i = 0; i < schema.size(); ++i) {
      std::string text;
      append_value_json(c.get()->fields[i], batch.raw_column(i), static_cast<int64_t>(row), text);
      if (text.starts_with('"')) text = text.substr(1, text.size() - 2);
      line += (i > 0 ? " | " : "") + text;
    }
  }
  return rows;
}

}  // namespace weir::test
