#include "state/text_arena.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "state/charged.hpp"

namespace weir {

TextArena::~TextArena() {
  for (const Chunk& chunk : chunks_) release_charged(*account_, chunk.bytes, chunk.size);
}

const char* TextArena::add(std::string_view text) {
  if (text.size() > room_) {
    const bool is_alone = text.size() > next_size_ / 4;  // Would waste the rest of a shared chunk.
    const size_t size = is_alone ? text.size() : next_size_;
    char* const bytes = static_cast<char*>(allocate_charged(*account_, size));
    if (bytes == nullptr) return nullptr;
    chunks_.push_back({bytes, size});
    held_bytes_ += size;
    next_size_ = std::min<size_t>(next_size_ * 2, 1024 * 1024);
    if (is_alone) {
      std::memcpy(bytes, text.data(), text.size());
      used_bytes_ += text.size();
      live_bytes_ += text.size();
      return bytes;
    }
    at_ = bytes;
    room_ = size;
  }
  char* const place = at_;
  std::memcpy(place, text.data(), text.size());
  at_ += text.size();
  room_ -= text.size();
  used_bytes_ += text.size();
  live_bytes_ += text.size();
  return place;
}

void TextArena::swap(TextArena& other) noexcept {
  std::swap(account_, other.account_);
  std::swap(chunks_, other.chunks_);
  std::swap(at_, other.at_);
  std::swap(room_, other.room_);
  std::swap(next_size_, other.next_size_);
  std::swap(held_bytes_, other.held_bytes_);
  std::swap(used_bytes_, other.used_bytes_);
  std::swap(live_bytes_, other.live_bytes_);
  std::swap(tried_bytes_, other.tried_bytes_);
  std::swap(tried_used_bytes_, other.tried_used_bytes_);
}

}  // namespace weir
