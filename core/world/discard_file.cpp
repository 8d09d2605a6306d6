#include "world/discard_file.hpp"

#include <string>

#include "world/sim_crash.hpp"

namespace weir {

void discard_file(std::unique_ptr<File> file, Disk& disk) noexcept {
  if (file == nullptr) return;
  try {
    const std::string path = file->path();
    (void)file->close();
    file.reset();
    (void)disk.unlink(path);
  } catch (const SimCrash&) {
    // The simulated process is dead, which whoever calls the disk next will hear.
  }
}

}  // namespace weir
