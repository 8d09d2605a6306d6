// count(), count(x): how many rows, or how many rows with a value.
#include "number_rows.hpp"

namespace {

using weir::aggregates::wrong_arguments;

struct CountSlot {
  int64_t count;
};

class Count final : public weir::AggregateFunction<CountSlot> {
 public:
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view>) override {
    if (args.size() > 1) return wrong_arguments("count", "nothing or one value", args);
    const weir::Field result{"count", weir::Type::kInt64, false};
    return weir::AggregateTypes{{result}, result};
  }
  weir::Status update(const Rows& rows, std::span<const weir::Column> args) const override {
    const weir::Validity validity = args.empty() ? weir::Validity() : args[0].validity();
    if (!validity.has_nulls()) {
      for (size_t i = 0; i < rows.size(); ++i) ++rows.slot(i).count;
    } else {
      for (size_t i = 0; i < rows.size(); ++i) rows.slot(i).count += validity.is_null(rows.row(i)) ? 0 : 1;
    }
    return {};
  }
  weir::Result<std::vector<weir::Column>> save(const Rows& rows) const override {
    WEIR_ASSIGN_OR_RETURN(weir::Column counts, finish(rows));
    return std::vector<weir::Column>{std::move(counts)};
  }
  weir::Status merge(const Rows& rows, std::span<const weir::Column> partial) const override {
    const auto counts = partial[0].view<int64_t>();
    for (size_t i = 0; i < rows.size(); ++i) rows.slot(i).count += counts[rows.row(i)];
    return {};
  }
  weir::Result<weir::Column> finish(const Rows& rows) const override {
    weir::ColumnBuilder<int64_t> counts(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) counts.values()[i] = rows.slot(i).count;
    return std::move(counts).finish();
  }
};

}  // namespace

WEIR_AGGREGATE(Count, "count", "How many rows there are; with an argument, how many have a value in it.",
               weir::description("Never null: 0 where there is nothing to count."),
               weir::example("count() over 1, NULL, 3 => 3\ncount(x) over 1, NULL, 3 => 2"));
