// first(x) and last(x): by event time, then by place in the input.
#include <tuple>

#include "kept_value.hpp"

namespace {

using weir::Column;
using weir::Type;
using weir::aggregates::KeptValue;

struct EndSlot {
  KeptValue value;
  int64_t time, position;
  int64_t is_set;
  int64_t reserved;
  static std::vector<uint32_t> ref_offsets() {
    return {offsetof(EndSlot, value) + offsetof(KeptValue, text)};
  }
};

template <bool kIsLast>
class End final : public weir::AggregateFunction<EndSlot> {
 public:
  static constexpr std::string_view kName = kIsLast ? "last" : "first";
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view>) override {
    if (args.size() != 1 || !weir::aggregates::is_ordered(args[0].type.type))
      return weir::aggregates::wrong_arguments(kName, "one value that is no list and no struct", args);
    type_ = args[0].type;
    const weir::Field value{std::string(kName), type_};
    return weir::AggregateTypes{{value, {"time", Type::kInt64, false}, {"position", Type::kInt64, false}},
                                value};
  }
  weir::Status update(const Rows& rows, std::span<const Column> args) const override {
    take(rows, args[0], [&](size_t row) { return std::pair(rows.event_time(row), rows.position(row)); });
    return {};
  }
  weir::Result<std::vector<Column>> save(const Rows& rows) const override {
    weir::ColumnBuilder<int64_t> times(rows.size());
    weir::ColumnBuilder<int64_t> positions(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      times.values()[i] = rows.slot(i).time;
      positions.values()[i] = rows.slot(i).position;
    }
    WEIR_ASSIGN_OR_RETURN(Column values, finish(rows));
    return std::vector<Column>{std::move(values), std::move(times).finish(), std::move(positions).finish()};
  }
  weir::Status merge(const Rows& rows, std::span<const Column> partial) const override {
    const auto times = partial[1].view<int64_t>();
    const auto positions = partial[2].view<int64_t>();
    take(rows, partial[0], [&](size_t row) { return std::pair(times[row], positions[row]); });
    return {};
  }
  weir::Result<Column> finish(const Rows& rows) const override {
    return weir::aggregates::kept_column(type_, rows.size(), [&](size_t i) {
      const EndSlot& slot = rows.slot(i);
      return slot.is_set == 0 ? nullptr : &slot.value;
    });
  }

 private:
  template <class When>
  void take(const Rows& rows, const Column& column, When when) const {
    weir::aggregates::for_kept(rows, column, [&](EndSlot& slot, auto value, size_t row) {
      const std::pair<int64_t, int64_t> now = when(row);
      const std::pair<int64_t, int64_t> kept(slot.time, slot.position);
      // Where neither tells, the order of arrival does.
      if (slot.is_set != 0 && !(kIsLast ? now >= kept : now < kept)) return;
      slot.value.set(rows, value);
      std::tie(slot.time, slot.position) = now;
      slot.is_set = 1;
    });
  }
  weir::DataType type_;
};
using First = End<false>;
using Last = End<true>;

}  // namespace

WEIR_AGGREGATE(First, "first", "The earliest value by event time, then by place in the input.",
               weir::description("Nulls are left out; null where there is no value."),
               weir::example("first(x) over NULL, 7, 9 => 7"));
WEIR_AGGREGATE(Last, "last", "The latest value by event time, then by place in the input.",
               weir::description("Nulls are left out; null where there is no value."),
               weir::example("last(x) over 7, 9, NULL => 9"));
