// merge: the rows of several nodes as one stream.
//
//   all: {type: merge, inputs: [web, app.out]}
//
// The union is made by the input itself: columns meet by name and must agree in type. Rows of different
// inputs come in no promised order.
#include <weir/map_transform.hpp>

namespace {

class Merge final : public weir::MapTransform {
 public:
  weir::Result<weir::Binding> bind(const weir::Schema& input) override {
    return weir::Binding::keep_all(input).reads({});
  }
  weir::Result<weir::Batch> map(weir::Batch batch, weir::RowErrors&) override { return batch; }
};

}  // namespace

WEIR_TRANSFORM(Merge, weir::NoOptions, "merge", "The rows of several nodes as one stream.",
               weir::traits(weir::Trait::kDeterministic, weir::Trait::kKeepsRows, weir::Trait::kStateless),
               weir::description("Columns meet by name and must agree in type. The order of rows of "
                                 "different inputs is not promised."),
               weir::example("all: {type: merge, inputs: [web, app]}"));
