// abi_1_scale: multiplies one column and computes another; odd products go to their own port.
//
//   scaled: {type: abi_1_scale, inputs: numbers, column: n, factor: 3, label: "upper(text)", when: {missing:
//   zero}}
//
// Out: `n` times `factor`, `label`; even products on `even`, odd ones on `odd`. Products above `limit` are
// rejected.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <weir/builder.hpp>
#include <weir/expression.hpp>
#include <weir/gather.hpp>
#include <weir/row_errors.hpp>
#include <weir/transform.hpp>

namespace {

enum class Missing { kZero, kReject };

struct When {
  Missing missing = Missing::kReject;
  static auto options() {
    return weir::options_of<When>(
        weir::optional("missing", &When::missing, "reject", "What becomes of rows without a number.",
                       weir::choices<Missing>({{"zero", Missing::kZero}, {"reject", Missing::kReject}})));
  }
};

struct Options {
  weir::ColumnRef column;
  int64_t factor = 1;
  int64_t limit = 0;
  weir::Expression label;
  When when;
};

class Scale final : public weir::Transform {
 public:
  explicit Scale(Options options) : options_(std::move(options)) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input>) override {
    weir::Binding binding = weir::Binding::none();
    weir::Schema schema;
    schema.fields = {{"n", weir::Type::kInt64}, {"label", weir::Type::kString}};
    binding.add_output(schema).add_output(schema);
    for (size_t port = 0; port < 2; ++port) {
      weir::OutputColumn& product = binding.output(port).columns[0];
      product.derivation = weir::Derivation::kDerived;
      product.from = {options_.column};
    }
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    weir::RowErrors errors;
    WEIR_ASSIGN_OR_RETURN(const weir::Column labels, options_.label.evaluate(batch, errors));
    const weir::ColumnView<int64_t> in = batch.column<int64_t>(options_.column);
    weir::ColumnBuilder<int64_t> products;
    std::vector<uint32_t> picked[2];
    for (size_t row = 0; row < in.size(); ++row) {
      const bool is_missing = in.is_null(row);
      const int64_t product = is_missing ? 0 : in[row] * options_.factor;
      products.append(product);
      if (is_missing && options_.when.missing == Missing::kReject)
        errors.add(row, "missing", "there is no number", "n");
      else if (product > options_.limit)
        errors.add(row, "too-large", std::to_string(product) + " is above the limit", "n");
      else
        picked[product & 1].push_back(static_cast<uint32_t>(row));
    }
    const std::vector<weir::Column> columns = {std::move(products).finish(), labels};
    const weir::Batch all = weir::Batch::make(in.size(), columns);
    for (uint32_t port = 0; port < 2; ++port)
      if (!picked[port].empty()) emitter.emit(all.select(picked[port]), port);
    if (!errors.is_empty()) emitter.reject(batch, errors);
    return weir::Progress::done();
  }

 private:
  const Options options_;
};

}  // namespace

WEIR_TRANSFORM(Scale, Options, "abi_1_scale", "Multiply one column.",
               weir::traits(weir::Trait::kDeterministic), weir::output("even", "Even products."),
               weir::output("odd", "Odd products."),
               weir::required("column", &Options::column, weir::Type::kInt64, "The column."),
               weir::optional("factor", &Options::factor, 2, "By what.", weir::range(1, 1000)),
               weir::optional("limit", &Options::limit, 1000, "The largest product."),
               weir::required("label", &Options::label, weir::Type::kString, "What the row is called."),
               weir::optional("when", &Options::when, "Special rows."));
