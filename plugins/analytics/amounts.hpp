#pragma once
// Numbers of any column type that are added, subtracted and given back: whole ones and decimals exactly.
#include <cstdint>
#include <span>
#include <vector>

#include <weir/batch.hpp>
#include <weir/schema.hpp>

namespace weir::analytics {

/// One number or none. Whole numbers and the digits of decimals are in `whole`, others in `real`.
struct Amount {
  Decimal128 whole = 0;
  double real = 0;
  bool is_null = true;
};

/// A sum as it lies in a slot.
struct Total {
  uint64_t low;
  int64_t high;
  double real;
  int64_t count;  ///< Of what was added.

  void add(const Amount& amount);
  /// Null where nothing was added.
  Amount amount() const;
};

/// How the numbers of a column are reckoned with: int64 for whole numbers (uint64 aside), decimals with all
/// digits, float64 for the rest.
class AmountType {
 public:
  AmountType() = default;
  explicit AmountType(const DataType& column);
  /// Of sums and differences.
  const DataType& result() const { return result_; }
  bool is_real() const { return result_.type == Type::kFloat64; }

  /// Needs: a column of the type that this was made of.
  std::vector<Amount> read(const weir_column& column) const;
  /// Null where a number does not fit the result.
  Column build(std::span<const Amount> amounts) const;

  Amount difference(const Amount& a, const Amount& b) const;
  bool is_zero(const Amount& amount) const { return is_real() ? amount.real == 0 : amount.whole == 0; }
  /// Returns change / |base|. Needs: neither is null, and base is not zero.
  double relative(const Amount& change, const Amount& base) const;

 private:
  DataType result_;
};

}  // namespace weir::analytics
