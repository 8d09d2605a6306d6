// quantile_change(x, is_after, q): by how much a quantile has changed, with a bootstrap interval.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "number_rows.hpp"
#include "quantile_saved.hpp"
#include "quantile_share.hpp"
#include "resize_rows.hpp"
#include "stored_sketch.hpp"

namespace {

using weir::Column;
using weir::Type;
using namespace weir::aggregates;

constexpr size_t kReplicates = 2000;

struct ChangeSlot {
  QuantileSlot before, after;
  static std::vector<uint32_t> ref_offsets() {
    std::vector<uint32_t> made;
    for (const size_t base : {offsetof(ChangeSlot, before), offsetof(ChangeSlot, after)})
      for (const uint32_t offset : QuantileSlot::ref_offsets())
        made.push_back(static_cast<uint32_t>(base) + offset);
    return made;
  }
};

/// The same numbers in every run and on every machine.
class FixedRandom {
 public:
  /// From 0 to 1, neither included (splitmix64).
  double uniform() {
    state_ += 0x9E3779B97F4A7C15U;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    z ^= z >> 31;
    return (static_cast<double>(z >> 11) + 0.5) * 0x1p-53;
  }
  /// Marsaglia's polar method.
  double normal() {
    for (;;) {
      const double u = 2 * uniform() - 1;
      const double v = 2 * uniform() - 1;
      const double s = u * u + v * v;
      if (s > 0 && s < 1) return u * std::sqrt(-2 * std::log(s) / s);
    }
  }
  /// G. Marsaglia, W. Tsang: A simple method for generating gamma variables (2000). Needs: shape >= 1.
  double gamma(double shape) {
    const double d = shape - 1.0 / 3;
    const double c = 1 / std::sqrt(9 * d);
    for (;;) {
      const double x = normal();
      const double v = std::pow(1 + c * x, 3);
      if (v > 0 && std::log(uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
    }
  }
  double beta(double a, double b) {
    const double x = gamma(a);
    return x / (x + gamma(b));
  }

 private:
  uint64_t state_ = 20'000'000;
};

/// The values of a group in order, each with the number of values up to it.
class OrderedValues {
 public:
  explicit OrderedValues(const QuantileSlot& slot) : count_(slot.count) {
    std::string bytes;
    save_quantile(slot, kIsExactSketch, bytes);
    SavedQuantile saved;
    if (const weir::Status status = saved.read(bytes, kIsExactSketch); !status.is_ok())
      throw weir::FaultException(status);
    saved.is_sketch ? add_counts(saved) : add_values(saved);
  }
  uint64_t count() const { return count_; }
  /// The value of rank `rank`, from 1.
  double at(uint64_t rank) const { return std::ranges::lower_bound(values_, rank, {}, &Upto::rank)->value; }

 private:
  struct Upto {
    double value;
    uint64_t rank;
  };
  void add(double value, uint64_t times) {
    if (times > 0) values_.push_back({value, (values_.empty() ? 0 : values_.back().rank) + times});
  }
  void add_values(const SavedQuantile& saved) {
    std::vector<double> values(saved.header.count);
    for (size_t i = 0; i < values.size(); ++i) values[i] = saved.value(i);
    std::ranges::sort(values, [](double a, double b) { return a < b || (std::isnan(b) && !std::isnan(a)); });
    for (const double value : values) add(value, 1);
  }
  void add_counts(const SavedQuantile& saved) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const SavedQuantileHeader& header = saved.header;
    add(-kInfinity, header.rest.negative_infinite);
    for (uint32_t i = header.negative_size; i-- > 0;)
      add(-bucket_value(header.negative_first + i), saved.negative(i));
    add(0, header.rest.zero);
    for (uint32_t i = 0; i < header.positive_size; ++i)
      add(bucket_value(header.positive_first + i), saved.positive(i));
    add(kInfinity, header.rest.positive_infinite);
    add(std::numeric_limits<double>::quiet_NaN(), header.rest.not_a_number);
  }
  std::vector<Upto> values_;
  uint64_t count_;
};

/// A value of the bootstrap distribution of the k-th smallest: its rank among the values is that of a share
/// with distribution Beta(k, n + 1 - k).
double resampled(const OrderedValues& values, double q, FixedRandom& random) {
  const auto n = static_cast<double>(values.count());
  const double k = std::clamp(std::floor((n + 1) * q), 1.0, n);
  const double rank = std::ceil(n * random.beta(k, n + 1 - k));
  return values.at(static_cast<uint64_t>(std::clamp(rank, 1.0, n)));
}

struct Change {
  std::optional<double> before, after, change, low, high;
};

std::optional<double> relative_change(double before, double after) {
  if (before == 0) return std::nullopt;
  return (after - before) / std::fabs(before);
}

Change change_of(const ChangeSlot& slot, double q) {
  Change made;
  if (slot.before.count > 0) made.before = quantile_of(slot.before, q, kIsExactSketch);
  if (slot.after.count > 0) made.after = quantile_of(slot.after, q, kIsExactSketch);
  if (!made.before || !made.after) return made;
  made.change = relative_change(*made.before, *made.after);
  if (!made.change) return made;
  const OrderedValues before(slot.before);
  const OrderedValues after(slot.after);
  FixedRandom random;
  std::vector<double> changes;
  for (size_t i = 0; i < kReplicates; ++i) {
    const double one = resampled(before, q, random);
    const double other = resampled(after, q, random);
    const auto change = relative_change(one, other);
    if (!change || std::isnan(*change)) return made;  // An interval without a bound is none.
    changes.push_back(*change);
  }
  std::ranges::sort(changes);
  made.low = changes[kReplicates / 40 - 1];
  made.high = changes[kReplicates - kReplicates / 40];
  return made;
}

class QuantileChange final : public weir::AggregateFunction<ChangeSlot> {
 public:
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view> literals) override {
    if (args.size() != 3 || !is_number(args[0].type.type) || args[1].type.type != Type::kBool)
      return wrong_arguments("quantile_change", "a number, a condition that is true afterwards, and a share",
                             args);
    WEIR_ASSIGN_OR_RETURN(share_, quantile_share(literals[2], "third"));
    std::vector<weir::Field> fields;
    for (const char* name : {"before", "after", "change", "low", "high"})
      fields.push_back({name, Type::kFloat64});
    return weir::AggregateTypes{{{"before", Type::kBinary, false}, {"after", Type::kBinary, false}},
                                {"quantile_change", weir::DataType::structure(fields), false}};
  }
  weir::Status update(const Rows& rows, std::span<const Column> args) const override {
    const ResizeBlock resize = resize_of(rows);
    const weir::BoolColumn is_after(*args[1]);
    const double unit = args[0].type() == Type::kDecimal128 ? std::pow(10.0, args[0]->scale) : 1.0;
    with_numbers(args[0], [&](const auto& view) {
      for (size_t i = 0; i < rows.size(); ++i) {
        const size_t row = rows.row(i);
        if (view.is_null(row) || is_after.is_null(row)) continue;
        QuantileSlot& slot = is_after[row] ? rows.slot(i).after : rows.slot(i).before;
        const double value = static_cast<double>(view[row]) / unit;
        if (!add_to_sketch(slot, value)) QuantileGroup(slot, kIsExactSketch, resize).add(value);
      }
    });
    return {};
  }
  weir::Result<std::vector<Column>> save(const Rows& rows) const override {
    weir::StringBuilder before(Type::kBinary);
    weir::StringBuilder after(Type::kBinary);
    std::string bytes;
    for (size_t i = 0; i < rows.size(); ++i) {
      bytes.clear();
      save_quantile(rows.slot(i).before, kIsExactSketch, bytes);
      before.append(bytes);
      bytes.clear();
      save_quantile(rows.slot(i).after, kIsExactSketch, bytes);
      after.append(bytes);
    }
    return std::vector<Column>{std::move(before).finish(), std::move(after).finish()};
  }
  weir::Status merge(const Rows& rows, std::span<const Column> partial) const override {
    const ResizeBlock resize = resize_of(rows);
    const auto before = partial[0].view<std::string_view>();
    const auto after = partial[1].view<std::string_view>();
    for (size_t i = 0; i < rows.size(); ++i) {
      ChangeSlot& slot = rows.slot(i);
      WEIR_RETURN_IF_ERROR(QuantileGroup(slot.before, kIsExactSketch, resize).merge(before[rows.row(i)]));
      WEIR_RETURN_IF_ERROR(QuantileGroup(slot.after, kIsExactSketch, resize).merge(after[rows.row(i)]));
    }
    return {};
  }
  weir::Result<Column> finish(const Rows& rows) const override {
    std::array<weir::ColumnBuilder<double>, 5> columns;
    for (size_t i = 0; i < rows.size(); ++i) {
      const Change change = change_of(rows.slot(i), share_);
      columns[0].append_optional(change.before);
      columns[1].append_optional(change.after);
      columns[2].append_optional(change.change);
      columns[3].append_optional(change.low);
      columns[4].append_optional(change.high);
    }
    weir::StructBuilder made(rows.size());
    for (auto& column : columns) made.add(std::move(column).finish());
    return std::move(made).finish();
  }

 private:
  double share_ = 0;
};

}  // namespace

WEIR_AGGREGATE(
    QuantileChange, "quantile_change", "By how much a quantile has changed, with a 95 % interval.",
    weir::description(
        "`quantile_change(latency_ms, version = 'new', 0.99)` compares the quantile of the rows for which "
        "the "
        "condition is true with that of the rows for which it is false, and gives `{before, after, change, "
        "low, high}`: both quantiles as quantile(x, q) has them, (after - before) / |before|, and the bounds "
        "between which 95 % of the changes lie in 2,000 bootstrap samples (percentile interval). Samples are "
        "not drawn row by row: the k-th smallest of a resample, k = floor((n + 1) q), has the rank ceil(n U) "
        "with U from Beta(k, n + 1 - k), which is exact for the bootstrap (M. Schultzberg, S. Ankargren: "
        "Resampling-free bootstrap inference for quantiles, 2022). The random numbers are the same in every "
        "run. With few rows beyond the quantile (n (1 - q) below 10) the interval is too narrow, as every "
        "bootstrap of an extreme is. Rows with a null are left out; what cannot be said (no rows on one "
        "side, "
        "zero before) is null."),
    weir::example("quantile_change(latency_ms, version = 'new', 0.99)"));
