#pragma once
// The operations that are more than a kernel: those that choose for which rows their operands are wanted, and
// those that end a tree.
#include <array>
#include <string>
#include <vector>

#include "expr/eval.hpp"

namespace weir::expr {

/// Column `index` of the batch.
OpPtr column_op(uint32_t index, ValueType type, bool is_nullable);
/// Field `index` of a struct.
OpPtr member_op(OpPtr structure, size_t index);

/// One value for every row.
class ConstantOp final : public Op {
 public:
  /// Copies row 0 of `value`.
  explicit ConstantOp(const Vector& value);
  Vector eval(Eval&, const Bits*) const override { return value_; }
  const Vector& value() const { return value_; }

 private:
  alignas(16) std::array<std::byte, 16> bytes_{};
  Bits validity_ = 0;
  std::string text_;
  Heap heap_;
  Vector value_;
};

OpPtr null_op(const ValueType& type);
OpPtr bool_op(bool value);
OpPtr int_op(const ValueType& type, int64_t value);
OpPtr float_op(double value);
OpPtr decimal_op(const ValueType& type, Int128 value);
OpPtr text_op(std::string_view text);
OpPtr time_op(const ValueType& type, int64_t value);
OpPtr interval_op(const Interval& value);
/// Returns the index of the column that `op` is, if it is one.
std::optional<uint32_t> as_column(const OpPtr& op);
/// Returns the constant behind `op`, or null.
const ConstantOp* as_constant(const OpPtr& op);

/// What a kernel computes from its operands.
struct KernelTraits {
  bool can_fault = false;
  bool can_make_null = false;  ///< From operands that are present.
  bool is_deterministic = true;
  bool takes_nulls = false;  ///< The kernel sees constant nulls too; its result's nulls are its own.
  bool never_null = false;
};
OpPtr kernel_op(ValueType type, const std::vector<OpPtr>& args, Kernel kernel, KernelTraits traits);

/// AND and OR of two or more bools. An operand is wanted only for the rows that those before it leave open.
OpPtr and_op(std::vector<OpPtr> operands);
OpPtr or_op(std::vector<OpPtr> operands);
OpPtr not_op(OpPtr operand);
OpPtr is_null_op(OpPtr operand, bool is_negated);
/// IS [NOT] TRUE and FALSE: never null.
OpPtr is_bool_op(OpPtr operand, bool value, bool is_negated);

/// The first value whose condition is true. A value is wanted only for the rows that choose it.
/// Needs: all values of one type that is not nested.
OpPtr case_op(std::vector<OpPtr> conditions, std::vector<OpPtr> values, OpPtr otherwise);
/// The first value that is not null. Needs: as case_op.
OpPtr coalesce_op(std::vector<OpPtr> values);
/// The largest or smallest value that is not null. Needs: as case_op.
OpPtr extreme_op(std::vector<OpPtr> values, bool is_greatest);
/// Null where `operand` has a fault.
OpPtr try_op(const OpPtr& operand);
/// Computes `operand` once, though it stands at several places. `slot` is its place in Eval.
OpPtr shared_op(OpPtr operand, size_t slot);

/// Returns the constant that `op` is, when it is one and has a value; else `op`.
OpPtr fold(OpPtr op);

}  // namespace weir::expr
