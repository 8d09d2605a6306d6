#include "retention_table.hpp"

#include <algorithm>
#include <cstring>

namespace weir::behaviour {

Status note_seen(VisitState& state, weir_context* context, Visits& visits, int64_t value) {
  const std::span<const int64_t> seen = visits.all_seen();
  // Mostly it is the last one, or behind it.
  size_t place = seen.size();
  if (!seen.empty() && seen.back() >= value)
    place = static_cast<size_t>(std::ranges::lower_bound(seen, value) - seen.begin());
  if (place < seen.size() && seen[place] == value) return {};
  const size_t used = seen.size_bytes();
  if (visits.seen == nullptr || visits.seen->size < used + sizeof(value))
    WEIR_RETURN_IF_ERROR(state.resize_block(context, &visits.seen, used == 0 ? 2 * sizeof(value) : 2 * used));
  uint8_t* const at = visits.seen->data + place * sizeof(value);
  std::memmove(at + sizeof(value), at, used - place * sizeof(value));
  std::memcpy(at, &value, sizeof(value));
  ++visits.seen_count;
  return {};
}

void RetentionPeriods::retained(const Visits& visits, std::vector<uint8_t>& retained) {
  retained.assign(static_cast<size_t>(last_) + 1, 0);
  const int64_t joined = calendar_.at(visits.first_time).number;
  int64_t furthest = 0;
  for (const int64_t seen : visits.all_seen()) {
    const int64_t n = kind_ != RetentionKind::kRolling ? seen - joined
                      : seen < visits.first_time       ? -1
                                                       : (seen - visits.first_time) / length_;
    if (n < 1 || n > last_) continue;
    retained[static_cast<size_t>(n)] = 1;
    furthest = n;
  }
  if (kind_ == RetentionKind::kUnbounded)
    std::fill(retained.begin() + 1, retained.begin() + 1 + furthest, uint8_t{1});
}

int64_t RetentionPeriods::begin_of(const Period& joined, int64_t n) const {
  return kind_ == RetentionKind::kRolling ? joined.start + n * length_
                                          : calendar_.numbered(joined.number + n).start;
}

std::span<const int64_t> RetentionPeriods::ends_of(const Period& joined) {
  std::vector<int64_t>& ends = ends_[joined.number];
  for (int64_t n = static_cast<int64_t>(ends.size()); n <= last_; ++n) {
    switch (kind_) {
      case RetentionKind::kRolling:
        ends.push_back(joined.end + (n + 1) * length_);
        break;
      case RetentionKind::kUnbounded:
        ends.push_back(n == 0 ? calendar_.numbered(joined.number + last_).end : ends.front());
        break;
      case RetentionKind::kNDay:
        ends.push_back(calendar_.numbered(joined.number + n).end);
        break;
    }
  }
  return ends;
}

int64_t RetentionPeriods::end_for(int64_t first_time, int64_t n) {
  if (kind_ == RetentionKind::kRolling) return first_time + (n + 1) * length_;
  return ends_of(calendar_.at(first_time))[static_cast<size_t>(n)];
}

}  // namespace weir::behaviour
