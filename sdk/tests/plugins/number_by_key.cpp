// number_by_key: numbers the rows of each key in the order in which they come.
//
//   numbered: {type: number_by_key, inputs: events, key: user}
//
// Out: the same rows with `number`, from 1 for each key.
#include <weir/builder.hpp>
#include <weir/keyed_transform.hpp>

#include <vector>

namespace {
struct NumberByKeyOptions {
  weir::ColumnRef key;
};

class NumberByKey final : public weir::KeyedTransform {
 public:
  explicit NumberByKey(NumberByKeyOptions options) : options_(std::move(options)) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    const weir::Schema& input = inputs[0].schema;
    weir::Binding binding = weir::Binding::keep_all(input);
    binding.add_column({"number", weir::Type::kInt64}, {}).key_by({options_.key});
    counts_.spec().keys = {input[options_.key.index]};
    counts_.declare(binding);
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    const std::vector<weir::ColumnRef> key = {options_.key};
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<int64_t> counts,
                          counts_.find_or_insert(context(), weir::Keys(batch, key)));
    weir::ColumnBuilder<int64_t> numbers(batch.row_count());
    for (size_t row = 0; row < batch.row_count(); ++row) numbers.values()[row] = ++*counts[row];
    const size_t at = batch.column_count();
    emitter.emit(std::move(batch).with_column(at, std::move(numbers).finish()));
    return weir::Progress::done();
  }

 private:
  const NumberByKeyOptions options_;
  weir::ValueState<int64_t> counts_{"counts"};
};
}  // namespace

WEIR_TRANSFORM(NumberByKey, NumberByKeyOptions, "number_by_key", "Number the rows of each key.",
               weir::traits(weir::Trait::kDeterministic),
               weir::required("key", &NumberByKeyOptions::key,
                              "Rows with one value here are numbered together."));
