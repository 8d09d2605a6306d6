// hll(x) and approx_distinct(x): about how many different values there are, in bounded memory.
#include <charconv>
#include <cmath>

#include "hash_of_value.hpp"
#include "hll_slot.hpp"
#include "kept_value.hpp"
#include "resize_rows.hpp"
#include "stored_sketch.hpp"

namespace {

using weir::Column;
using weir::Type;
using namespace weir::aggregates;

enum class Gives { kSketch, kCount };

template <Gives kGives>
class Hll final : public weir::AggregateFunction<HllSlot> {
 public:
  static constexpr std::string_view kName = kGives == Gives::kSketch ? "hll" : "approx_distinct";
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view> literals) override {
    if (args.empty() || args.size() > 2 || !is_ordered(args[0].type.type))
      return wrong_arguments(kName, "one value that is no list and no struct, and a precision", args);
    if (args.size() == 2) {
      const std::string_view text = literals[1];
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), precision_);
      const bool is_read = error == std::errc() && end == text.data() + text.size();
      if (!is_read || precision_ < kLeastPrecision || precision_ > kMostPrecision)
        return weir::Status::invalid(
            "the precision, its second argument, must be a constant from 4 to 18, such as 14");
    }
    const weir::Field result{std::string(kName), kGives == Gives::kSketch ? Type::kBinary : Type::kInt64,
                             kGives == Gives::kSketch};
    return weir::AggregateTypes{{{"group", Type::kBinary, false}}, result};
  }
  weir::Status update(const Rows& rows, std::span<const Column> args) const override {
    const ResizeBlock resize = resize_of(rows);
    for_kept(rows, args[0], [&](HllSlot& slot, auto value, size_t) {
      HllGroup(slot, resize).add(hash_of(value), precision_);
    });
    return {};
  }
  weir::Result<std::vector<Column>> save(const Rows& rows) const override {
    weir::StringBuilder groups(Type::kBinary);
    std::string bytes;
    for (size_t i = 0; i < rows.size(); ++i) {
      bytes.clear();
      save_hll(rows.slot(i), bytes);
      groups.append(bytes);
    }
    return std::vector<Column>{std::move(groups).finish()};
  }
  weir::Status merge(const Rows& rows, std::span<const Column> partial) const override {
    const auto groups = partial[0].view<std::string_view>();
    const ResizeBlock resize = resize_of(rows);
    for (size_t i = 0; i < rows.size(); ++i)
      WEIR_RETURN_IF_ERROR(HllGroup(rows.slot(i), resize).merge(groups[rows.row(i)]));
    return {};
  }
  weir::Result<Column> finish(const Rows& rows) const override {
    if constexpr (kGives == Gives::kCount) {
      weir::ColumnBuilder<int64_t> counts(rows.size());
      for (size_t i = 0; i < rows.size(); ++i) counts.values()[i] = std::llround(hll_count(rows.slot(i)));
      return std::move(counts).finish();
    }
    weir::StringBuilder made(Type::kBinary);
    std::string bytes;
    for (size_t i = 0; i < rows.size(); ++i) {
      bytes = kHllMark;
      save_hll(rows.slot(i), bytes);
      rows.slot(i).precision == 0 ? made.append_null() : made.append(bytes);
    }
    return std::move(made).finish();
  }

 private:
  uint32_t precision_ = kUsualPrecision;
};
using HllSketch = Hll<Gives::kSketch>;
using ApproxDistinct = Hll<Gives::kCount>;

constexpr const char* kMethod =
    "HyperLogLog over 64-bit hashes (P. Flajolet et al., 2007; S. Heule et al., 2013) with the estimator of "
    "O. Ertl (2017, algorithm 6), which is without bias from the smallest to the largest numbers. With the "
    "usual precision of 14 it has 16,384 registers of one byte and a standard error of 0.81 % "
    "(1.04 / sqrt(2^precision)); up to one value for 16 registers (1,024) it keeps the hashes themselves and "
    "is exact. `hll(x, 12)` takes another precision, from 4 to 18. The result depends neither on order nor "
    "on threads. Nulls are left out.";

}  // namespace

WEIR_AGGREGATE(
    HllSketch, "hll", "About which different values there are, as a value that can be stored and merged.",
    weir::description(std::string(kMethod) +
                      " `approx_distinct(merge(s))` says how many values all of them have, each "
                      "counted once; `count_of(s)` reads one. Where precisions differ the lowest is "
                      "kept. Whole numbers, floats, decimals and texts are different values. The "
                      "bytes begin with `WHL1`. Null where there is no value."),
    weir::example("hll(user)"));
WEIR_AGGREGATE(ApproxDistinct, "approx_distinct", "About how many different values there are.",
               weir::description(std::string(kMethod) +
                                 " Exact counts: count(DISTINCT x). 0 where there is no value."),
               weir::example("approx_distinct(x) over 1, 2, NULL, 1 => 2\n"
                             "approx_distinct(x) over 'a', 'b', 'a' => 2"));
