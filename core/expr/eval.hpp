#pragma once
// One evaluation of a program over one batch, and the operations that programs consist of.
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <weir/column.hpp>

#include "expr/row_fault.hpp"
#include "expr/vector.hpp"

namespace weir::expr {

/// What every operation of one evaluation shares.
///
/// A mask says for which rows a value is wanted; null: for all. An operation may compute the others too, but
/// their faults do not count.
///
/// Threads: confined to one evaluation.
class Eval {
 public:
  /// Borrows all. `batch` may be null when no column is read.
  Eval(Arena& arena, const weir_batch* batch, int64_t row_count, size_t slot_count, RowFaults& faults);

  Arena& arena() { return arena_; }
  int64_t row_count() const { return row_count_; }
  /// Returns column `index` of the batch, made ready once.
  const Vector& column(uint32_t index);

  /// Notes that the value at `index` of a result cannot be told, if it is wanted. `is_constant`: it stands
  /// for every row. The caller makes it null.
  void fault(int64_t index, bool is_constant, const Bits* mask, std::string_view code,
             std::string_view message);
  bool has_faults() const { return faulted_ != nullptr; }
  /// Rows with faults; null: none.
  const Bits* faulted() const { return faulted_; }
  /// Faults between these two do not count (TRY).
  void begin_try() { ++try_depth_; }
  void end_try() { --try_depth_; }

  /// Holds a column that a plugin made until the evaluation ends.
  const weir_column* keep(Column column);

  Bits* new_bits(bool value);
  /// Copies `bits`, or makes all ones of null.
  Bits* copy_bits(const Bits* bits);
  /// Whether any row is wanted.
  bool any(const Bits* mask) const;

  /// A value that was computed before, for operations that stand at several places. Null: not yet, or not for
  /// all rows of `mask`.
  const Vector* remembered(size_t slot, const Bits* mask) const;
  void remember(size_t slot, const Bits* mask, const Vector& value);

 private:
  void fault_row(int64_t row, std::string_view code, std::string_view message);

  struct Slot {
    bool is_filled = false;
    const Bits* mask = nullptr;
    Vector value;
  };
  Arena& arena_;
  const weir_batch* batch_;
  const int64_t row_count_;
  std::vector<std::optional<Vector>> columns_;
  std::vector<Slot> slots_;
  std::vector<Column> kept_;
  RowFaults& faults_;
  Bits* faulted_ = nullptr;
  int try_depth_ = 0;
};

class Op;
using OpPtr = std::shared_ptr<const Op>;

/// One operation of a program.
///
/// Threads: constant once made; any number of evaluations may use it.
class Op {
 public:
  explicit Op(ValueType type) : type_(std::move(type)) {}
  Op(const Op&) = delete;
  Op& operator=(const Op&) = delete;
  virtual ~Op() = default;
  /// Returns values for the rows of `mask`. Called once a batch, so its being virtual costs nothing a row.
  virtual Vector eval(Eval& eval, const Bits* mask) const = 0;

  const ValueType& type() const { return type_; }
  bool is_nullable() const { return is_nullable_; }
  bool can_fault() const { return can_fault_; }
  bool is_deterministic() const { return is_deterministic_; }
  bool is_constant() const { return is_constant_; }

  // Set while a program is made.
  void set_nullable(bool value) { is_nullable_ = value; }
  void set_can_fault(bool value) { can_fault_ = value; }
  void set_deterministic(bool value) { is_deterministic_ = value; }
  void set_constant(bool value) { is_constant_ = value; }
  void set_type(ValueType type) { type_ = std::move(type); }

 private:
  ValueType type_;
  bool is_nullable_ = true;
  bool can_fault_ = false;
  bool is_deterministic_ = true;
  bool is_constant_ = false;
};

/// The rows that a kernel goes over: one when all its arguments are constant.
struct Rows {
  int64_t count = 0;
  bool is_constant = false;
  const Bits* mask = nullptr;
  size_t words() const { return bit_words(count); }
  /// Whether the value at `index` is wanted. Constants always are.
  bool wants(int64_t index) const { return is_constant || mask == nullptr || get_bit(mask, index); }
};
Rows rows_of(const Eval& eval, const Bits* mask, std::span<const Vector> args);

/// Returns where all of `args` are present; null: everywhere.
const Bits* joint_validity(Eval& eval, const Rows& rows, std::span<const Vector> args);

/// A constant null.
Vector null_vector(const ValueType& type);

/// A result of `rows` with these values.
Vector result_vector(const ValueType& type, const Rows& rows, const void* values, const Bits* validity);

/// Where a kernel notes nulls that were not in its arguments, copying the mask of nulls at the first.
class Nulls {
 public:
  Nulls(Eval& eval, const Rows& rows, const Bits* validity) : eval_(eval), rows_(rows), validity_(validity) {}
  bool is_valid(int64_t index) const { return validity_ == nullptr || get_bit(validity_, index); }
  void set_null(int64_t index) {
    if (own_ == nullptr) validity_ = own_ = eval_.copy_bits(validity_);
    clear_bit(own_, index);
  }
  void fault(int64_t index, std::string_view code, std::string_view message) {
    if (rows_.wants(index)) eval_.fault(index, rows_.is_constant, rows_.mask, code, message);
    set_null(index);
  }
  const Bits* validity() const { return validity_; }

 private:
  Eval& eval_;
  const Rows& rows_;
  const Bits* validity_;
  Bits* own_ = nullptr;
};

/// Computes a whole column. `args` have the types that the kernel was made for; none is a constant null.
using Kernel = std::function<Vector(Eval&, const Bits* mask, std::span<const Vector> args)>;

}  // namespace weir::expr
