#pragma once
// How large a page may be.
#include <cstddef>

#include <weir/status.hpp>

#include "model.hpp"

namespace weir::report {

/// Phones open it in a moment, and mail takes it along.
constexpr std::size_t kMostPageBytes = 3'000'000;

/// Fails: a page of `bytes` is too large; the message names the figures that take most of the room.
Status check_page_size(const ReportModel& model, std::size_t bytes);

}  // namespace weir::report
