#include "world/sim_inode.hpp"

#include <algorithm>

namespace weir {
namespace {
constexpr size_t kPage = 4096;
}  // namespace

void SimBytes::write(std::string_view bytes, uint64_t offset) {
  Change change{false, offset, std::string(bytes)};
  apply(change, live_);
  unsynced_.push_back(std::move(change));
}

void SimBytes::truncate(uint64_t size) {
  const Change change{true, size, {}};
  apply(change, live_);
  unsynced_.push_back(change);
}

void SimBytes::sync() {
  for (const Change& change : unsynced_) apply(change, durable_);
  unsynced_.clear();
}

void SimBytes::crash(Random& random) {
  // One file in four keeps a prefix of its changes, one keeps none, one all, one any of them: each is
  // what some file system does, and the even mix reaches the ends often enough for a thousand seeds.
  enum { kNone, kAll, kPrefix, kAny };
  const uint64_t kind = random.below(4);
  const uint64_t prefix = random.below(unsynced_.size() + 1);
  for (size_t i = 0; i < unsynced_.size(); ++i) {
    const bool is_torn = kind == kAny || (kind == kPrefix && i == prefix);
    if (kind == kAll || (kind == kPrefix && i < prefix)) {
      apply(unsynced_[i], durable_);
    } else if (is_torn) {
      apply_some_pages(unsynced_[i], random, durable_);
    }
  }
  unsynced_.clear();
  live_ = durable_;
}

void SimBytes::apply(const Change& change, std::string& bytes) {
  if (change.is_truncate) {
    bytes.resize(change.offset, '\0');
    return;
  }
  if (change.bytes.empty()) return;
  if (bytes.size() < change.offset) bytes.resize(change.offset, '\0');
  bytes.replace(change.offset, change.bytes.size(), change.bytes);
}

void SimBytes::apply_some_pages(const Change& change, Random& random, std::string& bytes) {
  if (change.is_truncate) {
    if (random.below(2) == 0) apply(change, bytes);
    return;
  }
  // Half of all torn writes are cut off somewhere, as the tail of a log is; the others have holes.
  if (random.below(2) == 0) {
    apply({false, change.offset, change.bytes.substr(0, random.below(change.bytes.size() + 1))}, bytes);
    return;
  }
  // The size may be stored before the bytes: then zeros are read where they should be.
  const bool keeps_size = random.below(4) == 0;
  for (size_t from = 0; from < change.bytes.size();) {
    const size_t page_end = kPage - (change.offset + from) % kPage;
    const size_t size = std::min(page_end, change.bytes.size() - from);
    const uint64_t fate = random.below(3);  // Lost, kept, torn.
    const size_t kept = fate == 0 ? 0 : fate == 1 ? size : random.below(size + 1);
    apply({false, change.offset + from, change.bytes.substr(from, kept)}, bytes);
    from += size;
  }
  if (keeps_size) {
    bytes.resize(std::max<size_t>(bytes.size(), change.offset + change.bytes.size()), '\0');
  }
}

}  // namespace weir
