#pragma once
// Scores from 1 to 5 by quantiles, and the names of the segments that they make.
#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace weir::behaviour {

/// The scores of all customers by one number. A score is one more than the number of the quantiles 0.2, 0.4,
/// 0.6 and 0.8 that lie below the customer's number, where the quantile p of n numbers is the one at place
/// ceil(p n) in their order (type 1 of Hyndman and Fan). So equal numbers have equal scores, and each score
/// is that of the fifth in which the first of its equals lies.
///
/// Threads: any, at once.
template <class Number>
class FifthScores {
 public:
  FifthScores() = default;
  /// `numbers`: of all customers, in any order; reorders them. Needs: at least one; no NaN.
  explicit FifthScores(std::span<Number> numbers) {
    auto from = numbers.begin();
    for (size_t fifth = 1; fifth <= quantiles_.size(); ++fifth) {
      const size_t place = (fifth * numbers.size() + 4) / 5 - 1;
      const auto at = numbers.begin() + static_cast<std::ptrdiff_t>(place);
      // All before `from` are lower.
      if (at >= from) std::nth_element(from, at, numbers.end());
      quantiles_[fifth - 1] = *at;
      from = std::max(from, at);
    }
  }
  int64_t of(const Number& number) const {
    return 1 + std::ranges::count_if(quantiles_, [&](const Number& quantile) { return quantile < number; });
  }

 private:
  std::array<Number, 4> quantiles_{};
};

/// The name of the segment of a customer. Needs: both from 1 to 5.
std::string_view rfm_segment(int64_t recency_score, int64_t frequency_score);

}  // namespace weir::behaviour
