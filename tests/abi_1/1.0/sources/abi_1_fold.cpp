// abi_1_fold: groups, and aggregates of whatever library; when the input has ended they go to another
// namespace and are given from there.
//
//   folded: {type: abi_1_fold, inputs: pairs, by: value, compute: {longest: abi_1_longest(name), rows:
//   count()}}
//
// Out: the key, `ns` (the namespace that its slot lies in), and a column for each entry of `compute`.
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <weir/builder.hpp>
#include <weir/keyed_transform.hpp>
#include <weir/row_errors.hpp>
#include <weir/slot_layout.hpp>

namespace {

constexpr int64_t kAtTheEnd = 7;

struct Options {
  weir::ColumnRef by;
  weir::NamedList<weir::Aggregate> compute;
};

class Fold final : public weir::KeyedTransform {
 public:
  explicit Fold(Options options) : options_(std::move(options)) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    layout_.emplace(options_.compute);
    weir::Schema output;
    output.fields = {inputs[0].schema[options_.by.index], {"ns", weir::Type::kInt64}};
    for (const weir::Computed& one : layout_->computed) output.fields.push_back(one.result());
    weir::Binding binding = weir::Binding::unknown(output);
    binding.key_by({options_.by});
    groups_.spec().slot_size = layout_->size;
    groups_.spec().ref_offsets = layout_->ref_offsets;
    groups_.declare(binding);
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    const std::vector<weir::ColumnRef> key = {options_.by};
    WEIR_ASSIGN_OR_RETURN(const auto slots, groups_.find_or_insert(context(), weir::Keys(batch, key)));
    weir::RowErrors errors;
    for (const weir::Computed& one : layout_->computed) {
      std::vector<weir::Column> args;
      for (uint32_t i = 0; i < one.info.arg_count; ++i) {
        WEIR_ASSIGN_OR_RETURN(weir::Column arg, one.argument(i).evaluate(batch, errors));
        args.push_back(std::move(arg));
      }
      std::vector<const weir_column*> raw;
      for (const weir::Column& arg : args) raw.push_back(arg.get());
      weir_fault fault{};
      const weir_aggregate_rows rows = rows_of(slots.raw(), one);
      WEIR_RETURN_IF_ERROR(weir::status_of(
          one.info.calls->update(one.info.layout->state, weir::host(), context(), &rows, raw.data(), &fault),
          fault));
    }
    if (!errors.is_empty()) emitter.reject(batch, errors);
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> on_end(size_t, weir::Emitter& emitter) override {
    WEIR_RETURN_IF_ERROR(move_all());
    uint64_t cursor = 0;
    for (;;) {
      WEIR_ASSIGN_OR_RETURN(const auto some, groups_.scan(context(), kAtTheEnd, 1, &cursor));
      if (some.slots.size() == 0) return weir::Progress::done();
      weir::ColumnBuilder<int64_t> namespaces;
      for (const int64_t one : some.namespaces) namespaces.append(one);
      std::vector<weir::Column> columns = {some.keys[0], std::move(namespaces).finish()};
      for (const weir::Computed& one : layout_->computed) {
        weir_fault fault{};
        weir_column* made = nullptr;
        const weir_aggregate_rows rows = rows_of(some.slots.raw(), one);
        WEIR_RETURN_IF_ERROR(weir::status_of(
            one.info.calls->finish(one.info.layout->state, weir::host(), &rows, &made, &fault), fault));
        columns.push_back(weir::Column::adopt(made));
      }
      emitter.emit(weir::Batch::make(some.slots.size(), columns));
    }
  }

 private:
  weir::Status move_all() {
    constexpr size_t kAll = 1000;
    uint64_t cursor = 0;
    WEIR_ASSIGN_OR_RETURN(const auto all, groups_.scan(context(), 0, kAll, &cursor));
    if (all.slots.size() == 0) return {};
    const std::vector<weir::Column> key = all.keys;
    const std::vector<int64_t> from(all.slots.size(), 0);
    const std::vector<int64_t> to(all.slots.size(), kAtTheEnd);
    const std::vector<const weir_column*> raw = {key[0].get()};
    weir::Keys keys(raw, all.slots.size());
    keys.namespaces(from);
    return groups_.move(context(), keys, to);
  }

  weir_aggregate_rows rows_of(std::span<void* const> slots, const weir::Computed& one) const {
    weir_aggregate_rows rows{};
    rows.struct_size = sizeof(rows);
    rows.slots = slots.data();
    rows.slot_offset = one.offset;
    rows.state_index = groups_.index();
    rows.row_count = static_cast<int64_t>(slots.size());
    return rows;
  }

  const Options options_;
  std::optional<weir::SlotLayout> layout_;
  weir::ValueState<uint64_t> groups_{"groups"};
};

}  // namespace

WEIR_TRANSFORM(Fold, Options, "abi_1_fold", "Aggregates by one column.",
               weir::traits(weir::Trait::kDeterministic), weir::required("by", &Options::by, "The key."),
               weir::required("compute", &Options::compute, "A column for each aggregate."));
