// sample: a share of the rows, the same ones in every run.
//
//   tenth: {type: sample, inputs: events, share: 0.1, key: user}
//
// With a key, all rows of one key value are kept or none; any number of copies agree. Without one, rows are
// chosen by their number in the input, so one copy sees them all.
#include <cmath>
#include <limits>

#include <weir/state.hpp>
#include <weir/transform.hpp>

namespace {

struct SampleOptions {
  double share = 1;
  std::optional<weir::ColumnRef> key;
};

uint64_t mix(uint64_t x) {
  x += 0x9E3779B97F4A7C15U;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31);
}

uint64_t hash_text(std::string_view text) {
  uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a, then mixed: its upper bits alone are poor.
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return mix(hash);
}

/// One NaN, and -0 is 0: what is equal is kept or left out together.
template <class T>
uint64_t hash_float(T value) {
  if (std::isnan(value)) value = std::numeric_limits<T>::quiet_NaN();
  if (value == 0) value = 0;
  return hash_text({reinterpret_cast<const char*>(&value), sizeof(value)});
}

class Sample final : public weir::Transform {
 public:
  explicit Sample(SampleOptions options) : options_(std::move(options)) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    weir::Binding binding = weir::Binding::keep_all(inputs[0].schema);
    if (!options_.key) {
      binding.reads({}).single_copy();
      seen_.declare(binding);
      return binding;
    }
    if (inputs[0].schema[options_.key->index].type.type >= weir::Type::kDecimal128)
      return weir::Status::invalid("key: column '" + options_.key->name + "' is " +
                                   inputs[0].schema[options_.key->index].type.to_string() +
                                   "; a key is a number, a text, a time or a bool");
    return binding.reads({*options_.key});
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    kept_.clear();
    if (options_.key)
      keep_by_key(batch.raw_column(options_.key->index));
    else
      WEIR_RETURN_IF_ERROR(keep_by_number(batch.row_count()));
    if (!kept_.empty())
      emitter.emit(kept_.size() == batch.row_count() ? std::move(batch) : batch.select(kept_));
    return weir::Progress::done();
  }

 private:
  void take(size_t row, uint64_t hash) {
    // 53 bits make every share that a float64 can say exact, and 1 takes all.
    if (static_cast<double>(hash >> 11) * 0x1p-53 < options_.share)
      kept_.push_back(static_cast<uint32_t>(row));
  }
  weir::Status keep_by_number(size_t rows) {
    const weir::Keys one_key(std::span<const weir_column* const>(), 1);
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<uint64_t> slots, seen_.find_or_insert(context(), one_key));
    uint64_t& seen = *slots[0];
    for (size_t row = 0; row < rows; ++row) take(row, mix(seen++));
    return {};
  }
  void keep_by_key(const weir_column& column) {
    const auto rows = static_cast<size_t>(column.row_count);
    const weir::Validity validity(column);
    const auto type = static_cast<weir::Type>(column.type);
    if (type == weir::Type::kString || type == weir::Type::kBinary) {
      const weir::StringColumn texts(column);
      for (size_t row = 0; row < rows; ++row) take(row, hash_text(texts.is_null(row) ? "" : texts[row]));
      return;
    }
    const size_t width = weir::type_width(type);
    const auto* const bytes = static_cast<const char*>(column.values);
    for (size_t row = 0; row < rows; ++row) {
      if (validity.is_null(row))
        take(row, hash_text(""));
      else if (type == weir::Type::kFloat32)
        take(row, hash_float(weir::ColumnView<float>(column)[row]));
      else if (type == weir::Type::kFloat64)
        take(row, hash_float(weir::ColumnView<double>(column)[row]));
      else if (type == weir::Type::kBool)
        take(row, hash_text(weir::get_bit(static_cast<const uint8_t*>(column.values), row) ? "1" : "0"));
      else
        take(row, hash_text({bytes + row * width, width}));
    }
  }

  const SampleOptions options_;
  weir::ValueState<uint64_t> seen_{"seen"};
  std::vector<uint32_t> kept_;  // Used again for each batch.
};

}  // namespace

WEIR_TRANSFORM(
    Sample, SampleOptions, "sample", "A share of the rows, the same ones in every run.",
    weir::traits(weir::Trait::kDeterministic, weir::Trait::kKeepsOrder, weir::Trait::kStateless),
    weir::description("With `key` all rows of one value are kept or none. Without it rows are chosen by "
                      "their number in the input, which one copy has to count."),
    weir::example("tenth: {type: sample, inputs: events, share: 0.1, key: user}"),
    weir::required("share", &SampleOptions::share, weir::range(0, 1),
                   "How large a part to keep, from 0 to 1.", weir::example_value("0.1")),
    weir::optional("key", &SampleOptions::key,
                   "Rows with one value in this column are kept or left out "
                   "together.",
                   weir::example_value("user")));
