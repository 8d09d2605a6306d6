#pragma once
// k-means: points into k clusters, so that they lie near the means of their clusters.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weir::behaviour {

enum class ClusterOrder { kFirstColumn, kSize };

struct KMeansRules {
  size_t clusters = 2;
  size_t starts = 10;       ///< The best of so many is taken.
  size_t iterations = 300;  ///< Of one start, at most.
  uint64_t seed = 1;
  ClusterOrder order = ClusterOrder::kFirstColumn;
};

struct Cluster {
  int64_t size = 0;
  std::vector<double> centre;  ///< The means of its points, as they were given.
  double spread = 0;           ///< Root of the mean squared distance of its points to its centre.
};

/// Columns are standardised first (less their mean, by their standard deviation over n; one that is constant
/// stays 0), and distances are Euclidean. A start chooses its centres by k-means++ (Arthur and Vassilvitskii
/// 2007: the next one is a point, with a probability in proportion to its squared distance to the nearest
/// centre), then repeats Lloyd's step (1982: each point to the nearest centre, each centre to the mean of its
/// points) until no point changes. A centre that loses all points moves to the point furthest from its own.
/// Of equally near centres the one chosen first is taken; of equally good starts the first.
///
/// The random numbers are splitmix64's (Steele, Lea and Flood 2014). Points are worked on in the order of
/// their values, so the same points give the same clusters to the last bit, in whatever order they are given.
///
/// Threads: one instance's.
class KMeans {
 public:
  /// `points`: so many numbers for each, point after point. Needs: dimensions > 0, each number fits().
  KMeans(const KMeansRules& rules, size_t dimensions, std::vector<double> points);
  /// Whether a number is finite, and small enough to be squared and summed.
  static bool fits(double number) { return number >= -1e140 && number <= 1e140; }

  /// Does some of the work, a few milliseconds of it. Returns whether all is done.
  bool advance();

  /// The clusters in their order; fewer than `clusters` where there are not so many different points.
  /// Needs: advance() returned true. The same holds for what follows.
  const std::vector<Cluster>& clusters() const { return clusters_; }
  /// Which of clusters() a point is in, in the order in which points were given.
  std::span<const uint32_t> cluster_of_point() const { return cluster_of_point_; }
  /// The sum of the squared distances to the centres, in standardised columns.
  double within() const { return best_within_; }

 private:
  /// kSeeding --all centres chosen--> kAssigning --no change--> kSeeding of the next start, or kDone
  enum class Phase { kSeeding, kAssigning, kDone };

  const double* point(size_t i) const { return points_.data() + i * dimensions_; }
  double* centre(size_t c) { return centres_.data() + c * dimensions_; }
  size_t centre_count() const { return centres_.size() / dimensions_; }
  double squared_distance(const double* a, const double* b) const;
  uint64_t random();
  double random_share();

  void standardise();
  void begin_start();
  void begin_pass();
  void add_centre(size_t point_index);
  void seed(size_t from, size_t to);
  void end_seeding_pass();
  size_t drawn_point();
  void assign(size_t from, size_t to);
  void end_assigning_pass();
  void move_centres();
  void end_start();
  void finish();
  /// The clusters of the best start, by number of their centres; one may have lost all its points.
  std::vector<Cluster> described();

  const KMeansRules rules_;
  const size_t dimensions_;
  const size_t point_count_;
  std::vector<uint32_t> order_;  // Place in order of the values -> place as given.
  std::vector<double> given_;    // As given.
  std::vector<double> points_;   // Standardised, in order.
  uint64_t random_state_;
  // The running start,
  Phase phase_ = Phase::kSeeding;
  size_t start_ = 0;
  size_t iteration_ = 0;
  std::vector<double> centres_;
  std::vector<uint32_t> nearest_;
  std::vector<double> distances_;  // Squared, to the nearest centre.
  // the running pass over the points,
  size_t next_point_ = 0;
  double sum_ = 0;  // Of the squared distances.
  bool has_changed_ = false;
  std::vector<double> sums_;
  std::vector<int64_t> counts_;
  // and what came of it.
  double best_within_ = 0;
  std::vector<uint32_t> best_nearest_;
  std::vector<Cluster> clusters_;
  std::vector<uint32_t> cluster_of_point_;
};

}  // namespace weir::behaviour
