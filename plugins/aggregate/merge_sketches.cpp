// merge(s): stored sketches of one kind, put together; and what is computed from them at once.
#include <cmath>

#include "hll_slot.hpp"
#include "number_rows.hpp"
#include "quantile_share.hpp"
#include "resize_rows.hpp"
#include "stored_sketch.hpp"

namespace {

using weir::Column;
using weir::Type;
using namespace weir::aggregates;

struct MergeSlot {
  QuantileSlot quantiles;
  HllSlot hll;
  SketchKind kind;
  uint32_t reserved;
  static std::vector<uint32_t> ref_offsets() {
    std::vector<uint32_t> offsets;
    for (const uint32_t offset : QuantileSlot::ref_offsets())
      offsets.push_back(offsetof(MergeSlot, quantiles) + offset);
    for (const uint32_t offset : HllSlot::ref_offsets()) offsets.push_back(offsetof(MergeSlot, hll) + offset);
    return offsets;
  }
};

weir::Status take(MergeSlot& slot, std::string_view stored, const ResizeBlock& resize,
                  std::string_view taker) {
  const SketchKind found = kind_of(stored);
  const SketchKind wanted = slot.kind == SketchKind::kNone
                                ? (found == SketchKind::kNone ? SketchKind::kQuantiles : found)
                                : slot.kind;
  WEIR_ASSIGN_OR_RETURN(const std::string_view body, open_sketch(stored, wanted, taker));
  slot.kind = found;
  if (found == SketchKind::kHll) return HllGroup(slot.hll, resize).merge(body);
  WEIR_RETURN_IF_ERROR(check_quantiles(body));
  return QuantileGroup(slot.quantiles, kIsExactSketch, resize).merge(body);
}

void store(const MergeSlot& slot, std::string& out) {
  if (slot.kind == SketchKind::kQuantiles) return store_quantiles(slot.quantiles, out);
  out += kHllMark;
  save_hll(slot.hll, out);
}

/// What all of them have in common: how they take stored sketches, and how they travel.
class Merging : public weir::AggregateFunction<MergeSlot> {
 public:
  weir::Status update(const Rows& rows, std::span<const Column> args) const override {
    const ResizeBlock resize = resize_of(rows);
    const auto stored = args[0].view<std::string_view>();
    for (size_t i = 0; i < rows.size(); ++i) {
      const size_t row = rows.row(i);
      if (stored.is_null(row)) continue;
      if (kind_ != SketchKind::kNone) rows.slot(i).kind = kind_;
      WEIR_RETURN_IF_ERROR(take(rows.slot(i), stored[row], resize, name_));
    }
    return {};
  }
  weir::Result<std::vector<Column>> save(const Rows& rows) const override {
    return std::vector<Column>{stored(rows)};
  }
  weir::Status merge(const Rows& rows, std::span<const Column> partial) const override {
    return update(rows, partial);
  }

 protected:
  /// `kind`: what alone is taken; kNone: either.
  Merging(std::string name, SketchKind kind) : name_(std::move(name)), kind_(kind) {}
  const std::string& name() const { return name_; }
  weir::Status check(std::span<const weir::Field> args, size_t count, std::string_view takes) const {
    const bool fits = args.size() == count && args[0].type.type == Type::kBinary;
    return fits ? weir::Status() : wrong_arguments(name_, takes, args);
  }
  static weir::AggregateTypes types(weir::Field result) {
    return {{{"sketch", Type::kBinary}}, std::move(result)};
  }
  static Column stored(const Rows& rows) {
    weir::StringBuilder made(Type::kBinary);
    std::string bytes;
    for (size_t i = 0; i < rows.size(); ++i) {
      bytes.clear();
      if (rows.slot(i).kind != SketchKind::kNone) store(rows.slot(i), bytes);
      bytes.empty() ? made.append_null() : made.append(bytes);
    }
    return std::move(made).finish();
  }

 private:
  const std::string name_;
  const SketchKind kind_;
};

class Merge final : public Merging {
 public:
  Merge() : Merging("merge", SketchKind::kNone) {}
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view>) override {
    WEIR_RETURN_IF_ERROR(check(args, 1, "one binary column of sketches"));
    return types({name(), Type::kBinary});
  }
  weir::Result<Column> finish(const Rows& rows) const override { return stored(rows); }
};

/// `kPercent` below 0: the share is the second argument.
template <int kPercent>
class QuantileMerged final : public Merging {
 public:
  QuantileMerged()
      : Merging(kPercent < 0 ? "quantile_merged" : "p" + std::to_string(kPercent) + "_merged",
                SketchKind::kQuantiles) {}
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view> literals) override {
    WEIR_RETURN_IF_ERROR(
        check(args, kPercent < 0 ? 2 : 1,
              kPercent < 0 ? "a binary column of sketches and a share" : "one binary column of sketches"));
    if constexpr (kPercent < 0) {
      WEIR_ASSIGN_OR_RETURN(share_, weir::aggregates::quantile_share(literals[1], "second"));
    }
    return types({name(), Type::kFloat64});
  }
  weir::Result<Column> finish(const Rows& rows) const override {
    weir::ColumnBuilder<double> values;
    for (size_t i = 0; i < rows.size(); ++i) {
      const QuantileSlot& slot = rows.slot(i).quantiles;
      slot.count == 0 ? values.append_null() : values.append(quantile_of(slot, share_, kIsExactSketch));
    }
    return std::move(values).finish();
  }

 private:
  double share_ = kPercent / 100.0;
};
using MergedAnyQuantile = QuantileMerged<-1>;
using MergedP50 = QuantileMerged<50>;
using MergedP90 = QuantileMerged<90>;
using MergedP99 = QuantileMerged<99>;

class DistinctMerged final : public Merging {
 public:
  DistinctMerged() : Merging("approx_distinct_merged", SketchKind::kHll) {}
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view>) override {
    WEIR_RETURN_IF_ERROR(check(args, 1, "one binary column of sketches"));
    return types({name(), Type::kInt64, false});
  }
  weir::Result<Column> finish(const Rows& rows) const override {
    weir::ColumnBuilder<int64_t> counts(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) counts.values()[i] = std::llround(hll_count(rows.slot(i).hll));
    return std::move(counts).finish();
  }
};

}  // namespace

WEIR_AGGREGATE(
    Merge, "merge", "Stored sketches, put together into one.",
    weir::description(
        "Takes what sketch(x) or hll(x) gave, not both in one group, and gives what it would have given over "
        "all the rows. An aggregate over merged sketches is written around it: `quantile(merge(s), 0.99)`, "
        "`p50(merge(s))`, `p90(merge(s))`, `p99(merge(s))`, `approx_distinct(merge(s))`. Nulls are left out; "
        "null where there is no sketch. A value that is no sketch ends the run."),
    weir::example("quantile(merge(s), 0.99)"));
WEIR_AGGREGATE(MergedAnyQuantile, "quantile_merged",
               "quantile(merge(s), q): a quantile of what stored sketches hold.",
               weir::description("Null where there is no value."), weir::example("quantile(merge(s), 0.99)"));
WEIR_AGGREGATE(MergedP50, "p50_merged", "p50(merge(s)): the median of what stored sketches hold.",
               weir::description("Null where there is no value."), weir::example("p50(merge(s))"));
WEIR_AGGREGATE(MergedP90, "p90_merged", "p90(merge(s)): quantile(merge(s), 0.9).",
               weir::description("Null where there is no value."), weir::example("p90(merge(s))"));
WEIR_AGGREGATE(MergedP99, "p99_merged", "p99(merge(s)): quantile(merge(s), 0.99).",
               weir::description("Null where there is no value."), weir::example("p99(merge(s))"));
WEIR_AGGREGATE(DistinctMerged, "approx_distinct_merged",
               "approx_distinct(merge(s)): about how many different values stored sketches hold.",
               weir::description("Takes what hll(x) gave. 0 where there is no sketch."),
               weir::example("approx_distinct(merge(s))"));
