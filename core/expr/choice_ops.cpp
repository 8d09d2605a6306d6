// CASE, COALESCE, GREATEST and LEAST: columns put together from rows of others.
#include <algorithm>
#include <bit>

#include "expr/compare.hpp"
#include "expr/ops.hpp"

namespace weir::expr {
namespace {

// Calls f(row) for each set bit of the rows.
template <class F>
void for_set_bits(const Bits* bits, int64_t rows, F f) {
  for (size_t word = 0; word < bit_words(rows); ++word) {
    Bits left = bits[word];
    for (; left != 0; left &= left - 1) {
      const int64_t row = static_cast<int64_t>(word) * 64 + std::countr_zero(left);
      if (row < rows) f(row);
    }
  }
}

template <size_t kWidth>
void copy_rows(const Vector& from, const Bits* chosen, int64_t rows, std::byte* to) {
  const auto* const values = static_cast<const std::byte*>(from.values);
  for_set_bits(chosen, rows, [&](int64_t row) {
    std::memcpy(to + static_cast<size_t>(row) * kWidth, values + static_cast<size_t>(from.at(row)) * kWidth,
                kWidth);
  });
}

// A column under construction; rows that nobody chooses are null.
class Merge {
 public:
  Merge(Eval& eval, const ValueType& type)
      : eval_(eval), type_(type), rows_(eval.row_count()), validity_(eval.new_bits(false)) {
    if (type.is(WEIR_BOOL)) {
      values_ = eval.new_bits(false);
    } else {
      const size_t size = value_width(type) * static_cast<size_t>(std::max<int64_t>(1, rows_));
      values_ = eval.arena().allocate(size);
      if (type.is_views()) std::memset(values_, 0, size);  // Slots of nulls must be readable views.
    }
  }

  void take(const Vector& from, const Bits* chosen) {
    if (from.is_null_constant()) return;
    for (size_t i = 0; i < bit_words(rows_); ++i) {
      const bool is_whole = from.validity == nullptr || from.is_constant;
      validity_[i] |= chosen[i] & (is_whole ? ~Bits{0} : from.validity[i]);
    }
    auto* const to = static_cast<std::byte*>(values_);
    switch (value_width(type_)) {
      case 1:
        return copy_rows<1>(from, chosen, rows_, to);
      case 2:
        return copy_rows<2>(from, chosen, rows_, to);
      case 4:
        return copy_rows<4>(from, chosen, rows_, to);
      case 8:
        return copy_rows<8>(from, chosen, rows_, to);
      case 16:
        return type_.is_views() ? take_views(from, chosen) : copy_rows<16>(from, chosen, rows_, to);
      default:
        return take_bools(from, chosen);
    }
  }

  Vector finish() {
    Vector out = result_vector(type_, {rows_, false, nullptr}, values_, validity_);
    Heap* const heaps = eval_.arena().allocate_array<Heap>(static_cast<int64_t>(heaps_.size()));
    std::copy(heaps_.begin(), heaps_.end(), heaps);
    out.heaps = {heaps, heaps_.size()};
    return out;
  }

 private:
  void take_bools(const Vector& from, const Bits* chosen) {
    auto* const to = static_cast<Bits*>(values_);
    for (size_t i = 0; i < bit_words(rows_); ++i) {
      const Bits spread = get_bit(from.data<Bits>(), 0) ? ~Bits{0} : Bits{0};
      const Bits value = from.is_constant ? spread : from.data<Bits>()[i];
      to[i] = (to[i] & ~chosen[i]) | (value & chosen[i]);
    }
  }

  void take_views(const Vector& from, const Bits* chosen) {
    const auto first = static_cast<int32_t>(heaps_.size());
    heaps_.insert(heaps_.end(), from.heaps.begin(), from.heaps.end());
    auto* const to = static_cast<weir_view*>(values_);
    for_set_bits(chosen, rows_, [&](int64_t row) {
      to[row] = {};
      if (!from.is_valid(row)) return;
      to[row] = from.data<weir_view>()[from.at(row)];
      if (to[row].size > 12) to[row].u.ref.heap += first;
    });
  }

  Eval& eval_;
  const ValueType type_;
  const int64_t rows_;
  void* values_ = nullptr;
  Bits* validity_;
  std::vector<Heap> heaps_;
};

const Bits* and_not(Eval& eval, const Bits* a, const Bits* b) {
  Bits* const out = eval.copy_bits(a);
  for (size_t i = 0; i < bit_words(eval.row_count()); ++i) out[i] &= ~b[i];
  return out;
}

// Rows of `open` where the condition is true.
const Bits* true_rows(Eval& eval, const Vector& condition, const Bits* open) {
  Bits* const out = eval.copy_bits(open);
  if (condition.is_constant) {
    if (!condition.is_valid(0) || !get_bit(condition.data<Bits>(), 0)) return eval.new_bits(false);
    return out;
  }
  for (size_t i = 0; i < bit_words(eval.row_count()); ++i)
    out[i] &= condition.data<Bits>()[i] & (condition.validity == nullptr ? ~Bits{0} : condition.validity[i]);
  return out;
}

class CaseOp final : public Op {
 public:
  CaseOp(std::vector<OpPtr> conditions, std::vector<OpPtr> values, OpPtr otherwise)
      : Op(values.front()->type()),
        conditions_(std::move(conditions)),
        values_(std::move(values)),
        otherwise_(std::move(otherwise)) {}

  Vector eval(Eval& eval, const Bits* mask) const override {
    Merge merge(eval, type());
    const Bits* open = mask;
    for (size_t i = 0; i < conditions_.size() && eval.any(open); ++i) {
      const Bits* const chosen = true_rows(eval, conditions_[i]->eval(eval, open), open);
      if (eval.any(chosen)) merge.take(values_[i]->eval(eval, chosen), chosen);
      open = and_not(eval, open, chosen);
    }
    if (otherwise_ && eval.any(open))
      merge.take(otherwise_->eval(eval, open), open == nullptr ? eval.new_bits(true) : open);
    return merge.finish();
  }

 private:
  const std::vector<OpPtr> conditions_;
  const std::vector<OpPtr> values_;
  const OpPtr otherwise_;
};

class CoalesceOp final : public Op {
 public:
  explicit CoalesceOp(std::vector<OpPtr> values) : Op(values.front()->type()), values_(std::move(values)) {}
  Vector eval(Eval& eval, const Bits* mask) const override {
    Merge merge(eval, type());
    const Bits* open = mask;
    for (size_t i = 0; i < values_.size() && eval.any(open); ++i) {
      const Vector v = values_[i]->eval(eval, open);
      if (v.is_null_constant()) continue;
      Bits* const chosen = eval.copy_bits(open);
      for (size_t w = 0; v.validity != nullptr && !v.is_constant && w < bit_words(eval.row_count()); ++w)
        chosen[w] &= v.validity[w];
      merge.take(v, chosen);
      open = and_not(eval, open, chosen);
    }
    return merge.finish();
  }

 private:
  const std::vector<OpPtr> values_;
};

class ExtremeOp final : public Op {
 public:
  ExtremeOp(std::vector<OpPtr> values, bool is_greatest)
      : Op(values.front()->type()), values_(std::move(values)), is_greatest_(is_greatest) {}
  Vector eval(Eval& eval, const Bits* mask) const override {
    std::vector<Vector> columns;
    for (const OpPtr& value : values_) columns.push_back(value->eval(eval, mask));
    std::vector<Bits*> chosen;
    for (size_t i = 0; i < columns.size(); ++i) chosen.push_back(eval.new_bits(false));
    for (int64_t row = 0; row < eval.row_count(); ++row) {
      const Vector* best = nullptr;
      for (const Vector& column : columns) {
        if (!column.is_valid(row)) continue;
        const int order =
            best == nullptr ? 1 : compare_values(column, row, *best, row) * (is_greatest_ ? 1 : -1);
        if (order > 0) best = &column;
      }
      if (best != nullptr) set_bit(chosen[static_cast<size_t>(best - columns.data())], row);
    }
    Merge merge(eval, type());
    for (size_t i = 0; i < columns.size(); ++i) merge.take(columns[i], chosen[i]);
    return merge.finish();
  }

 private:
  const std::vector<OpPtr> values_;
  const bool is_greatest_;
};

template <class Made>
OpPtr finish(const std::shared_ptr<Made>& op, const std::vector<OpPtr>& parts, bool is_nullable) {
  bool is_constant = true;
  for (const OpPtr& part : parts) {
    if (!part) continue;
    is_constant &= part->is_constant();
    if (part->can_fault()) op->set_can_fault(true);
    if (!part->is_deterministic()) op->set_deterministic(false);
  }
  op->set_nullable(is_nullable || op->can_fault());
  op->set_constant(is_constant && op->is_deterministic());
  return fold(op);
}

}  // namespace

OpPtr case_op(std::vector<OpPtr> conditions, std::vector<OpPtr> values, OpPtr otherwise) {
  std::vector<OpPtr> parts = values;
  parts.push_back(otherwise);
  const bool is_nullable =
      std::any_of(parts.begin(), parts.end(), [](const OpPtr& p) { return !p || p->is_nullable(); });
  parts.insert(parts.end(), conditions.begin(), conditions.end());
  return finish(std::make_shared<CaseOp>(std::move(conditions), std::move(values), std::move(otherwise)),
                parts, is_nullable);
}

OpPtr coalesce_op(std::vector<OpPtr> values) {
  const bool is_nullable =
      std::all_of(values.begin(), values.end(), [](const OpPtr& v) { return v->is_nullable(); });
  const std::vector<OpPtr> parts = values;
  return finish(std::make_shared<CoalesceOp>(std::move(values)), parts, is_nullable);
}

OpPtr extreme_op(std::vector<OpPtr> values, bool is_greatest) {
  const bool is_nullable =
      std::all_of(values.begin(), values.end(), [](const OpPtr& v) { return v->is_nullable(); });
  const std::vector<OpPtr> parts = values;
  return finish(std::make_shared<ExtremeOp>(std::move(values), is_greatest), parts, is_nullable);
}

}  // namespace weir::expr
