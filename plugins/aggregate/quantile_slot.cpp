#include "quantile_slot.hpp"

#include <algorithm>

#include "quantile_saved.hpp"

namespace weir::aggregates {
namespace {

/// The counters of a sketch, whichever width they have.
class Counters {
 public:
  explicit Counters(const QuantileSlot& slot) : slot_(slot), is_wide_(slot.count > kNarrowValues) {
    if (slot.rest == nullptr) return;
    rest_ = reinterpret_cast<const QuantileRest*>(slot.rest->data);
    negative_ = reinterpret_cast<const uint64_t*>(slot.rest->data + sizeof(QuantileRest));
  }
  uint64_t positive(uint32_t i) const {
    return is_wide_ ? reinterpret_cast<const uint64_t*>(slot_.values->data)[i]
                    : reinterpret_cast<const uint32_t*>(slot_.values->data)[i];
  }
  uint64_t negative(uint32_t i) const { return negative_[i]; }
  QuantileRest rest() const { return rest_ == nullptr ? QuantileRest{} : *rest_; }

 private:
  const QuantileSlot& slot_;
  const bool is_wide_;
  const QuantileRest* rest_ = nullptr;
  const uint64_t* negative_ = nullptr;
};

/// Finds values by their rank, for ranks that do not fall.
class Ranks {
 public:
  explicit Ranks(const QuantileSlot& slot) : slot_(slot), counters_(slot), rest_(counters_.rest()) {}

  /// The value of rank `rank` (0: the smallest).
  double at(uint64_t rank) const {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (rank < rest_.negative_infinite) return -kInfinity;
    rank -= rest_.negative_infinite;
    for (uint32_t i = rest_.size; i-- > 0;) {
      const uint64_t times = counters_.negative(i);
      if (rank < times) return -bucket_value(rest_.first + i);
      rank -= times;
    }
    if (rank < rest_.zero) return 0;
    rank -= rest_.zero;
    for (uint32_t i = 0; i < slot_.size; ++i) {
      const uint64_t times = counters_.positive(i);
      if (rank < times) return bucket_value(slot_.first + i);
      rank -= times;
    }
    return rank < rest_.positive_infinite ? kInfinity : std::numeric_limits<double>::quiet_NaN();
  }

 private:
  const QuantileSlot& slot_;
  const Counters counters_;
  const QuantileRest rest_;
};

bool is_less(double a, double b) { return a < b || (std::isnan(b) && !std::isnan(a)); }

double between(double low, double high, double share) {
  // Also where one of them is infinite, and where both are.
  return share == 0 || low == high ? low : low + (high - low) * share;
}

}  // namespace

double quantile_of(const QuantileSlot& slot, double q, bool is_exact) {
  const double place = static_cast<double>(slot.count - 1) * q;
  const auto rank = std::min(static_cast<uint64_t>(place), slot.count - 1);
  const double share = place - static_cast<double>(rank);
  const uint64_t next = std::min(rank + 1, slot.count - 1);
  if (!is_exact && slot.count > kExactValues) {
    const Ranks ranks(slot);
    const double low = ranks.at(rank);
    return share == 0 ? low : between(low, ranks.at(next), share);
  }
  const auto* const from = reinterpret_cast<const double*>(slot.values->data);
  std::vector<double> values(from, from + slot.count);
  const auto at = values.begin() + static_cast<ptrdiff_t>(rank);
  std::ranges::nth_element(values, at, is_less);
  if (share == 0 || next == rank) return *at;
  return between(*at, *std::min_element(at + 1, values.end(), is_less), share);
}

void save_quantile(const QuantileSlot& slot, bool is_exact, std::string& out) {
  SavedQuantileHeader header{};
  header.count = slot.count;
  const auto append = [&](const void* bytes, size_t size) {
    out.append(static_cast<const char*>(bytes), size);
  };
  if (is_exact || slot.count <= kExactValues) {
    append(&header, sizeof(header));
    if (slot.count > 0) append(slot.values->data, slot.count * sizeof(double));
    return;
  }
  const Counters counters(slot);
  header.rest = counters.rest();
  header.negative_first = std::exchange(header.rest.first, 0);
  header.negative_size = std::exchange(header.rest.size, 0);
  header.positive_first = slot.first;
  header.positive_size = slot.size;
  append(&header, sizeof(header));
  for (uint32_t i = 0; i < header.positive_size; ++i) {
    const uint64_t times = counters.positive(i);
    append(&times, sizeof(times));
  }
  for (uint32_t i = 0; i < header.negative_size; ++i) {
    const uint64_t times = counters.negative(i);
    append(&times, sizeof(times));
  }
}

}  // namespace weir::aggregates
