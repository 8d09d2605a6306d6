// filter: keep the rows for which a condition is true.
//
//   sane: {type: filter, inputs: events, where: "latency_ms < 60000 AND page IS NOT NULL"}
//
// Out: the rows whose condition is true (not false, not null), in the same order, with all columns.
#include <weir/program_transform.hpp>

namespace {

struct FilterOptions {
  weir::Expression where;
};

class Filter final : public weir::ProgramTransform {
 public:
  explicit Filter(FilterOptions options) : options_(options) {}

  weir::Result<weir::Program> bind(const weir::Schema& input) override {
    return weir::Program::keep_all(input).where(options_.where);
  }

 private:
  const FilterOptions options_;
};

}  // namespace

WEIR_TRANSFORM(Filter, FilterOptions, "filter", "Keep the rows for which a condition is true.",
               weir::example("sane: {type: filter, inputs: events, where: \"latency_ms < 60000\"}"),
               weir::required("where", &FilterOptions::where, weir::Type::kBool,
                              "The condition. A row for which it is false or null is left out.",
                              weir::example_value("\"latency_ms < 60000\"")));
