#pragma once
// An open file of the simulated disk.
#include <cstdint>
#include <memory>
#include <string>

#include "world/disk.hpp"
#include "world/sim_store.hpp"

namespace weir {

/// Returns a handle on an inode of `store`, dead after the next power loss.
/// Needs: the caller holds the store's mutex, and does not while it uses or destroys the handle.
std::unique_ptr<File> open_sim_file(const std::string& path, std::shared_ptr<SimStore> store, uint64_t inode,
                                    bool is_writable);

}  // namespace weir
