#pragma once
// From values to a model: starting states by decomposition, parameters by maximum likelihood, the form by
// AICc.
#include <optional>
#include <span>

#include "ets.hpp"

namespace weir::prediction {

/// A model as it stood before the first value, and how well it explains the values.
struct EtsFit {
  Ets start;
  double log_likelihood = 0;
  double aicc = 0;
};

/// Returns the Gaussian log-likelihood of `values` under a model that stands before the first of them:
/// -n/2 * (log(2 pi S / n) + 1) - sum of log |mu| (multiplicative errors only), S the sum of squared errors,
/// n the values that are there; and sets `*variance` to S / n. Minus infinity where the states leave what the
/// form can have.
double log_likelihood(Ets model, std::span<const double> values, double* variance);

/// Fits one form. Nothing where there are too few values for it, or values that are not above 0 and must be.
/// `values` may have missing ones (NaN). `season`: steps in a season; 1: none.
///
/// The parameters and the first level and growth maximise the likelihood (Nelder-Mead of NLopt, at most 1,000
/// evaluations). The season's first states are the mean deviations (or ratios) of up to five first seasons
/// from their means, so that long seasons cost no more than short ones.
std::optional<EtsFit> fit_ets(const EtsForm& form, std::span<const double> values, size_t season);

/// Returns the fit of the lowest AICc = -2 log L + 2k + 2k(k + 1) / (n - k - 1), k the parameters, the
/// starting states and the variance.
std::optional<EtsFit> choose_ets(std::span<const double> values, size_t season);

}  // namespace weir::prediction
