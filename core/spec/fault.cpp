#include "spec/fault.hpp"

#include <algorithm>
#include <utility>

#include "telemetry/redact.hpp"

namespace weir {
namespace {

bool same_place(const Place& left, const Place& right) {
  return left.file() == right.file() && left.line == right.line && left.column == right.column;
}

// Where a template is used does not count: a fault in its text is told once, with the first use.
bool says_the_same(const Fault& left, const Fault& right) {
  return left.code == right.code && left.message == right.message && same_place(left.place, right.place);
}

}  // namespace

Fault& FaultList::add(Fault fault) {
  fault.message = process_secrets().redact(fault.message);
  fault.hint = process_secrets().redact(fault.hint);
  if (fault.severity == Severity::kError) ++told_;
  const auto known = std::ranges::find_if(faults_, [&](const Fault& f) { return says_the_same(f, fault); });
  if (known != faults_.end()) return *known;
  return faults_.emplace_back(std::move(fault));
}

Fault& FaultList::error(const Place& place, std::string_view code, std::string message, std::string hint) {
  return add({.place = place,
              .code = std::string(code),
              .message = std::move(message),
              .hint = std::move(hint),
              .second = std::nullopt});
}

Fault& FaultList::warning(const Place& place, std::string_view code, std::string message, std::string hint) {
  return add({.place = place,
              .code = std::string(code),
              .message = std::move(message),
              .hint = std::move(hint),
              .second = std::nullopt,
              .severity = Severity::kWarning});
}

void FaultList::take(FaultList&& other) {
  for (Fault& fault : other.faults_) add(std::move(fault));
  other.faults_.clear();
}

size_t FaultList::error_count() const {
  return static_cast<size_t>(
      std::ranges::count_if(faults_, [](const Fault& f) { return f.severity == Severity::kError; }));
}

void FaultList::forgive_below(const std::string& node) {
  std::erase_if(faults_, [&](const Fault& f) { return f.unless_unknown == node; });
}

bool FaultList::has_errors() const { return error_count() > 0; }

bool FaultList::has_fault_at(const Place& place) const {
  return std::ranges::any_of(faults_, [&](const Fault& f) { return same_place(f.place, place); });
}

std::vector<Fault> FaultList::sorted() const {
  std::vector<const Fault*> order;
  for (const Fault& fault : faults_) order.push_back(&fault);
  // They lie in one vector: the address tells which was added first.
  std::ranges::sort(order, [](const Fault* a, const Fault* b) {
    if (stands_before(a->place, b->place)) return true;
    return !stands_before(b->place, a->place) && a < b;
  });
  std::vector<Fault> sorted;
  for (const Fault* fault : order) sorted.push_back(*fault);
  return sorted;
}

}  // namespace weir
