#include "expr/ops.hpp"

#include <algorithm>

#include "expr/columns.hpp"

namespace weir::expr {
namespace {

class ColumnOp final : public Op {
 public:
  ColumnOp(uint32_t index, ValueType type) : Op(std::move(type)), index_(index) {}
  Vector eval(Eval& eval, const Bits*) const override {
    Vector out = eval.column(index_);
    out.type = type();
    return out;
  }
  uint32_t index() const { return index_; }

 private:
  const uint32_t index_;
};

class MemberOp final : public Op {
 public:
  MemberOp(OpPtr structure, size_t index)
      : Op((*structure->type().children)[index].type), structure_(std::move(structure)), index_(index) {}
  Vector eval(Eval& eval, const Bits* mask) const override {
    const Vector in = structure_->eval(eval, mask);
    Vector out = load_column(*in.column->children[index_], eval.row_count(), eval.arena());
    out.type = type();
    if (in.validity == nullptr) return out;
    const std::array<Vector, 2> both = {in, out};
    out.validity = joint_validity(eval, {eval.row_count(), false, mask}, both);
    out.is_whole_column = false;
    return out;
  }

 private:
  const OpPtr structure_;
  const size_t index_;
};

class KernelOp final : public Op {
 public:
  KernelOp(ValueType type, std::vector<OpPtr> args, Kernel kernel, bool takes_nulls)
      : Op(std::move(type)), args_(std::move(args)), kernel_(std::move(kernel)), takes_nulls_(takes_nulls) {}
  Vector eval(Eval& eval, const Bits* mask) const override {
    constexpr size_t kFew = 4;
    std::array<Vector, kFew> few;
    std::vector<Vector> many;
    std::span<Vector> values(few.data(), std::min(args_.size(), kFew));
    if (args_.size() > kFew) {
      many.resize(args_.size());
      values = many;
    }
    for (size_t i = 0; i < args_.size(); ++i) {
      values[i] = args_[i]->eval(eval, mask);
      if (!takes_nulls_ && values[i].is_null_constant()) return null_vector(type());
    }
    return kernel_(eval, mask, values);
  }

 private:
  const std::vector<OpPtr> args_;
  const Kernel kernel_;
  const bool takes_nulls_;
};

class TryOp final : public Op {
 public:
  explicit TryOp(OpPtr operand) : Op(operand->type()), operand_(std::move(operand)) {}
  Vector eval(Eval& eval, const Bits* mask) const override {
    eval.begin_try();
    Vector out = operand_->eval(eval, mask);
    eval.end_try();
    return out;
  }

 private:
  const OpPtr operand_;
};

class SharedOp final : public Op {
 public:
  SharedOp(OpPtr operand, size_t slot) : Op(operand->type()), operand_(std::move(operand)), slot_(slot) {}
  Vector eval(Eval& eval, const Bits* mask) const override {
    if (const Vector* known = eval.remembered(slot_, mask)) return *known;
    const Vector out = operand_->eval(eval, mask);
    eval.remember(slot_, mask, out);
    return out;
  }

 private:
  const OpPtr operand_;
  const size_t slot_;
};

// What a node inherits from its operands.
void inherit(Op& op, const std::vector<OpPtr>& args) {
  bool is_nullable = false;
  bool is_constant = true;
  for (const OpPtr& arg : args) {
    is_nullable |= arg->is_nullable();
    is_constant &= arg->is_constant();
    if (arg->can_fault()) op.set_can_fault(true);
    if (!arg->is_deterministic()) op.set_deterministic(false);
  }
  op.set_nullable(is_nullable || op.can_fault());
  op.set_constant(is_constant && op.is_deterministic());
}

OpPtr constant_of(const ValueType& type, const void* value) {
  Vector vector;
  vector.type = type;
  vector.is_constant = true;
  vector.values = value;
  return std::make_shared<ConstantOp>(vector);
}

}  // namespace

OpPtr column_op(uint32_t index, ValueType type, bool is_nullable) {
  auto op = std::make_shared<ColumnOp>(index, std::move(type));
  op->set_nullable(is_nullable);
  return op;
}

OpPtr member_op(OpPtr structure, size_t index) {
  const bool is_nullable = structure->is_nullable() || (*structure->type().children)[index].nullable;
  auto op = std::make_shared<MemberOp>(std::move(structure), index);
  op->set_nullable(is_nullable);
  return op;
}

ConstantOp::ConstantOp(const Vector& value) : Op(value.type) {
  value_.type = value.type;
  value_.is_constant = true;
  value_.values = bytes_.data();
  set_constant(true);
  set_nullable(!value.is_valid(0));
  if (!value.is_valid(0)) {
    value_.validity = &validity_;
  } else if (value.type.is(WEIR_BOOL)) {
    bytes_[0] = static_cast<std::byte>(get_bit(value.data<Bits>(), 0) ? 1 : 0);
  } else if (value.type.is_views()) {
    text_ = value.text(0);
    weir_view view{};
    view.size = static_cast<int32_t>(text_.size());
    if (text_.size() <= sizeof(view.u.inlined)) {
      std::copy(text_.begin(), text_.end(), view.u.inlined);
    } else {
      std::copy_n(text_.begin(), sizeof(view.u.ref.prefix), view.u.ref.prefix);
    }
    std::memcpy(bytes_.data(), &view, sizeof(view));
    heap_.data = reinterpret_cast<const uint8_t*>(text_.data());
    value_.heaps = {&heap_, 1};
  } else {
    std::memcpy(bytes_.data(), value.values, value_width(value.type));
  }
}

OpPtr null_op(const ValueType& type) { return std::make_shared<ConstantOp>(null_vector(type)); }
OpPtr bool_op(bool value) {
  const Bits bits = value ? 1 : 0;
  return constant_of(simple(WEIR_BOOL), &bits);
}
OpPtr int_op(const ValueType& type, int64_t value) { return constant_of(type, &value); }
OpPtr float_op(double value) { return constant_of(simple(WEIR_FLOAT64), &value); }
OpPtr decimal_op(const ValueType& type, Int128 value) { return constant_of(type, &value); }
OpPtr time_op(const ValueType& type, int64_t value) { return constant_of(type, &value); }
OpPtr interval_op(const Interval& value) { return constant_of(simple(kIntervalId), &value); }
OpPtr text_op(std::string_view text) {
  Arena arena;
  TextWriter writer(arena, 1);
  writer.put(0, text);
  Vector vector;
  vector.type = simple(WEIR_STRING);
  vector.is_constant = true;
  vector.values = writer.views();
  vector.heaps = writer.heaps();
  return std::make_shared<ConstantOp>(vector);
}

std::optional<uint32_t> as_column(const OpPtr& op) {
  const auto* const column = dynamic_cast<const ColumnOp*>(op.get());
  return column == nullptr ? std::nullopt : std::optional(column->index());
}

const ConstantOp* as_constant(const OpPtr& op) { return dynamic_cast<const ConstantOp*>(op.get()); }

OpPtr kernel_op(ValueType type, const std::vector<OpPtr>& args, Kernel kernel, KernelTraits traits) {
  auto op = std::make_shared<KernelOp>(std::move(type), args, std::move(kernel), traits.takes_nulls);
  op->set_can_fault(traits.can_fault);
  op->set_deterministic(traits.is_deterministic);
  inherit(*op, args);
  if (traits.can_make_null) op->set_nullable(true);
  if (traits.never_null && !op->can_fault()) op->set_nullable(false);
  return fold(op);
}

OpPtr try_op(const OpPtr& operand) {
  auto op = std::make_shared<TryOp>(operand);
  inherit(*op, {operand});
  op->set_nullable(operand->is_nullable() || operand->can_fault());
  op->set_can_fault(false);
  return fold(op);
}

OpPtr shared_op(OpPtr operand, size_t slot) {
  if (as_constant(operand) != nullptr) return operand;
  auto op = std::make_shared<SharedOp>(operand, slot);
  inherit(*op, {operand});
  op->set_nullable(operand->is_nullable());
  op->set_constant(false);
  return op;
}

OpPtr fold(OpPtr op) {
  if (!op->is_constant() || as_constant(op) != nullptr || op->type().is_nested()) return op;
  Arena arena;
  RowFaults faults;
  Eval eval(arena, nullptr, 1, 0, faults);
  const Vector value = op->eval(eval, nullptr);
  // A constant that has no value is left to the rows that want it: CASE may never take it.
  if (!faults.empty()) return op;
  Vector typed = value;
  typed.type = op->type();
  return std::make_shared<ConstantOp>(typed);
}

}  // namespace weir::expr
