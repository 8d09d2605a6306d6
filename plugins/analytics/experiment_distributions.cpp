#include "experiment_distributions.hpp"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace weir::experiment {

double normal_above(double z) {
  return boost::math::cdf(boost::math::complement(boost::math::normal_distribution<>(), z));
}
double normal_quantile(double p) { return boost::math::quantile(boost::math::normal_distribution<>(), p); }
double t_above(double t, double df) {
  return boost::math::cdf(boost::math::complement(boost::math::students_t_distribution<>(df), t));
}
double t_quantile(double p, double df) {
  return boost::math::quantile(boost::math::students_t_distribution<>(df), p);
}
double chi_squared_above(double x, double df) {
  return boost::math::cdf(boost::math::complement(boost::math::chi_squared_distribution<>(df), x));
}

}  // namespace weir::experiment
