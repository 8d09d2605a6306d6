// blackhole: takes rows and forgets them.
//
//   nothing: {type: blackhole, inputs: clicks}
//
// For measuring what stands before it. Its counter `rows` says how many came.
#include <weir/sink.hpp>

namespace weir::console {
namespace {

class Blackhole final : public Sink {
 public:
  Status bind(std::span<const Input>) override { return {}; }
  Result<Progress> write(const Batch& batch, size_t, Emitter&) override {
    count("rows", static_cast<int64_t>(batch.row_count()));
    return Progress::done();
  }
};

}  // namespace
}  // namespace weir::console

using weir::NoOptions;
using weir::console::Blackhole;

WEIR_SINK(Blackhole, NoOptions, "blackhole", "Take rows and forget them.",
          weir::traits(weir::Trait::kDeterministic, weir::Trait::kIdempotent, weir::Trait::kStateless),
          weir::description("For measuring what stands before it: its counter `rows` says how many came."),
          weir::example("type: blackhole\ninputs: clicks"));
