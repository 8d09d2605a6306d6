// The sketch behind quantile(): how near it comes, and that nothing but the values matters.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <random>

#include <gtest/gtest.h>

#include "quantile_slot.hpp"

namespace weir::aggregates {
namespace {

void resize(weir_block*& block, size_t size) {
  if (size == 0) {
    std::free(block);
    block = nullptr;
    return;
  }
  const size_t old = block == nullptr ? 0 : block->size;
  auto* const made = static_cast<weir_block*>(std::malloc(sizeof(weir_block) + size));
  made->size = made->capacity = size;
  std::memset(made->data, 0xAB, size);  // Whoever reads what he did not write will notice.
  if (old > 0) std::memcpy(made->data, block->data, std::min(old, size));
  std::free(block);
  block = made;
}

/// A slot as the host keeps it.
class Group {
 public:
  explicit Group(bool is_exact = false) : is_exact_(is_exact) {}
  ~Group() {
    resize(slot_.values, 0);
    resize(slot_.rest, 0);
  }
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;
  void add(double x) {
    if (!is_exact_ && add_to_sketch(slot_, x)) return;
    QuantileGroup(slot_, is_exact_, resize_).add(x);
  }
  Status merge(const Group& other) { return merge(other.saved()); }
  Status merge(const std::string& bytes) { return QuantileGroup(slot_, is_exact_, resize_).merge(bytes); }
  std::string saved() const {
    std::string bytes;
    save_quantile(slot_, is_exact_, bytes);
    return bytes;
  }
  double at(double q) const { return quantile_of(slot_, q, is_exact_); }
  QuantileSlot& slot() { return slot_; }

 private:
  const bool is_exact_;
  QuantileSlot slot_{};
  const ResizeBlock resize_ = &resize;
};

constexpr double kShares[] = {0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1};

double exact(std::vector<double> values, double q) {
  std::ranges::sort(values);
  const double place = static_cast<double>(values.size() - 1) * q;
  const auto low = static_cast<size_t>(place);
  const size_t high = std::min(low + 1, values.size() - 1);
  return values[low] + (values[high] - values[low]) * (place - static_cast<double>(low));
}

void expect_near(const std::vector<double>& values) {
  Group group;
  for (const double x : values) group.add(x);
  for (const double q : kShares) {
    const double wanted = exact(values, q);
    EXPECT_NEAR(group.at(q), wanted, std::fabs(wanted) * 0.01) << "q = " << q;
  }
}

template <class Draw>
std::vector<double> draw(size_t count, Draw one) {
  std::vector<double> values(count);
  for (double& x : values) x = one();
  return values;
}

TEST(QuantileSketch, IsWithinOnePercentOfTheValue) {
  std::mt19937_64 random(11);
  std::lognormal_distribution<double> lognormal(3.5, 0.9);
  std::normal_distribution<double> normal(0, 100);
  std::uniform_real_distribution<double> uniform(1e-6, 1);
  for (const size_t count : {1025, 5000, 50'000}) {
    expect_near(draw(count, [&] { return lognormal(random); }));
    expect_near(draw(count, [&] { return std::floor(std::pow(uniform(random), -1.2)); }));  // Zipf.
    expect_near(draw(count, [] { return 42.0; }));
    expect_near(draw(count, [&] { return -lognormal(random); }));
    expect_near(draw(count, [&] { return uniform(random) * 1e-300; }));
    expect_near(draw(count, [&] { return uniform(random) < 0.3 ? 0.0 : lognormal(random); }));
  }
}

TEST(QuantileSketch, NegativeAndPositiveValuesStandInOrder) {
  std::mt19937_64 random(12);
  std::normal_distribution<double> normal(0, 100);
  const std::vector<double> values = draw(40'000, [&] { return normal(random); });
  Group group;
  for (const double x : values) group.add(x);
  for (const double q : {0.001, 0.01, 0.1, 0.25, 0.75, 0.9, 0.99, 0.999})
    EXPECT_NEAR(group.at(q), exact(values, q), std::fabs(exact(values, q)) * 0.01);
}

TEST(QuantileSketch, InfinitiesAndNaNHaveTheirPlaces) {
  Group group;
  for (int i = 0; i < 2000; ++i) group.add(1);
  for (int i = 0; i < 500; ++i) group.add(std::numeric_limits<double>::infinity());
  for (int i = 0; i < 500; ++i) group.add(-std::numeric_limits<double>::infinity());
  for (int i = 0; i < 500; ++i) group.add(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(group.at(0), -std::numeric_limits<double>::infinity());
  EXPECT_NEAR(group.at(0.5), 1, 0.01);
  EXPECT_EQ(group.at(0.8), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(group.at(1)));
}

TEST(QuantileSketch, UpTo1024ValuesItIsExact) {
  std::mt19937_64 random(13);
  std::normal_distribution<double> normal(0, 100);
  for (const size_t count : {1, 2, 7, 1023, 1024}) {
    const std::vector<double> values = draw(count, [&] { return normal(random); });
    Group group;
    for (const double x : values) group.add(x);
    for (const double q : kShares) EXPECT_DOUBLE_EQ(group.at(q), exact(values, q)) << count;
  }
}

TEST(QuantileSketch, TheExactOneKeepsAllValues) {
  std::mt19937_64 random(14);
  std::normal_distribution<double> normal(0, 100);
  const std::vector<double> values = draw(20'000, [&] { return normal(random); });
  Group group(true);
  for (const double x : values) group.add(x);
  for (const double q : kShares) EXPECT_DOUBLE_EQ(group.at(q), exact(values, q));
}

TEST(QuantileSketch, OrderAndMergesMakeNoDifference) {
  std::mt19937_64 random(15);
  std::lognormal_distribution<double> lognormal(0, 3);
  std::vector<double> values = draw(7000, [&] {
    const double x = lognormal(random);
    return random() % 5 == 0 ? -x : random() % 50 == 0 ? 0.0 : x;
  });
  Group whole;
  for (const double x : values) whole.add(x);
  for (int round = 0; round < 20; ++round) {
    std::ranges::shuffle(values, random);
    Group merged;
    size_t from = 0;
    while (from < values.size()) {
      const size_t count = std::min<size_t>(1 + random() % 2500, values.size() - from);
      Group part;
      for (size_t i = from; i < from + count; ++i) part.add(values[i]);
      ASSERT_TRUE(merged.merge(part).is_ok());
      from += count;
    }
    EXPECT_EQ(merged.slot().count, whole.slot().count);
    for (const double q : kShares) EXPECT_EQ(merged.at(q), whole.at(q));
  }
}

TEST(QuantileSketch, CountsBeyond32Bits) {
  Group group;
  for (int i = 0; i < 2000; ++i) group.add(i < 1000 ? 1.0 : 100.0);
  while (group.slot().count <= (uint64_t{1} << 33)) {  // Doubles each time.
    Group other;
    ASSERT_TRUE(other.merge(group).is_ok());
    ASSERT_TRUE(group.merge(other).is_ok());
  }
  for (int i = 0; i < 100; ++i) group.add(100.0);
  EXPECT_NEAR(group.at(0.49), 1, 0.01);
  EXPECT_NEAR(group.at(0.51), 100, 1);
  EXPECT_EQ(group.slot().count % 2000, 100U);
}

TEST(QuantileSketch, DamagedPartialFormsAreRefused) {
  Group group;
  for (int i = 0; i < 2000; ++i) group.add(i);
  const std::string saved = group.saved();
  Group other;
  EXPECT_EQ(other.merge(saved.substr(0, 20)).message(), "the partial form of a quantile is cut off");
  EXPECT_EQ(other.merge(saved.substr(0, saved.size() - 8)).message(),
            "the partial form of a quantile has a wrong length");
}

}  // namespace
}  // namespace weir::aggregates
