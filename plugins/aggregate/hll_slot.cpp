#include "hll_slot.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <span>

#include "value_hash.hpp"

namespace weir::aggregates {
namespace {

constexpr uint64_t kSeed = 0x9E3779B97F4A7C15U;  // 0 would hash to 0, whose run of zeroes is the longest.
constexpr size_t kHllHeaderBytes = 8;

uint64_t most_hashes(uint32_t precision) { return (uint64_t{1} << precision) / 16; }

using Place = HllGroup::Place;

Place place_of(uint64_t hash, uint32_t precision) {
  const uint64_t rest = hash << precision;
  const auto longest = static_cast<uint8_t>(64 - precision + 1);
  const auto run = static_cast<uint8_t>(std::countl_zero(rest) + 1);
  return {hash >> (64 - precision), rest == 0 ? longest : run};
}

/// The same at a precision that is lower by `bits`: what was part of the number of a register begins the run.
Place folded(uint64_t index, uint8_t run, uint32_t bits) {
  const uint64_t low = index & ((uint64_t{1} << bits) - 1);
  if (low == 0) return {index >> bits, static_cast<uint8_t>(run + bits)};
  return {index >> bits, static_cast<uint8_t>(std::countl_zero(low << (64 - bits)) + 1)};
}

// Ertl's sigma and tau, as he gives them.
double sigma(double x) {
  if (x == 1) return std::numeric_limits<double>::infinity();
  double y = 1;
  double z = x;
  for (double before = -1; z != before;) {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  }
  return z;
}
double tau(double x) {
  if (x == 0 || x == 1) return 0;
  double y = 1;
  double z = 1 - x;
  for (double before = -1; z != before;) {
    x = std::sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
  }
  return z / 3;
}

double estimate(std::span<const uint8_t> registers, uint32_t precision) {
  const auto m = static_cast<double>(registers.size());
  const uint32_t q = 64 - precision;
  std::array<double, 66> counts{};
  for (const uint8_t run : registers) ++counts.at(run);
  double z = m * tau((m - counts.at(q + 1)) / m);
  for (uint32_t run = q; run >= 1; --run) z = 0.5 * (z + counts.at(run));
  z += m * sigma(counts[0] / m);
  return m * m / (2 * std::numbers::ln2 * z);
}

/// What save_hll() gave. Borrows it.
struct SavedHll {
  uint32_t precision = 0;
  bool has_registers = false;
  std::string_view body;

  Status read(std::string_view saved) {
    if (saved.size() < kHllHeaderBytes) return Status::corrupt("an hll is cut off");
    precision = static_cast<uint8_t>(saved[0]);
    has_registers = saved[1] == 1;
    body = saved.substr(kHllHeaderBytes);
    const bool is_empty = precision == 0 && body.empty();
    if (is_empty) return {};
    if (precision < kLeastPrecision || precision > kMostPrecision)
      return Status::corrupt("an hll has a precision from 4 to 18, found " + std::to_string(precision));
    const size_t registers = size_t{1} << precision;
    const bool fits =
        has_registers ? body.size() == registers : body.size() % 8 == 0 && body.size() / 8 <= registers / 16;
    if (!fits) return Status::corrupt("an hll has a wrong length");
    const auto longest = static_cast<uint8_t>(64 - precision + 1);
    const bool is_sound = !has_registers || std::ranges::all_of(body, [longest](char run) {
      return static_cast<uint8_t>(run) <= longest;
    });
    return is_sound ? Status() : Status::corrupt("an hll has a register that is too large");
  }
  uint64_t hash(size_t i) const {
    uint64_t value = 0;
    std::memcpy(&value, body.data() + i * 8, 8);
    return value;
  }
};

}  // namespace

uint64_t sketch_hash(uint64_t bits) { return mix(bits + kSeed); }
uint64_t sketch_hash(std::string_view text) { return mix(hash_text(text) + kSeed); }

void HllGroup::add(uint64_t hash, uint32_t precision) {
  if (slot_.precision == 0) slot_.precision = precision;
  add_hash(hash);
}

void HllGroup::add_hash(uint64_t hash) {
  if (slot_.registers != nullptr) return add_to_registers(hash);
  NumberSet(slot_.hashes, resize_).insert(hash);
  if (slot_.hashes.count > most_hashes(slot_.precision)) turn_into_registers();
}

void HllGroup::add_to_registers(uint64_t hash) { raise(place_of(hash, slot_.precision)); }

void HllGroup::raise(const Place& place) {
  uint8_t& longest = registers()[place.index];
  longest = std::max(longest, place.run);
}

void HllGroup::turn_into_registers() {
  std::string hashes;
  NumberSet::save(slot_.hashes, hashes);
  resize_(slot_.hashes.table, 0);
  slot_.hashes.count = slot_.hashes.capacity = slot_.hashes.has_zero = 0;
  const size_t size = size_t{1} << slot_.precision;
  resize_(slot_.registers, size);
  std::memset(registers(), 0, size);
  for (size_t at = 0; at < hashes.size(); at += 8) {
    uint64_t hash = 0;
    std::memcpy(&hash, hashes.data() + at, 8);
    add_to_registers(hash);
  }
}

void HllGroup::lower_precision(uint32_t precision) {
  if (slot_.registers != nullptr) {
    const uint32_t bits = slot_.precision - precision;
    const std::vector<uint8_t> before(registers(), registers() + (size_t{1} << slot_.precision));
    resize_(slot_.registers, size_t{1} << precision);
    std::memset(registers(), 0, size_t{1} << precision);
    for (uint64_t i = 0; i < before.size(); ++i)
      if (before[i] != 0) raise(folded(i, before[i], bits));
  }
  slot_.precision = precision;
  if (slot_.registers == nullptr && slot_.hashes.count > most_hashes(precision)) turn_into_registers();
}

Status HllGroup::merge(std::string_view saved) {
  SavedHll other;
  WEIR_RETURN_IF_ERROR(other.read(saved));
  if (other.precision == 0) return {};
  if (slot_.precision == 0) slot_.precision = other.precision;
  if (other.precision < slot_.precision) lower_precision(other.precision);
  if (!other.has_registers) {
    for (size_t i = 0; i < other.body.size() / 8; ++i) add_hash(other.hash(i));
    return {};
  }
  if (slot_.registers == nullptr) turn_into_registers();
  const uint32_t bits = other.precision - slot_.precision;
  for (uint64_t i = 0; i < other.body.size(); ++i)
    if (const auto run = static_cast<uint8_t>(other.body[i]); run != 0) raise(folded(i, run, bits));
  return {};
}

double hll_count(const HllSlot& slot) {
  if (slot.registers == nullptr) return static_cast<double>(slot.hashes.count);
  return estimate({slot.registers->data, size_t{1} << slot.precision}, slot.precision);
}

Result<double> saved_hll_count(std::string_view saved) {
  SavedHll read;
  WEIR_RETURN_IF_ERROR(read.read(saved));
  if (!read.has_registers) return static_cast<double>(read.body.size() / 8);
  return estimate({reinterpret_cast<const uint8_t*>(read.body.data()), read.body.size()}, read.precision);
}

void save_hll(const HllSlot& slot, std::string& out) {
  const bool has_registers = slot.registers != nullptr;
  out += static_cast<char>(slot.precision);
  out += has_registers ? '\1' : '\0';
  out.append(kHllHeaderBytes - 2, '\0');
  if (has_registers) {
    out.append(reinterpret_cast<const char*>(slot.registers->data), size_t{1} << slot.precision);
    return;
  }
  std::string hashes;
  NumberSet::save(slot.hashes, hashes);
  std::vector<uint64_t> sorted(hashes.size() / 8);
  if (!sorted.empty()) std::memcpy(sorted.data(), hashes.data(), hashes.size());
  std::ranges::sort(sorted);
  out.append(reinterpret_cast<const char*>(sorted.data()), hashes.size());
}

}  // namespace weir::aggregates
