#include "rfm_scores.hpp"

namespace weir::behaviour {
namespace {

/// By recency score, then by frequency score.
constexpr std::string_view kSegments[5][5] = {
    {"hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"},
    {"hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"},
    {"about_to_sleep", "about_to_sleep", "need_attention", "loyal_customers", "loyal_customers"},
    {"promising", "potential_loyalists", "potential_loyalists", "loyal_customers", "loyal_customers"},
    {"new_customers", "potential_loyalists", "potential_loyalists", "champions", "champions"},
};

}  // namespace

std::string_view rfm_segment(int64_t recency_score, int64_t frequency_score) {
  return kSegments[recency_score - 1][frequency_score - 1];
}

}  // namespace weir::behaviour
