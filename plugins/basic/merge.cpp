// merge: the rows of several nodes as one stream.
//
//   all: {type: merge, inputs: [web, app.out]}
//
// The union is made by the input itself: columns meet by name and must agree in type. Rows of different
// inputs come in no promised order.
#include <weir/transform.hpp>

#include <span>

namespace {

class Merge final : public weir::Transform {
 public:
  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    return weir::Binding::keep_all(inputs.front().schema).reads({});
  }
  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    // Past the emitter, which would add up the batch's bytes to know its room: one batch in is one batch out.
    weir::host()->emit(emitter.context(), 0, batch.release());
    return weir::Progress::done();
  }
};

}  // namespace

WEIR_TRANSFORM(Merge, weir::NoOptions, "merge", "The rows of several nodes as one stream.",
               weir::traits(weir::Trait::kDeterministic, weir::Trait::kKeepsRows, weir::Trait::kStateless),
               weir::description("Columns meet by name and must agree in type. The order of rows of "
                                 "different inputs is not promised."),
               weir::example("all: {type: merge, inputs: [web, app]}"));
