#include "state/running_hash.hpp"

#include <xxhash.h>
#include <weir/status.hpp>

namespace weir {

RunningHash::RunningHash() : state_(XXH3_createState()) {
  WEIR_CHECK(state_ != nullptr);
  XXH3_64bits_reset(static_cast<XXH3_state_t*>(state_.get()));
}

void RunningHash::Free::operator()(void* state) const { XXH3_freeState(static_cast<XXH3_state_t*>(state)); }

void RunningHash::add(std::string_view bytes) {
  if (bytes.empty()) return;
  XXH3_64bits_update(static_cast<XXH3_state_t*>(state_.get()), bytes.data(), bytes.size());
}

uint64_t RunningHash::digest() const {
  return XXH3_64bits_digest(static_cast<const XXH3_state_t*>(state_.get()));
}

}  // namespace weir
