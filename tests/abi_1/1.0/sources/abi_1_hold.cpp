// abi_1_hold: keeps rows in a log and gives them a moment after there are enough.
//
//   held: {type: abi_1_hold, inputs: pairs, enough: 3}
//
// Out: the rows, and `why`: woken, or the end of the input.
#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <weir/builder.hpp>
#include <weir/state.hpp>
#include <weir/transform.hpp>

namespace {

struct Options {
  int64_t enough = 0;
};

class Hold final : public weir::Transform {
 public:
  explicit Hold(Options options) : options_(options) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    weir::Binding binding = weir::Binding::keep_all(inputs[0].schema);
    binding.add_column({"why", weir::Type::kString}, {}).single_copy();
    rows_.spec().values = inputs[0].schema.fields;
    rows_.declare(binding);
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter&) override {
    kept_ += static_cast<int64_t>(batch.row_count());
    WEIR_RETURN_IF_ERROR(rows_.append(context(), std::move(batch)));
    if (kept_ >= options_.enough) wake_after(std::chrono::milliseconds(1));
    return weir::Progress::done();
  }
  weir::Result<weir::Progress> on_wake(weir::Emitter& emitter) override { return give("woken", emitter); }
  weir::Result<weir::Progress> on_end(size_t, weir::Emitter& emitter) override {
    return give("end", emitter);
  }

 private:
  weir::Result<weir::Progress> give(std::string_view why, weir::Emitter& emitter) {
    WEIR_ASSIGN_OR_RETURN(const uint64_t count, rows_.count(context()));
    for (uint64_t i = 0; i < count; ++i) {
      WEIR_ASSIGN_OR_RETURN(const weir::Batch kept, rows_.read(context(), i));
      weir::StringBuilder whys;
      for (size_t row = 0; row < kept.row_count(); ++row) whys.append(why);
      std::vector<weir::Column> columns = kept.columns();
      columns.push_back(std::move(whys).finish());
      emitter.emit(weir::Batch::make(kept.row_count(), columns));
    }
    kept_ = 0;
    WEIR_RETURN_IF_ERROR(rows_.clear(context()));
    return weir::Progress::done();
  }

  const Options options_;
  int64_t kept_ = 0;
  weir::LogState rows_{"rows", {}};
};

}  // namespace

WEIR_TRANSFORM(Hold, Options, "abi_1_hold", "Keep rows for a moment.",
               weir::traits(weir::Trait::kDeterministic),
               weir::required("enough", &Options::enough, "How many rows are enough.", weir::range(1, 1000)));
