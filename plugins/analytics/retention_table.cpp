#include "retention_table.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace weir::behaviour {

bool Visits::note_near(int64_t period) {
  if (near == 0) near_from = period;
  if (period < near_from && near_from - period <= std::countl_zero(near)) {
    near <<= near_from - period;
    near_from = period;
  }
  if (period < near_from || period - near_from >= 64) return false;
  near |= uint64_t{1} << (period - near_from);
  return true;
}

int32_t Visits::migrate(uint32_t from_version, const void* old_slot, uint32_t old_size, void* new_slot,
                        weir_fault*) {
  struct Version1 {
    weir_block* seen;
    uint64_t seen_count;
    int64_t first_time;
    uint32_t has_first;
    uint32_t cohort;
  } old;
  if (from_version != 1 || old_size != sizeof(old)) return WEIR_CODE_UNSUPPORTED;
  std::memcpy(&old, old_slot, sizeof(old));
  const Visits made{old.seen, old.seen_count, old.first_time, 0, 0, old.has_first, old.cohort};
  std::memcpy(new_slot, &made, sizeof(made));
  return WEIR_CODE_OK;
}

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
  const auto mark = [&](int64_t n) {
    if (n < 1 || n > last_) return;
    retained[static_cast<size_t>(n)] = 1;
    furthest = std::max(furthest, n);
  };
  for (uint64_t bits = visits.near; bits != 0; bits &= bits - 1)
    mark(visits.near_from + std::countr_zero(bits) - joined);
  for (const int64_t seen : visits.all_seen()) {
    if (kind_ != RetentionKind::kRolling) {
      mark(seen - joined);
    } else if (seen >= visits.first_time) {
      mark((seen - visits.first_time) / length_);
    }
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
