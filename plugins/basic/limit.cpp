// limit: the first rows, and then nothing more is wanted.
//
//   head: {type: limit, inputs: events, rows: 100}
//
// One copy sees all rows; when it has enough, sources that feed nothing else stop.
#include <algorithm>

#include <weir/state.hpp>
#include <weir/transform.hpp>

namespace {

struct LimitOptions {
  int64_t rows = 0;
};

class Limit final : public weir::Transform {
 public:
  explicit Limit(LimitOptions options) : options_(options) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    weir::Binding binding = weir::Binding::keep_all(inputs[0].schema);
    binding.reads({}).single_copy();
    passed_.declare(binding);
    return binding;
  }
  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    // The count is the host's, so that a restart goes on counting.
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<int64_t> slot, passed_.find_or_insert(context(), one_key()));
    int64_t& passed = *slot[0];
    const auto count = static_cast<int64_t>(batch.row_count());
    const int64_t taken = std::clamp<int64_t>(options_.rows - passed, 0, count);
    passed += taken;
    const bool has_enough = passed >= options_.rows;
    if (taken > 0)
      emitter.emit(taken == count ? std::move(batch) : batch.slice(0, static_cast<size_t>(taken)));
    return has_enough ? weir::Progress::finished() : weir::Progress::done();
  }

 private:
  static weir::Keys one_key() { return weir::Keys(std::span<const weir_column* const>(), 1); }
  const LimitOptions options_;
  weir::ValueState<int64_t> passed_{"passed"};
};

}  // namespace

WEIR_TRANSFORM(Limit, LimitOptions, "limit", "The first rows; sources that feed nothing else stop then.",
               weir::traits(weir::Trait::kKeepsOrder),
               weir::example("head: {type: limit, inputs: events, rows: 100}"),
               weir::required("rows", &LimitOptions::rows, weir::range(0, 9e18),
                              "How many rows to let pass."));
