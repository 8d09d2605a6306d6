// keep_and_compute: one program with both a condition and a computed column.
//
//   sane: {type: keep_and_compute, inputs: events, where: id > 1, value: "CAST(s AS int64)"}
//
// Out: `value` for the rows that the condition is true for.
#include <weir/program_transform.hpp>

namespace {
struct KeepAndComputeOptions {
  weir::Expression where;
  weir::Expression value;
};

class KeepAndCompute final : public weir::ProgramTransform {
 public:
  explicit KeepAndCompute(KeepAndComputeOptions options) : options_(options) {}

  weir::Result<weir::Program> bind(const weir::Schema& input) override {
    return weir::Program::none(input).where(options_.where).set("value", options_.value);
  }

 private:
  const KeepAndComputeOptions options_;
};
}  // namespace

WEIR_TRANSFORM(KeepAndCompute, KeepAndComputeOptions, "keep_and_compute",
               "Keep some rows and compute one column.",
               weir::required("where", &KeepAndComputeOptions::where, weir::Type::kBool,
                              "Which rows to keep."),
               weir::required("value", &KeepAndComputeOptions::value, "The column."));
