#include "k_means.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <numeric>

namespace weir::behaviour::k_means_test {
namespace {

using testing::ElementsAre;

/// Fisher's irises (1936): sepal length and width, petal length and width [mm], as scikit-learn 1.9.1 has
/// them.
constexpr std::array<int, 600> kIrises = {
    51, 35, 14, 2,  49, 30, 14, 2,  47, 32, 13, 2,  46, 31, 15, 2,  50, 36, 14, 2,  54, 39, 17, 4,  46,
    34, 14, 3,  50, 34, 15, 2,  44, 29, 14, 2,  49, 31, 15, 1,  54, 37, 15, 2,  48, 34, 16, 2,  48, 30,
    14, 1,  43, 30, 11, 1,  58, 40, 12, 2,  57, 44, 15, 4,  54, 39, 13, 4,  51, 35, 14, 3,  57, 38, 17,
    3,  51, 38, 15, 3,  54, 34, 17, 2,  51, 37, 15, 4,  46, 36, 10, 2,  51, 33, 17, 5,  48, 34, 19, 2,
    50, 30, 16, 2,  50, 34, 16, 4,  52, 35, 15, 2,  52, 34, 14, 2,  47, 32, 16, 2,  48, 31, 16, 2,  54,
    34, 15, 4,  52, 41, 15, 1,  55, 42, 14, 2,  49, 31, 15, 2,  50, 32, 12, 2,  55, 35, 13, 2,  49, 36,
    14, 1,  44, 30, 13, 2,  51, 34, 15, 2,  50, 35, 13, 3,  45, 23, 13, 3,  44, 32, 13, 2,  50, 35, 16,
    6,  51, 38, 19, 4,  48, 30, 14, 3,  51, 38, 16, 2,  46, 32, 14, 2,  53, 37, 15, 2,  50, 33, 14, 2,
    70, 32, 47, 14, 64, 32, 45, 15, 69, 31, 49, 15, 55, 23, 40, 13, 65, 28, 46, 15, 57, 28, 45, 13, 63,
    33, 47, 16, 49, 24, 33, 10, 66, 29, 46, 13, 52, 27, 39, 14, 50, 20, 35, 10, 59, 30, 42, 15, 60, 22,
    40, 10, 61, 29, 47, 14, 56, 29, 36, 13, 67, 31, 44, 14, 56, 30, 45, 15, 58, 27, 41, 10, 62, 22, 45,
    15, 56, 25, 39, 11, 59, 32, 48, 18, 61, 28, 40, 13, 63, 25, 49, 15, 61, 28, 47, 12, 64, 29, 43, 13,
    66, 30, 44, 14, 68, 28, 48, 14, 67, 30, 50, 17, 60, 29, 45, 15, 57, 26, 35, 10, 55, 24, 38, 11, 55,
    24, 37, 10, 58, 27, 39, 12, 60, 27, 51, 16, 54, 30, 45, 15, 60, 34, 45, 16, 67, 31, 47, 15, 63, 23,
    44, 13, 56, 30, 41, 13, 55, 25, 40, 13, 55, 26, 44, 12, 61, 30, 46, 14, 58, 26, 40, 12, 50, 23, 33,
    10, 56, 27, 42, 13, 57, 30, 42, 12, 57, 29, 42, 13, 62, 29, 43, 13, 51, 25, 30, 11, 57, 28, 41, 13,
    63, 33, 60, 25, 58, 27, 51, 19, 71, 30, 59, 21, 63, 29, 56, 18, 65, 30, 58, 22, 76, 30, 66, 21, 49,
    25, 45, 17, 73, 29, 63, 18, 67, 25, 58, 18, 72, 36, 61, 25, 65, 32, 51, 20, 64, 27, 53, 19, 68, 30,
    55, 21, 57, 25, 50, 20, 58, 28, 51, 24, 64, 32, 53, 23, 65, 30, 55, 18, 77, 38, 67, 22, 77, 26, 69,
    23, 60, 22, 50, 15, 69, 32, 57, 23, 56, 28, 49, 20, 77, 28, 67, 20, 63, 27, 49, 18, 67, 33, 57, 21,
    72, 32, 60, 18, 62, 28, 48, 18, 61, 30, 49, 18, 64, 28, 56, 21, 72, 30, 58, 16, 74, 28, 61, 19, 79,
    38, 64, 20, 64, 28, 56, 22, 63, 28, 51, 15, 61, 26, 56, 14, 77, 30, 61, 23, 63, 34, 56, 24, 64, 31,
    55, 18, 60, 30, 48, 18, 69, 31, 54, 21, 67, 31, 56, 24, 69, 31, 51, 23, 58, 27, 51, 19, 68, 32, 59,
    23, 67, 33, 57, 25, 67, 30, 52, 23, 63, 25, 50, 19, 65, 30, 52, 20, 62, 34, 54, 23, 59, 30, 51, 18};

KMeans clustered(const KMeansRules& rules, size_t dimensions, const std::vector<double>& points) {
  KMeans made(rules, dimensions, points);
  while (!made.advance()) {
  }
  return made;
}
KMeansRules rules(size_t clusters, ClusterOrder order = ClusterOrder::kFirstColumn) {
  KMeansRules made;
  made.clusters = clusters;
  made.order = order;
  return made;
}
std::vector<double> irises() { return {kIrises.begin(), kIrises.end()}; }
std::vector<int64_t> sizes(const KMeans& found) {
  std::vector<int64_t> made;
  for (const Cluster& cluster : found.clusters()) made.push_back(cluster.size);
  return made;
}
std::vector<uint32_t> labels(const KMeans& found) {
  return {found.cluster_of_point().begin(), found.cluster_of_point().end()};
}

// scikit-learn 1.9.1, StandardScaler, KMeans(k, n_init=500, tol=0).inertia_, the least of so many starts:
// sums of 600 squares, so 1e-10 of them is allowed.
TEST(KMeans, FindsTheLeastDistancesThatScikitLearnFinds) {
  const std::vector<double> least = {222.36170496502302, 139.82049635974982, 114.09223843568273,
                                     90.80728315078542};
  for (size_t k = 2; k <= 5; ++k) {
    KMeansRules many = rules(k);
    many.starts = 500;
    const double wanted = least[k - 2];
    EXPECT_NEAR(clustered(many, 4, irises()).within(), wanted, 1e-10 * wanted) << k;
    // What ten starts find is one of the good ones.
    EXPECT_LT(clustered(rules(k), 4, irises()).within(), 1.003 * wanted) << k;
  }
}

// The same run, its centres in millimetres. Means of at most 60 numbers below 100: 1e-10 is allowed.
TEST(KMeans, GivesCentresSizesAndSpreadsOfScikitLearn) {
  const KMeans found = clustered(rules(3), 4, irises());
  const std::vector<std::vector<double>> centres = {
      {50.06, 34.28, 14.62, 2.46},
      {58.01886792452831, 26.735849056603764, 43.698113207547165, 14.132075471698113},
      {67.80851063829784, 30.957446808510634, 55.10638297872338, 19.723404255319146}};
  const std::vector<double> spreads = {0.9764057610334383, 0.9151083460676267, 1.008143983970271};
  EXPECT_THAT(sizes(found), ElementsAre(50, 53, 47));
  for (size_t c = 0; c < 3; ++c) {
    for (size_t d = 0; d < 4; ++d)
      EXPECT_NEAR(found.clusters()[c].centre[d], centres[c][d], 1e-10) << c << " " << d;
    EXPECT_NEAR(found.clusters()[c].spread, spreads[c], 1e-12) << c;
  }
}

TEST(KMeans, TheOrderOfThePointsDecidesNothing) {
  const KMeans straight = clustered(rules(5), 4, irises());
  std::vector<double> turned;
  for (size_t i = 150; i > 0; --i)
    turned.insert(turned.end(), kIrises.begin() + static_cast<ptrdiff_t>(4 * i - 4),
                  kIrises.begin() + static_cast<ptrdiff_t>(4 * i));
  const KMeans backwards = clustered(rules(5), 4, turned);
  std::vector<uint32_t> wanted = labels(straight);
  std::ranges::reverse(wanted);
  EXPECT_EQ(labels(backwards), wanted);
  EXPECT_EQ(backwards.within(), straight.within());
  for (size_t c = 0; c < 5; ++c) EXPECT_EQ(backwards.clusters()[c].centre, straight.clusters()[c].centre);
}

TEST(KMeans, ClustersAreNumberedByTheFirstColumnOrBySize) {
  const std::vector<double> points = {9, 1, 8, 1, 1, 9, 5, 5, 5, 6, 4, 5};
  const KMeans by_column = clustered(rules(3), 2, points);
  EXPECT_THAT(by_column.clusters()[0].centre, ElementsAre(1, 9));
  EXPECT_THAT(labels(by_column), ElementsAre(2, 2, 0, 1, 1, 1));
  const KMeans by_size = clustered(rules(3, ClusterOrder::kSize), 2, points);
  EXPECT_THAT(sizes(by_size), ElementsAre(3, 2, 1));
  EXPECT_THAT(labels(by_size), ElementsAre(1, 1, 2, 0, 0, 0));
}

TEST(KMeans, ThereAreNoMoreClustersThanDifferentPoints) {
  EXPECT_THAT(sizes(clustered(rules(4), 1, {3, 1, 3, 3, 1})), ElementsAre(2, 3));
  EXPECT_THAT(sizes(clustered(rules(4), 2, {7, 7})), ElementsAre(1));
  EXPECT_THAT(sizes(clustered(rules(4), 1, {})), ElementsAre());
}

TEST(KMeans, AConstantColumnDecidesNothing) {
  EXPECT_THAT(labels(clustered(rules(2), 2, {5, 1, 5, 2, 5, 9, 5, 8})), ElementsAre(0, 0, 1, 1));
}

// A column a million times as large as the other weighs no more.
TEST(KMeans, ColumnsCountInTheirStandardDeviations) {
  std::vector<double> scaled = irises();
  for (size_t i = 0; i < scaled.size(); i += 4) scaled[i] = scaled[i] * 1e6 + 3e9;
  EXPECT_EQ(labels(clustered(rules(3), 4, scaled)), labels(clustered(rules(3), 4, irises())));
}

TEST(KMeans, ALongRunIsCutIntoPieces) {
  std::vector<double> points(200'000);
  for (size_t i = 0; i < points.size(); ++i) points[i] = static_cast<double>(i * i % 9973);
  KMeansRules few = rules(30);
  few.starts = 1;
  KMeans run(few, 1, points);
  size_t calls = 1;
  while (!run.advance()) ++calls;
  EXPECT_GT(calls, 60U);
  EXPECT_EQ(run.clusters().size(), 30U);
  EXPECT_EQ(std::accumulate(run.clusters().begin(), run.clusters().end(), int64_t{0},
                            [](int64_t sum, const Cluster& cluster) { return sum + cluster.size; }),
            200'000);
}

TEST(KMeans, TakesNumbersThatCanBeSquaredAndSummed) {
  EXPECT_TRUE(KMeans::fits(-1e140));
  EXPECT_FALSE(KMeans::fits(1e141));
  EXPECT_FALSE(KMeans::fits(NAN));
  EXPECT_FALSE(KMeans::fits(-HUGE_VAL));
  EXPECT_THAT(sizes(clustered(rules(2), 1, {1e140, -1e140, 1e140})), ElementsAre(1, 2));
}

}  // namespace
}  // namespace weir::behaviour::k_means_test
