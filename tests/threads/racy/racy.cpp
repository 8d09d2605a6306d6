// racy: counts the rows of all its copies in one plain variable, which is a race. For the thread sanitizer.
#include <weir/map_transform.hpp>

namespace {

struct Options {
  int64_t step = 1;
};

int64_t rows_of_all_copies = 0;

class Racy final : public weir::MapTransform {
 public:
  explicit Racy(Options options) : options_(options) {}

  weir::Result<weir::Binding> bind(const weir::Schema& input) override {
    return weir::Binding::keep_all(input);
  }
  weir::Result<weir::Batch> map(weir::Batch batch, weir::RowErrors&) override {
    rows_of_all_copies += options_.step * static_cast<int64_t>(batch.row_count());
    return batch;
  }

 private:
  const Options options_;
};

}  // namespace

WEIR_TRANSFORM(Racy, Options, "racy", "Counts rows in a variable that its copies share.",
               weir::optional("step", &Options::step, "What a row counts for."));
