// mode(x) and top_k(x, k): the values that come most often.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "kept_value.hpp"
#include "resize_rows.hpp"
#include "value_counts.hpp"

namespace {

using weir::Column;
using weir::Type;
using namespace weir::aggregates;

constexpr uint32_t kMostValues = 100'000;

/// One value for all NaNs, and for both zeroes.
template <class Value>
Value one_of_a_kind(Value value) {
  if constexpr (std::is_same_v<Value, double>) {
    if (std::isnan(value)) return std::numeric_limits<double>::quiet_NaN();
    return value == 0 ? 0.0 : value;
  }
  return value;
}

/// Values as bytes, and which of two is the smaller.
class ValueOrder {
 public:
  ValueOrder() = default;
  explicit ValueOrder(Type type) : type_(type) {}
  bool is_less(std::string_view a, std::string_view b) const {
    if (is_text(type_)) return a < b;
    if (type_ == Type::kDecimal128) return as<weir::Decimal128>(a) < as<weir::Decimal128>(b);
    if (is_float(type_)) {
      const auto x = as<double>(a);
      const auto y = as<double>(b);
      return x < y || (std::isnan(y) && !std::isnan(x));
    }
    const bool is_unsigned = type_ >= Type::kUint8 && type_ <= Type::kUint64;
    return is_unsigned ? as<uint64_t>(a) < as<uint64_t>(b) : as<int64_t>(a) < as<int64_t>(b);
  }

 private:
  template <class T>
  static T as(std::string_view bytes) {
    T value{};
    std::memcpy(&value, bytes.data(), sizeof(value));
    return value;
  }
  Type type_ = Type::kInt64;
};

/// The column of `type` that values kept as bytes make; one without data is null.
Column column_of(const weir::DataType& type, std::span<const std::string_view> values) {
  if (is_text(type.type)) {
    weir::StringBuilder made(type.type);
    for (const std::string_view value : values)
      value.data() == nullptr ? made.append_null() : made.append(value);
    return std::move(made).finish();
  }
  KeptValue kept{};
  return kept_column(type, values.size(), [&](size_t i) -> const KeptValue* {
    if (values[i].data() == nullptr) return nullptr;
    std::memcpy(&kept.decimal_value, values[i].data(), values[i].size());
    return &kept;
  });
}

/// A share of top_k's result while it is built: values, and how often each came.
class CountedItems {
 public:
  explicit CountedItems(weir::DataType type) : type_(std::move(type)) {}
  size_t size() const { return values_.size(); }
  void append(const CountedValue& counted) {
    values_.push_back(counted.value);
    times_.append(static_cast<int64_t>(counted.times));
  }
  Column finish() && {
    weir::StructBuilder made(values_.size());
    made.add(column_of(type_, values_)).add(std::move(times_).finish());
    return std::move(made).finish();
  }

 private:
  weir::DataType type_;
  std::vector<std::string_view> values_;
  weir::ColumnBuilder<int64_t> times_;
};

/// `kIsMode`: one value, else a list.
template <bool kIsMode>
class MostFrequent final : public weir::AggregateFunction<ValueCountsSlot> {
 public:
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view> literals) override {
    const bool fits = args.size() == (kIsMode ? 1 : 2) && is_ordered(args[0].type.type);
    if (!fits)
      return wrong_arguments(name(),
                             kIsMode ? "one value that is no list and no struct"
                                     : "a value that is no list and no struct, and how many",
                             args);
    type_ = args[0].type;
    order_ = ValueOrder(type_.type);
    weir::AggregateTypes types{{{"values", Type::kBinary, false}}, {name(), type_}};
    if constexpr (!kIsMode) {
      const std::string_view text = literals[1];
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), k_);
      if (error != std::errc() || end != text.data() + text.size() || k_ < 1 || k_ > kMostValues)
        return weir::Status::invalid(
            "how many, its second argument, must be a constant from 1 to 100000, such as 10");
      const weir::DataType item =
          weir::DataType::structure({{"value", type_, false}, {"times", Type::kInt64, false}});
      types.result = weir::Field{name(), weir::DataType::list(item), false};
    }
    return types;
  }
  weir::Status update(const Rows& rows, std::span<const Column> args) const override {
    const ResizeBlock resize = resize_of(rows);
    for_kept(rows, args[0], [&](ValueCountsSlot& slot, auto value, size_t) {
      if constexpr (std::is_same_v<decltype(value), std::string_view>) {
        ValueCounts(slot, resize).add(value, 1);
      } else {
        const auto kept = one_of_a_kind(value);
        ValueCounts(slot, resize).add({reinterpret_cast<const char*>(&kept), sizeof(kept)}, 1);
      }
    });
    return {};
  }
  weir::Result<std::vector<Column>> save(const Rows& rows) const override {
    weir::StringBuilder made(Type::kBinary);
    for (size_t i = 0; i < rows.size(); ++i) made.append(ValueCounts::saved(rows.slot(i)));
    return std::vector<Column>{std::move(made).finish()};
  }
  weir::Status merge(const Rows& rows, std::span<const Column> partial) const override {
    const auto groups = partial[0].view<std::string_view>();
    const ResizeBlock resize = resize_of(rows);
    for (size_t i = 0; i < rows.size(); ++i)
      WEIR_RETURN_IF_ERROR(ValueCounts(rows.slot(i), resize).merge(groups[rows.row(i)]));
    return {};
  }
  weir::Result<Column> finish(const Rows& rows) const override {
    if constexpr (kIsMode) {
      std::vector<std::string_view> values;
      for (size_t i = 0; i < rows.size(); ++i) {
        const std::vector<CountedValue> best = most_frequent(rows.slot(i));
        values.push_back(best.empty() ? std::string_view() : best.front().value);
      }
      return column_of(type_, values);
    } else {
      weir::ListBuilder<CountedItems> lists{CountedItems(type_)};
      for (size_t i = 0; i < rows.size(); ++i) {
        for (const CountedValue& counted : most_frequent(rows.slot(i))) lists.items().append(counted);
        lists.append();
      }
      return std::move(lists).finish();
    }
  }

 private:
  static std::string name() { return kIsMode ? "mode" : "top_k"; }
  std::vector<CountedValue> most_frequent(const ValueCountsSlot& slot) const {
    std::vector<CountedValue> all = ValueCounts::all(slot);
    const size_t wanted = std::min<size_t>(all.size(), k_);
    std::ranges::partial_sort(
        all, all.begin() + static_cast<ptrdiff_t>(wanted), [&](const CountedValue& a, const CountedValue& b) {
          return a.times != b.times ? a.times > b.times : order_.is_less(a.value, b.value);
        });
    all.resize(wanted);
    return all;
  }

  weir::DataType type_;
  ValueOrder order_;
  uint32_t k_ = 1;
};
using Mode = MostFrequent<true>;
using TopK = MostFrequent<false>;

}  // namespace

WEIR_AGGREGATE(
    Mode, "mode", "The value that comes most often.",
    weir::description("Counted exactly; of several the smallest. Keeps every different value of every "
                      "group. Nulls are left out; null where there is no value."),
    weir::example("mode(x) over 3, 1, 3, 1, 2 => 1\nmode(x) over 'a', 'b', 'b' => 'b'"));
WEIR_AGGREGATE(
    TopK, "top_k", "The k values that come most often, and how often each comes.",
    weir::description(
        "`top_k(page, 10)` gives a list of `{value, times}`, the most frequent first, those that come "
        "equally often from the smallest. Counted exactly: keeps every different value of every "
        "group. Nulls are left out; an empty list where there is no value."),
    weir::example("top_k(page, 10)"));
