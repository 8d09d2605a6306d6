#include "kit/wires.hpp"

#include <mutex>

namespace weir::kit {
namespace {

struct Known {
  std::mutex mutex;
  int64_t last = 0;                 // Guarded by mutex.
  std::map<int64_t, Wires*> wires;  // Guarded by mutex.
};

Known& known() {
  static Known all;
  return all;
}

int64_t next_id() {
  const std::lock_guard lock(known().mutex);
  return ++known().last;
}

}  // namespace

Wires::Wires() : id_(next_id()) {
  const std::lock_guard lock(known().mutex);
  known().wires[id_] = this;
}

Wires::~Wires() {
  const std::lock_guard lock(known().mutex);
  known().wires.erase(id_);
}

Wires& Wires::of(int64_t id) {
  const std::lock_guard lock(known().mutex);
  return *known().wires.at(id);
}

}  // namespace weir::kit
