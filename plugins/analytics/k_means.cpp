#include "k_means.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace weir::behaviour {
namespace {

/// Of one call of advance().
constexpr size_t kProductsAtOnce = size_t{1} << 22;
/// No centre yet; no cluster number gets there.
constexpr uint32_t kNoCentre = UINT32_MAX;

}  // namespace

KMeans::KMeans(const KMeansRules& rules, size_t dimensions, std::vector<double> points)
    : rules_(rules),
      dimensions_(dimensions),
      point_count_(points.size() / dimensions),
      order_(point_count_),
      given_(std::move(points)),
      random_state_(rules.seed),
      nearest_(point_count_),
      distances_(point_count_) {
  std::iota(order_.begin(), order_.end(), 0U);
  std::ranges::sort(order_, [&](uint32_t a, uint32_t b) {
    const double* const x = given_.data() + a * dimensions_;
    const double* const y = given_.data() + b * dimensions_;
    return std::lexicographical_compare(x, x + dimensions_, y, y + dimensions_);
  });
  standardise();
  if (point_count_ == 0) {
    phase_ = Phase::kDone;
  } else {
    begin_start();
  }
}

void KMeans::standardise() {
  points_.resize(given_.size());
  const auto count = static_cast<double>(point_count_);
  for (size_t d = 0; d < dimensions_; ++d) {
    double sum = 0;
    for (const uint32_t i : order_) sum += given_[i * dimensions_ + d];
    const double mean = sum / count;
    double squares = 0;
    for (const uint32_t i : order_) {
      const double off = given_[i * dimensions_ + d] - mean;
      squares += off * off;
    }
    const double unit = std::sqrt(squares / count);
    for (size_t at = 0; at < point_count_; ++at) {
      const double off = given_[order_[at] * dimensions_ + d] - mean;
      points_[at * dimensions_ + d] = unit > 0 ? off / unit : 0;
    }
  }
}

uint64_t KMeans::random() {
  random_state_ += 0x9E3779B97F4A7C15U;
  uint64_t z = random_state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

double KMeans::random_share() { return static_cast<double>(random() >> 11) * 0x1p-53; }

double KMeans::squared_distance(const double* a, const double* b) const {
  double sum = 0;
  for (size_t d = 0; d < dimensions_; ++d) sum += (a[d] - b[d]) * (a[d] - b[d]);
  return sum;
}

bool KMeans::advance() {
  if (phase_ == Phase::kDone) return true;
  const size_t centres = phase_ == Phase::kSeeding ? 1 : centre_count();
  const size_t points = std::max<size_t>(1, kProductsAtOnce / (centres * dimensions_));
  const size_t to = std::min(point_count_, next_point_ + points);
  if (phase_ == Phase::kSeeding) {
    seed(next_point_, to);
  } else {
    assign(next_point_, to);
  }
  next_point_ = to;
  if (next_point_ < point_count_) return false;
  phase_ == Phase::kSeeding ? end_seeding_pass() : end_assigning_pass();
  return phase_ == Phase::kDone;
}

void KMeans::begin_start() {
  phase_ = Phase::kSeeding;
  iteration_ = 0;
  centres_.clear();
  std::ranges::fill(nearest_, kNoCentre);
  std::ranges::fill(distances_, HUGE_VAL);
  add_centre(static_cast<size_t>(random_share() * static_cast<double>(point_count_)));
}

void KMeans::add_centre(size_t point_index) {
  centres_.insert(centres_.end(), point(point_index), point(point_index) + dimensions_);
  begin_pass();
}

void KMeans::begin_pass() {
  next_point_ = 0;
  sum_ = 0;
  has_changed_ = false;
  sums_.assign(centres_.size(), 0);
  counts_.assign(centre_count(), 0);
}

/// Looks how far the points are from the newest centre.
void KMeans::seed(size_t from, size_t to) {
  const double* const newest = centre(centre_count() - 1);
  for (size_t i = from; i < to; ++i) {
    distances_[i] = std::min(distances_[i], squared_distance(point(i), newest));
    sum_ += distances_[i];
  }
}

void KMeans::end_seeding_pass() {
  // When all points are centres there is nothing left to choose.
  if (centre_count() < rules_.clusters && sum_ > 0) return add_centre(drawn_point());
  phase_ = Phase::kAssigning;
  begin_pass();
}

size_t KMeans::drawn_point() {
  const double wanted = random_share() * sum_;
  double reached = 0;
  size_t drawn = 0;
  for (size_t i = 0; i < point_count_; ++i) {
    if (distances_[i] == 0) continue;
    drawn = i;
    reached += distances_[i];
    if (reached > wanted) break;
  }
  return drawn;
}

void KMeans::assign(size_t from, size_t to) {
  const size_t count = centre_count();
  for (size_t i = from; i < to; ++i) {
    uint32_t best = 0;
    double least = squared_distance(point(i), centre(0));
    for (uint32_t c = 1; c < count; ++c) {
      const double distance = squared_distance(point(i), centre(c));
      if (distance >= least) continue;
      least = distance;
      best = c;
    }
    has_changed_ = has_changed_ || nearest_[i] != best;
    nearest_[i] = best;
    distances_[i] = least;
    sum_ += least;
    ++counts_[best];
    for (size_t d = 0; d < dimensions_; ++d) sums_[best * dimensions_ + d] += point(i)[d];
  }
}

void KMeans::end_assigning_pass() {
  if (!has_changed_ || ++iteration_ >= rules_.iterations) return end_start();
  move_centres();
  begin_pass();
}

void KMeans::move_centres() {
  bool is_furthest_taken = false;
  for (size_t c = 0; c < centre_count(); ++c) {
    if (counts_[c] > 0) {
      for (size_t d = 0; d < dimensions_; ++d)
        centre(c)[d] = sums_[c * dimensions_ + d] / static_cast<double>(counts_[c]);
    } else if (!is_furthest_taken) {
      is_furthest_taken = true;
      const auto furthest = static_cast<size_t>(std::ranges::max_element(distances_) - distances_.begin());
      std::copy_n(point(furthest), dimensions_, centre(c));
    }
  }
}

void KMeans::end_start() {
  if (start_ == 0 || sum_ < best_within_) {
    best_within_ = sum_;
    best_nearest_ = nearest_;
  }
  if (++start_ < rules_.starts) return begin_start();
  finish();
  phase_ = Phase::kDone;
}

void KMeans::finish() {
  std::vector<Cluster> found = described();
  std::vector<uint32_t> by_place(found.size());
  std::iota(by_place.begin(), by_place.end(), 0U);
  std::erase_if(by_place, [&](uint32_t c) { return found[c].size == 0; });
  std::ranges::sort(by_place, [&](uint32_t a, uint32_t b) {
    if (rules_.order == ClusterOrder::kSize && found[a].size != found[b].size)
      return found[a].size > found[b].size;
    return found[a].centre < found[b].centre;
  });
  std::vector<uint32_t> place_of(found.size());
  for (uint32_t place = 0; place < by_place.size(); ++place) {
    place_of[by_place[place]] = place;
    clusters_.push_back(std::move(found[by_place[place]]));
  }
  cluster_of_point_.resize(point_count_);
  for (size_t i = 0; i < point_count_; ++i) cluster_of_point_[order_[i]] = place_of[best_nearest_[i]];
}

std::vector<Cluster> KMeans::described() {
  std::vector<Cluster> found(*std::ranges::max_element(best_nearest_) + size_t{1});
  for (Cluster& cluster : found) cluster.centre.resize(dimensions_);
  std::vector<double> centres(found.size() * dimensions_);
  for (size_t i = 0; i < point_count_; ++i) {
    Cluster& cluster = found[best_nearest_[i]];
    ++cluster.size;
    for (size_t d = 0; d < dimensions_; ++d) {
      cluster.centre[d] += given_[order_[i] * dimensions_ + d];
      centres[best_nearest_[i] * dimensions_ + d] += point(i)[d];
    }
  }
  for (size_t c = 0; c < found.size(); ++c)
    for (size_t d = 0; d < dimensions_; ++d) {
      found[c].centre[d] /= static_cast<double>(found[c].size);
      centres[c * dimensions_ + d] /= static_cast<double>(found[c].size);
    }
  best_within_ = 0;
  for (size_t i = 0; i < point_count_; ++i) {
    const uint32_t c = best_nearest_[i];
    const double distance = squared_distance(point(i), centres.data() + c * dimensions_);
    found[c].spread += distance;
    best_within_ += distance;
  }
  for (Cluster& cluster : found)
    cluster.spread = std::sqrt(cluster.spread / static_cast<double>(cluster.size));
  return found;
}

}  // namespace weir::behaviour
