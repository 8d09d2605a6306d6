#pragma once
// How surprising each value of a series is, in O(1) a value: several views of it, each with a robust scale,
// and a tail that the series' own past says.
//
// Expected is the level or the value usual at this place of a season, whichever has been nearer of late.
// Three residuals are looked at: r1 = y - expected, r2 = y - the value before, r3 = the exponential mean of
// r1 over about 24 values, which finds what is a little off for long.
//   level, profiles  exponential means whose step is cut at 18 scales of r1
//   scale s          exponential mean of |r|, each cut at 6 s: Huber's way to a robust mean deviation
//   u = |r| / s      its 97 % quantile t by stochastic approximation (Robbins & Monro 1951)
//   excess e         exponential mean of u - t where u > t, cut at 25 e
//   p = 3 * 0.03 * exp(-(u - t) / e), the least of the three
// Peaks over a threshold have in the limit a generalised Pareto tail (Pickands 1975; Siffer et al. 2017 use
// it on streams); here with shape 0. The 3 is Bonferroni's for three looks.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weir::prediction {

/// The mean at one place of a season.
struct ProfilePlace {
  double mean;
  double count;
};

inline constexpr size_t kMostSeasons = 4;
inline constexpr size_t kResiduals = 3;

/// All that is known of a series beside its profiles: plain bytes that begin zeroed.
struct SurpriseState {
  struct Residual {
    double scale;
    double threshold;
    double excess;
    double exceeded;
  };
  int64_t count;
  int64_t first_us;  ///< The time of the first value.
  double level;
  double last;
  double smoothed;
  std::array<Residual, kResiduals> residuals;
  std::array<double, kMostSeasons + 1> errors;  ///< Of the level, then of each profile.
  int64_t calm;                                 ///< Values since one that reached the threshold.
};

struct Surprise {
  double expected;
  double probability;  ///< Of a value at least as far off, as far as the past can say.
};

/// The seasons of a detector, cut into places of one length.
class SeasonProfiles {
 public:
  /// Needs: at most kMostSeasons, sorted, each a multiple of `place_us` > 0.
  SeasonProfiles(std::vector<int64_t> seasons_us, int64_t place_us);
  size_t season_count() const { return seasons_.size(); }
  /// [us] 0 without seasons.
  int64_t shortest_us() const { return seasons_.empty() ? 0 : seasons_.front().length_us; }
  /// Of all seasons together.
  size_t place_count() const { return place_count_; }
  /// Index among all places.
  size_t place_of(size_t season, int64_t time_us) const;
  /// How far a profile moves towards a value: 0.05 for the shortest season, more for longer ones, which see
  /// fewer values in the same time, up to 0.3.
  double rate(size_t season) const { return seasons_[season].rate; }

 private:
  struct Season {
    int64_t length_us;
    size_t first;
    double rate;
  };
  std::vector<Season> seasons_;
  int64_t place_us_;
  size_t place_count_ = 0;
};

/// Says how surprising the value is and takes it in. Values of one series come in order of their times.
/// Needs: a finite value; `places` are profiles.place_count() of this series, zeroed at first.
Surprise observe(SurpriseState& state, std::span<ProfilePlace> places, const SeasonProfiles& profiles,
                 int64_t time_us, double value);

/// -log10(probability) / 5.5, at most 1: 0.5 stands for one value in about 560, 1 for one in 300,000 or more.
double score_of(double probability);

}  // namespace weir::prediction
