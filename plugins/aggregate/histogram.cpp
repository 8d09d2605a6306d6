// histogram(x, low, high, bins): how many values lie in each of some intervals of one width.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>

#include "number_rows.hpp"
#include "resize_rows.hpp"

namespace {

using weir::Column;
using weir::Type;
using namespace weir::aggregates;

constexpr uint32_t kMostBins = 10'000;

struct HistogramSlot {
  weir_block* counts;  ///< uint64: below, one for each bin, from the end on; null: no value yet.
  uint64_t reserved;
  static std::vector<uint32_t> ref_offsets() { return {0}; }
};

template <class Number>
bool read_constant(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return !text.empty() && error == std::errc() && end == text.data() + text.size();
}

/// The bins of histograms while their column is built.
class BinItems {
 public:
  size_t size() const { return counts_.size(); }
  void append(std::optional<double> low, std::optional<double> high, uint64_t count) {
    lows_.append_optional(low);
    highs_.append_optional(high);
    counts_.append(static_cast<int64_t>(count));
  }
  Column finish() && {
    weir::StructBuilder made(counts_.size());
    made.add(std::move(lows_).finish()).add(std::move(highs_).finish()).add(std::move(counts_).finish());
    return std::move(made).finish();
  }

 private:
  weir::ColumnBuilder<double> lows_;
  weir::ColumnBuilder<double> highs_;
  weir::ColumnBuilder<int64_t> counts_;
};

class Histogram final : public weir::AggregateFunction<HistogramSlot> {
 public:
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view> literals) override {
    if (args.size() != 4 || !is_number(args[0].type.type))
      return wrong_arguments("histogram", "a number, where the bins begin and end, and how many there are",
                             args);
    const bool has_range = read_constant(literals[1], low_) && read_constant(literals[2], high_) &&
                           std::isfinite(low_) && std::isfinite(high_) && low_ < high_;
    if (!has_range)
      return weir::Status::invalid(
          "the bins must begin and end at constants, the first below the second, such "
          "as histogram(x, 0, 100, 10)");
    if (!read_constant(literals[3], bins_) || bins_ < 1 || bins_ > kMostBins)
      return weir::Status::invalid("how many bins, its fourth argument, must be a constant from 1 to 10000");
    const weir::DataType bin = weir::DataType::structure(
        {{"low", Type::kFloat64}, {"high", Type::kFloat64}, {"count", Type::kInt64, false}});
    return weir::AggregateTypes{{{"counts", Type::kBinary, false}},
                                {"histogram", weir::DataType::list(bin), false}};
  }
  weir::Status update(const Rows& rows, std::span<const Column> args) const override {
    for_doubles(rows, args[0],
                [&](HistogramSlot& slot, double value) { ++counts(slot, rows)[place_of(value)]; });
    return {};
  }
  weir::Result<std::vector<Column>> save(const Rows& rows) const override {
    weir::StringBuilder made(Type::kBinary);
    for (size_t i = 0; i < rows.size(); ++i) {
      const weir_block* const block = rows.slot(i).counts;
      made.append(block == nullptr
                      ? std::string_view()
                      : std::string_view(reinterpret_cast<const char*>(block->data), size_bytes()));
    }
    return std::vector<Column>{std::move(made).finish()};
  }
  weir::Status merge(const Rows& rows, std::span<const Column> partial) const override {
    const auto saved = partial[0].view<std::string_view>();
    for (size_t i = 0; i < rows.size(); ++i) {
      const std::string_view bytes = saved[rows.row(i)];
      if (bytes.empty()) continue;
      if (bytes.size() != size_bytes())
        return weir::Status::corrupt("the partial form of a histogram has a wrong length");
      uint64_t* const own = counts(rows.slot(i), rows);
      for (size_t bin = 0; bin < bins_ + size_t{2}; ++bin) {
        uint64_t times = 0;
        std::memcpy(&times, bytes.data() + bin * sizeof(times), sizeof(times));
        own[bin] += times;
      }
    }
    return {};
  }
  weir::Result<Column> finish(const Rows& rows) const override {
    weir::ListBuilder<BinItems> lists;
    const std::vector<uint64_t> none(bins_ + size_t{2});
    for (size_t i = 0; i < rows.size(); ++i) {
      const weir_block* const block = rows.slot(i).counts;
      const uint64_t* const found =
          block == nullptr ? none.data() : reinterpret_cast<const uint64_t*>(block->data);
      if (found[0] > 0) lists.items().append(std::nullopt, low_, found[0]);
      for (uint32_t bin = 0; bin < bins_; ++bin)
        lists.items().append(edge(bin), edge(bin + 1), found[bin + 1]);
      if (found[bins_ + 1] > 0) lists.items().append(high_, std::nullopt, found[bins_ + 1]);
      lists.append();
    }
    return std::move(lists).finish();
  }

 private:
  size_t size_bytes() const { return (bins_ + size_t{2}) * sizeof(uint64_t); }
  double edge(uint32_t bin) const {
    return bin == bins_ ? high_ : low_ + (high_ - low_) * (static_cast<double>(bin) / bins_);
  }
  /// 0: below; 1 .. bins_: a bin; behind: from the end on, but for the end itself, which is in the last bin.
  size_t place_of(double value) const {
    if (value < low_) return 0;
    if (!(value <= high_)) return bins_ + size_t{1};
    const double share = (value - low_) / (high_ - low_) * bins_;
    auto bin = std::min(static_cast<uint32_t>(share), bins_ - 1);
    // A division may round over an edge.
    if (value < edge(bin)) --bin;
    if (bin + 1 < bins_ && value >= edge(bin + 1)) ++bin;
    return bin + size_t{1};
  }
  uint64_t* counts(HistogramSlot& slot, const Rows& rows) const {
    if (slot.counts == nullptr) {
      resize_of(rows)(slot.counts, size_bytes());
      std::memset(slot.counts->data, 0, size_bytes());
    }
    return reinterpret_cast<uint64_t*>(slot.counts->data);
  }

  double low_ = 0;
  double high_ = 0;
  uint32_t bins_ = 0;
};

}  // namespace

WEIR_AGGREGATE(
    Histogram, "histogram", "How many values lie in each of some intervals of one width.",
    weir::description(
        "`histogram(latency_ms, 0, 1000, 20)` gives a list of `{low, high, count}`, from the lowest, for 20 "
        "intervals from 0 to 1000. An interval holds `low` and not `high`; the last one holds both. Values "
        "outside are not hidden: where there are some, a further interval without `low` stands before the "
        "others, and one without `high` behind them, where NaN is too. Nulls are left out."),
    weir::example("histogram(latency_ms, 0, 1000, 20)"));
