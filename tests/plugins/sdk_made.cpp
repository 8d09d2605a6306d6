// sdk_made: a library as plugin authors make them, to show that the loader and the SDK agree.
#include <weir/map_transform.hpp>

namespace {

struct Options {
  weir::ColumnRef column;
  double factor = 1;
};

class Untouched final : public weir::MapTransform {
 public:
  weir::Result<weir::Binding> bind(const weir::Schema& input) override {
    return weir::Binding::keep_all(input);
  }
  weir::Result<weir::Batch> map(weir::Batch batch, weir::RowErrors&) override { return batch; }
};

}  // namespace

WEIR_TRANSFORM(Untouched, Options, "untouched", "Leave every row as it is.",
               weir::required("column", &Options::column, weir::Type::kFloat64, "The column to leave."),
               weir::optional("factor", &Options::factor, 1.5, "Read by nobody.", weir::range(0.5, 2)));
