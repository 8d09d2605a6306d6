#pragma once
// XXH3_64 with seed 0 of bytes that come in pieces.
#include <cstdint>
#include <memory>
#include <string_view>

namespace weir {

class RunningHash {
 public:
  RunningHash();
  void add(std::string_view bytes);
  /// Returns the hash of all bytes so far.
  uint64_t digest() const;

 private:
  struct Free {
    void operator()(void* state) const;
  };
  std::unique_ptr<void, Free> state_;  // An XXH3_state_t, kept out of this header.
};

}  // namespace weir
