#include "stored_sketch.hpp"

#include <algorithm>
#include <compare>
#include <vector>

#include <weir/fault.hpp>

namespace weir::aggregates {
namespace {

constexpr size_t kMarkBytes = 4;

Status not_that(std::string_view taker, std::string_view wanted, std::string_view found) {
  return Status::invalid(std::string(taker) + " takes what " + std::string(wanted) + " gave, found " +
                         std::string(found));
}

/// Leaves zeroes at both ends of some counters out: how many there are depends on the order of the values.
void trim(std::vector<uint64_t>& counters, uint32_t& first) {
  const auto is_used = [](uint64_t times) { return times > 0; };
  const auto begin = std::ranges::find_if(counters, is_used);
  first = begin == counters.end() ? 0 : first + static_cast<uint32_t>(begin - counters.begin());
  counters.erase(counters.begin(), begin);
  while (!counters.empty() && counters.back() == 0) counters.pop_back();
}

bool are_buckets(uint64_t first, uint64_t size) {
  return size == 0 || (first >= kFirstBucket && first + size <= kEndBucket);
}

}  // namespace

Result<std::string_view> open_sketch(std::string_view stored, SketchKind wanted, std::string_view taker) {
  constexpr std::string_view kQuantilesName = "sketch(x)";
  constexpr std::string_view kHllName = "hll(x)";
  const std::string_view name = wanted == SketchKind::kHll ? kHllName : kQuantilesName;
  const SketchKind found = kind_of(stored);
  if (found == SketchKind::kNone)
    return not_that(taker, name, std::to_string(stored.size()) + " bytes of something else");
  if (found != wanted)
    return not_that(taker, name, found == SketchKind::kHll ? "what hll(x) gave" : "what sketch(x) gave");
  return stored.substr(kMarkBytes);
}

void store_quantiles(const QuantileSlot& slot, std::string& out) {
  std::string saved;
  save_quantile(slot, kIsExactSketch, saved);
  SavedQuantile read;
  if (const Status status = read.read(saved, kIsExactSketch); !status.is_ok()) throw FaultException(status);
  const auto append = [&](const void* bytes, size_t size) {
    out.append(static_cast<const char*>(bytes), size);
  };
  out += kSketchMark;
  SavedQuantileHeader header = read.header;
  if (!read.is_sketch) {
    std::vector<double> values(header.count);
    for (size_t i = 0; i < values.size(); ++i) values[i] = read.value(i);
    std::ranges::sort(values, [](double a, double b) { return std::strong_order(a, b) < 0; });
    append(&header, sizeof(header));
    append(values.data(), values.size() * sizeof(double));
    return;
  }
  std::vector<uint64_t> positive(header.positive_size);
  std::vector<uint64_t> negative(header.negative_size);
  for (size_t i = 0; i < positive.size(); ++i) positive[i] = read.positive(i);
  for (size_t i = 0; i < negative.size(); ++i) negative[i] = read.negative(i);
  trim(positive, header.positive_first);
  trim(negative, header.negative_first);
  header.positive_size = static_cast<uint32_t>(positive.size());
  header.negative_size = static_cast<uint32_t>(negative.size());
  append(&header, sizeof(header));
  append(positive.data(), positive.size() * sizeof(uint64_t));
  append(negative.data(), negative.size() * sizeof(uint64_t));
}

Status check_quantiles(std::string_view body) {
  SavedQuantile saved;
  WEIR_RETURN_IF_ERROR(saved.read(body, kIsExactSketch));
  if (!saved.is_sketch) return {};
  const SavedQuantileHeader& header = saved.header;
  if (!are_buckets(header.positive_first, header.positive_size) ||
      !are_buckets(header.negative_first, header.negative_size))
    return Status::corrupt("a sketch has counts of numbers that there are not");
  const QuantileRest& rest = header.rest;
  uint64_t left = header.count;
  const auto take = [&](uint64_t times) {
    if (times > left) return false;
    left -= times;
    return true;
  };
  bool fits = take(rest.zero) && take(rest.positive_infinite) && take(rest.negative_infinite) &&
              take(rest.not_a_number);
  for (uint64_t i = 0; fits && i < uint64_t{header.positive_size} + header.negative_size; ++i)
    fits = take(saved.positive(i));
  return fits && left == 0 ? Status() : Status::corrupt("the counts of a sketch do not add up");
}

}  // namespace weir::aggregates
