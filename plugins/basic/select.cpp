// select: keep some columns, in the order in which they are named.
//
//   slim: {type: select, inputs: events, columns: [ts, page]}
#include <set>

#include <weir/program_transform.hpp>

namespace {

struct SelectOptions {
  std::vector<weir::ColumnRef> columns;
};

class Select final : public weir::ProgramTransform {
 public:
  explicit Select(SelectOptions options) : options_(std::move(options)) {}

  weir::Result<weir::Program> bind(const weir::Schema& input) override {
    if (options_.columns.empty()) return weir::Status::invalid("columns: at least one column is needed");
    weir::Program program = weir::Program::none(input);
    std::set<size_t> seen;
    for (const weir::ColumnRef& column : options_.columns) {
      if (!seen.insert(column.index).second)
        return weir::Status::invalid("columns: '" + column.name + "' stands there twice");
      program.keep(column.index);
    }
    return program;
  }

 private:
  const SelectOptions options_;
};

}  // namespace

WEIR_TRANSFORM(Select, SelectOptions, "select", "Keep some columns, in the order in which they are named.",
               weir::example("slim: {type: select, inputs: events, columns: [ts, page]}"),
               weir::required("columns", &SelectOptions::columns, "The columns to keep.",
                              weir::example_value("[ts, page]")));
