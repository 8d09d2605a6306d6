#pragma once
// A HyperLogLog of a group: the hashes themselves while there are few, registers beyond.
//
// P. Flajolet, E. Fusy, O. Gandouet, F. Meunier: HyperLogLog (2007), over 64-bit hashes as in S. Heule,
// M. Nunkesser, A. Hall: HyperLogLog in Practice (2013). The number is estimated as in O. Ertl: New
// cardinality estimation algorithms for HyperLogLog sketches (2017), algorithm 6, which has no bias that
// small or large numbers would have to be corrected for.
//
// Which of the forms a group has, and what it holds, follows from the set of its values alone: order, batches
// and merges make no difference.
#include <cstdint>
#include <string>
#include <string_view>

#include <weir/status.hpp>

#include "value_set.hpp"

namespace weir::aggregates {

inline constexpr uint32_t kLeastPrecision = 4;
inline constexpr uint32_t kMostPrecision = 18;
inline constexpr uint32_t kUsualPrecision = 14;  ///< 16,384 registers: a standard error of 0.81 %.

struct HllSlot {
  ValueSetSlot hashes;    ///< While there are at most one for 16 registers.
  weir_block* registers;  ///< One byte each: the longest run of zeroes, and one.
  uint32_t precision;     ///< Registers: 2^precision; 0: nothing was added.
  uint32_t reserved;
  static std::vector<uint32_t> ref_offsets() {
    return {offsetof(HllSlot, hashes) + offsetof(ValueSetSlot, table),
            offsetof(HllSlot, hashes) + offsetof(ValueSetSlot, bytes), offsetof(HllSlot, registers)};
  }
};

/// One slot. Borrows both.
///
/// Threads: a call's.
class HllGroup {
 public:
  /// A register, and the length of the run of zeroes in a hash, and one.
  struct Place {
    uint64_t index;
    uint8_t run;
  };

  HllGroup(HllSlot& slot, const ResizeBlock& resize) : slot_(slot), resize_(resize) {}
  /// Adds a value by its hash. `precision` is taken by the first one.
  void add(uint64_t hash, uint32_t precision);
  /// Adds what save_hll() gave of another group. The lower precision of the two is kept.
  /// Fails: the bytes are not what save_hll() gives; the group is as it was.
  Status merge(std::string_view saved);

 private:
  void add_hash(uint64_t hash);
  void add_to_registers(uint64_t hash);
  void raise(const Place& place);
  void turn_into_registers();
  void lower_precision(uint32_t precision);
  uint8_t* registers() const { return slot_.registers->data; }

  HllSlot& slot_;
  const ResizeBlock& resize_;
};

/// Returns about how many different values were added: exactly while there are few.
double hll_count(const HllSlot& slot);
/// As hll_count(), of what save_hll() gave. Fails: it is not that.
Result<double> saved_hll_count(std::string_view saved);

/// Appends the group: [u8 precision][u8 has registers][6 bytes 0], then the hashes in order, 8 bytes each, or
/// the registers.
void save_hll(const HllSlot& slot, std::string& out);

/// The hash of a number's canonical bits, or of a text, as all sketches have it.
uint64_t sketch_hash(uint64_t bits);
uint64_t sketch_hash(std::string_view text);

}  // namespace weir::aggregates
