// Whether the page's series colours can be told apart, by eyes that see all colours and by those that do not.
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "assets.hpp"

namespace weir::report {
namespace {

using Triple = std::array<double, 3>;
using Matrix = std::array<Triple, 3>;

constexpr std::size_t kSeriesColours = 6;
// CIE76: 2.3 is just seen where two colours touch; lines and legends do not.
constexpr double kLeastDistance = 12;

// Viénot, Brettel and Mollon (1999), "Digital video colourmaps": what is left of linear RGB.
constexpr Matrix kAllColours = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
constexpr Matrix kDeuteranopia = {{{0.29275, 0.70725, 0}, {0.29275, 0.70725, 0}, {-0.02234, 0.02234, 1}}};
constexpr Matrix kProtanopia = {{{0.11238, 0.88762, 0}, {0.11238, 0.88762, 0}, {0.00401, -0.00401, 1}}};
// sRGB to XYZ of D65, each row divided by that of white.
constexpr Matrix kXyz = {
    {{0.43395, 0.37622, 0.18983}, {0.21267, 0.71515, 0.07217}, {0.01776, 0.10947, 0.87277}}};

Triple product(const Matrix& matrix, const Triple& triple) {
  Triple made = {};
  for (std::size_t row = 0; row < 3; ++row)
    for (std::size_t i = 0; i < 3; ++i) made[row] += matrix[row][i] * triple[i];
  return made;
}

Triple linear_rgb(const std::string& hex) {
  Triple made = {};
  for (std::size_t i = 0; i < 3; ++i) {
    const double part = std::stoi(hex.substr(1 + 2 * i, 2), nullptr, 16) / 255.0;
    made[i] = part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
  }
  return made;
}

Triple lab(const std::string& hex, const Matrix& eyes) {
  Triple seen = product(eyes, linear_rgb(hex));
  for (double& part : seen) part = std::clamp(part, 0.0, 1.0);
  Triple f = product(kXyz, seen);
  for (double& part : f) part = part > 0.008856 ? std::cbrt(part) : 7.787 * part + 16.0 / 116;
  return {116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])};
}

double distance(const Triple& a, const Triple& b) {
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

double contrast(const std::string& one, const std::string& other) {
  const double a = product(kXyz, linear_rgb(one))[1] + 0.05;
  const double b = product(kXyz, linear_rgb(other))[1] + 0.05;
  return std::max(a, b) / std::min(a, b);
}

/// All values of a custom property of the page, in the order of its themes: light, then dark twice.
std::vector<std::string> values_of(const std::string& property) {
  const std::string css(asset_report_css());
  const std::string key = "--" + property + ": #";
  std::vector<std::string> values;
  for (std::size_t at = css.find(key); at != std::string::npos; at = css.find(key, at + 1))
    values.push_back(css.substr(at + key.size() - 1, 7));
  return values;
}

/// The series colours of each theme.
std::vector<std::vector<std::string>> palettes() {
  std::vector<std::vector<std::string>> made(3);
  for (std::size_t i = 0; i < kSeriesColours; ++i) {
    const std::vector<std::string> values = values_of("s" + std::to_string(i));
    EXPECT_EQ(values.size(), made.size());
    for (std::size_t theme = 0; theme < std::min(values.size(), made.size()); ++theme)
      made[theme].push_back(values[theme]);
  }
  return made;
}

TEST(Palette, IsToldApartByEyesWithoutRedOrGreen) {
  for (const std::vector<std::string>& colours : palettes())
    for (const Matrix& eyes : {kAllColours, kDeuteranopia, kProtanopia})
      for (std::size_t i = 0; i < colours.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
          EXPECT_GT(distance(lab(colours[i], eyes), lab(colours[j], eyes)), kLeastDistance)
              << colours[j] << " and " << colours[i];
}

TEST(Palette, StandsOutFromTheCard) {
  const std::vector<std::string> cards = values_of("card");
  ASSERT_EQ(cards.size(), 3U);
  const std::vector<std::vector<std::string>> themes = palettes();
  for (std::size_t theme = 0; theme < themes.size(); ++theme)
    for (const std::string& colour : themes[theme]) EXPECT_GE(contrast(colour, cards[theme]), 3) << colour;
}

}  // namespace
}  // namespace weir::report
