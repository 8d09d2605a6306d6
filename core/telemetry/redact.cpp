#include "telemetry/redact.hpp"

#include <algorithm>

namespace weir {
namespace {
constexpr std::string_view kMask = "***";
}  // namespace

void Redactor::add(std::string_view secret) {
  if (secret.empty()) return;
  const std::lock_guard lock(mutex_);
  if (std::ranges::find(secrets_, secret) != secrets_.end()) return;
  // A secret that begins with another one would else lose only its beginning.
  const auto place =
      std::ranges::find_if(secrets_, [&](const std::string& known) { return known.size() < secret.size(); });
  secrets_.emplace(place, secret);
  is_used_.store(true, std::memory_order_release);
}

std::string Redactor::redact(std::string_view text) const {
  std::string safe;
  if (!is_used_.load(std::memory_order_acquire)) return safe.assign(text);
  const std::lock_guard lock(mutex_);
  // One pass from left to right, so that the mask itself is never searched.
  for (size_t at = 0; at < text.size();) {
    const auto found = std::ranges::find_if(
        secrets_, [&](const std::string& secret) { return text.substr(at).starts_with(secret); });
    safe += found == secrets_.end() ? text.substr(at, 1) : kMask;
    at += found == secrets_.end() ? 1 : found->size();
  }
  return safe;
}

Redactor& process_secrets() {
  static Redactor secrets;
  return secrets;
}

}  // namespace weir
