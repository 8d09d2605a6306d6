// AND, OR, NOT and the tests that are never null.
#include <algorithm>

#include "expr/ops.hpp"

namespace weir::expr {
namespace {

// A word of a column of bools; constants are spread out.
Bits value_word(const Vector& v, size_t i) {
  const Bits* bits = v.data<Bits>();
  if (!v.is_constant) return bits[i];
  return get_bit(bits, 0) ? ~Bits{0} : Bits{0};
}
Bits valid_word(const Vector& v, size_t i) {
  if (v.validity == nullptr) return ~Bits{0};
  if (!v.is_constant) return v.validity[i];
  return get_bit(v.validity, 0) ? ~Bits{0} : Bits{0};
}

enum class Junction { kAnd, kOr };

class JunctionOp final : public Op {
 public:
  JunctionOp(Junction junction, std::vector<OpPtr> operands)
      : Op(simple(WEIR_BOOL)), junction_(junction), operands_(std::move(operands)) {}

  Vector eval(Eval& eval, const Bits* mask) const override {
    const size_t words = bit_words(eval.row_count());
    Bits* const decided = eval.new_bits(false);  // Rows with a false (AND) or a true (OR).
    Bits* const unknown = eval.new_bits(false);  // Rows with a null.
    const Bits* open = mask;
    bool has_nulls = false;
    for (size_t k = 0; k < operands_.size(); ++k) {
      if (k > 0) {
        open = still_open(eval, mask, decided);
        if (!eval.any(open)) break;
      }
      const Vector v = operands_[k]->eval(eval, open);
      has_nulls |= v.validity != nullptr;
      for (size_t i = 0; i < words; ++i) {
        const Bits valid = valid_word(v, i);
        const Bits value = value_word(v, i);
        decided[i] |= valid & (junction_ == Junction::kAnd ? ~value : value);
        unknown[i] |= ~valid;
      }
    }
    return finish(eval, decided, has_nulls ? unknown : nullptr, words);
  }

 private:
  static const Bits* still_open(Eval& eval, const Bits* mask, const Bits* decided) {
    Bits* const open = eval.copy_bits(mask);
    for (size_t i = 0; i < bit_words(eval.row_count()); ++i) open[i] &= ~decided[i];
    return open;
  }

  Vector finish(const Eval& eval, Bits* decided, Bits* unknown, size_t words) const {
    for (size_t i = 0; unknown != nullptr && i < words; ++i) unknown[i] = decided[i] | ~unknown[i];
    for (size_t i = 0; junction_ == Junction::kAnd && i < words; ++i) decided[i] = ~decided[i];
    return result_vector(type(), {eval.row_count(), false, nullptr}, decided, unknown);
  }

  const Junction junction_;
  const std::vector<OpPtr> operands_;
};

OpPtr junction_op(Junction junction, std::vector<OpPtr> operands) {
  bool is_constant = true;
  bool is_nullable = false;
  bool can_fault = false;
  bool is_deterministic = true;
  for (const OpPtr& operand : operands) {
    is_constant &= operand->is_constant();
    is_nullable |= operand->is_nullable();
    can_fault |= operand->can_fault();
    is_deterministic &= operand->is_deterministic();
  }
  auto op = std::make_shared<JunctionOp>(junction, std::move(operands));
  op->set_constant(is_constant && is_deterministic);
  op->set_nullable(is_nullable);
  op->set_can_fault(can_fault);
  op->set_deterministic(is_deterministic);
  return fold(op);
}

Bits* new_words(Eval& eval, const Rows& rows) {
  return eval.arena().allocate_array<Bits>(static_cast<int64_t>(std::max<size_t>(1, rows.words())));
}

}  // namespace

OpPtr and_op(std::vector<OpPtr> operands) { return junction_op(Junction::kAnd, std::move(operands)); }
OpPtr or_op(std::vector<OpPtr> operands) { return junction_op(Junction::kOr, std::move(operands)); }

OpPtr not_op(OpPtr operand) {
  const Kernel kernel = [](Eval& eval, const Bits* mask, std::span<const Vector> args) {
    const Rows rows = rows_of(eval, mask, args);
    Bits* const out = new_words(eval, rows);
    for (size_t i = 0; i < rows.words(); ++i) out[i] = ~value_word(args[0], i);
    return result_vector(simple(WEIR_BOOL), rows, out, args[0].validity);
  };
  return kernel_op(simple(WEIR_BOOL), {std::move(operand)}, kernel, {});
}

OpPtr is_null_op(OpPtr operand, bool is_negated) {
  const Kernel kernel = [is_negated](Eval& eval, const Bits* mask, std::span<const Vector> args) {
    const Rows rows = rows_of(eval, mask, args);
    Bits* const out = new_words(eval, rows);
    for (size_t i = 0; i < rows.words(); ++i) {
      const Bits valid = valid_word(args[0], i);
      out[i] = is_negated ? valid : ~valid;
    }
    return result_vector(simple(WEIR_BOOL), rows, out, nullptr);
  };
  KernelTraits traits;
  traits.takes_nulls = true;
  traits.never_null = true;
  return kernel_op(simple(WEIR_BOOL), {std::move(operand)}, kernel, traits);
}

OpPtr is_bool_op(OpPtr operand, bool value, bool is_negated) {
  const Kernel kernel = [=](Eval& eval, const Bits* mask, std::span<const Vector> args) {
    const Rows rows = rows_of(eval, mask, args);
    Bits* const out = new_words(eval, rows);
    for (size_t i = 0; i < rows.words(); ++i) {
      const Bits bits = value_word(args[0], i);
      const Bits same = valid_word(args[0], i) & (value ? bits : ~bits);
      out[i] = is_negated ? ~same : same;
    }
    return result_vector(simple(WEIR_BOOL), rows, out, nullptr);
  };
  KernelTraits traits;
  traits.takes_nulls = true;
  traits.never_null = true;
  return kernel_op(simple(WEIR_BOOL), {std::move(operand)}, kernel, traits);
}

}  // namespace weir::expr
