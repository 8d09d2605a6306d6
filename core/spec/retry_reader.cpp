#include "spec/retry_reader.hpp"

#include <array>
#include <string>
#include <utility>

#include "spec/keys.hpp"
#include "spec/scalar.hpp"

namespace weir {
namespace {

constexpr std::array<std::string_view, 6> kKeys = {"initial", "max",         "multiplier",
                                                   "jitter",  "max_elapsed", "open_after"};

class RetryReader {
 public:
  RetryReader(const YamlValue& map, FaultList& faults) : map_(map), faults_(faults) {}

  RetrySpec read() {
    RetrySpec retry;
    retry.place = map_.place;
    const auto is_positive = [](Microseconds wait) { return wait.count() > 0; };
    read_one("initial", to_duration, is_positive, "a duration above 0", retry.initial);
    read_one(
        "max", to_duration,
        [&](Microseconds wait) {
          return wait.count() > 0 && (!retry.initial || wait >= retry.initial->value);
        },
        "at least 'initial'", retry.max);
    read_one(
        "multiplier", to_float64, [](double by) { return by >= 1 && by <= 1000; }, "a number of 1 or more",
        retry.multiplier);
    read_one(
        "jitter", to_float64, [](double share) { return share >= 0 && share <= 1; }, "a number from 0 to 1",
        retry.jitter);
    read_one("max_elapsed", to_duration, is_positive, "a duration above 0", retry.max_elapsed);
    read_one(
        "open_after", to_int64, [](int64_t count) { return count > 0; }, "a whole number above 0",
        retry.open_after);
    return retry;
  }

 private:
  template <class T, class Convert, class Fits>
  void read_one(std::string_view key, Convert convert, Fits fits, std::string_view expected,
                std::optional<Given<T>>& out) {
    const YamlEntry* const entry = map_.find(key);
    if (entry == nullptr) return;
    const std::string what = "'retry." + std::string(key) + "'";
    const auto converted = convert(entry->value, what, faults_);
    if (!converted) return;
    if (fits(*converted))
      out = Given<T>{*converted, entry->value.place};
    else
      add_wrong_type(entry->value, what, expected, faults_);
  }

  const YamlValue& map_;
  FaultList& faults_;
};

}  // namespace

std::optional<RetrySpec> read_retry(YamlValue value, FaultList& faults) {
  if (!is_map(value, "'retry'", faults)) return std::nullopt;
  check_keys(value, "'retry'", kKeys, faults);
  return RetryReader(value, faults).read();
}

}  // namespace weir
