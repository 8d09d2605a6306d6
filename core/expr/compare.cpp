#include "expr/compare.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "expr/bit_loop.hpp"

namespace weir::expr {
namespace {

// Every comparison is one of these two, its operands swapped or its answer turned round. That holds for
// floats too because NaN has a place in the order.
struct Equal {
  template <class T>
  bool operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) {
      const bool is_nan_a = std::isnan(a);
      const bool is_nan_b = std::isnan(b);
      return (a == b) | (is_nan_a & is_nan_b);
    } else {
      return a == b;
    }
  }
};
struct Less {
  template <class T>
  bool operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) {
      const bool is_nan_a = std::isnan(a);
      const bool is_nan_b = std::isnan(b);
      return (a < b) | (is_nan_b & !is_nan_a);
    } else {
      return a < b;
    }
  }
};

template <class Test>
Vector bits_of(Eval& eval, const Rows& rows, std::span<const Vector> args, bool is_negated, Test test) {
  Bits* const out =
      eval.arena().allocate_array<Bits>(static_cast<int64_t>(std::max<size_t>(1, rows.words())));
  fill_bits(out, rows.count, test);
  if (is_negated)
    for (size_t i = 0; i < rows.words(); ++i) out[i] = ~out[i];
  return result_vector(simple(WEIR_BOOL), rows, out, joint_validity(eval, rows, args));
}

template <class T, class Rule>
Vector compare_fixed(Eval& eval, const Bits* mask, std::span<const Vector> args, bool is_negated) {
  const Rows rows = rows_of(eval, mask, args);
  const T* const a = args[0].data<T>();
  const T* const b = args[1].data<T>();
  const Rule rule;
  if (args[1].is_constant) {
    const T c = b[0];
    if constexpr (std::is_floating_point_v<T>) {
      // The usual case, which needs no thought of NaN on the right.
      if (!std::isnan(c))
        return bits_of(eval, rows, args, is_negated,
                       [=](int64_t i) { return std::is_same_v<Rule, Equal> ? a[i] == c : a[i] < c; });
    }
    return bits_of(eval, rows, args, is_negated, [=](int64_t i) { return rule(a[i], c); });
  }
  if (args[0].is_constant) {
    const T c = a[0];
    return bits_of(eval, rows, args, is_negated, [=](int64_t i) { return rule(c, b[i]); });
  }
  return bits_of(eval, rows, args, is_negated, [=](int64_t i) { return rule(a[i], b[i]); });
}

int64_t first_word(const weir_view& view) {
  int64_t word = 0;
  std::memcpy(&word, &view, sizeof(word));
  return word;
}

Vector equal_texts(Eval& eval, const Bits* mask, std::span<const Vector> args, bool is_negated) {
  const Rows rows = rows_of(eval, mask, args);
  const Vector& a = args[0].is_constant ? args[1] : args[0];
  const Vector& b = args[0].is_constant ? args[0] : args[1];
  // Size and first four bytes decide nearly always.
  const auto test = [&a, &b](int64_t i, const weir_view& y) {
    const weir_view& x = a.data<weir_view>()[a.at(i)];
    if (first_word(x) != first_word(y)) return false;
    return x.size <= 4 || a.view_text(x) == b.view_text(y);
  };
  if (b.is_constant) {
    const weir_view y = b.data<weir_view>()[0];
    return bits_of(eval, rows, args, is_negated, [&](int64_t i) { return test(i, y); });
  }
  return bits_of(eval, rows, args, is_negated, [&](int64_t i) { return test(i, b.data<weir_view>()[i]); });
}

Vector less_texts(Eval& eval, const Bits* mask, std::span<const Vector> args, bool is_negated) {
  const Rows rows = rows_of(eval, mask, args);
  return bits_of(eval, rows, args, is_negated, [&](int64_t i) { return args[0].text(i) < args[1].text(i); });
}

template <class Rule>
Vector compare_bools(Eval& eval, const Bits* mask, std::span<const Vector> args, bool is_negated) {
  const Rows rows = rows_of(eval, mask, args);
  const auto bit = [](const Vector& v, int64_t i) { return get_bit(v.data<Bits>(), v.at(i)); };
  return bits_of(eval, rows, args, is_negated, [&](int64_t i) {
    const bool a = bit(args[0], i);
    const bool b = bit(args[1], i);
    return std::is_same_v<Rule, Equal> ? a == b : a < b;
  });
}

Int128 length_of(const Interval& interval) {
  constexpr Int128 kDay = Int128{86'400} * 1'000'000;
  return (Int128{interval.months} * 30 + interval.days) * kDay + interval.micros;
}

template <class Rule>
Vector compare_intervals(Eval& eval, const Bits* mask, std::span<const Vector> args, bool is_negated) {
  const Rows rows = rows_of(eval, mask, args);
  const Rule rule;
  return bits_of(eval, rows, args, is_negated, [&](int64_t i) {
    return rule(length_of(args[0].data<Interval>()[args[0].at(i)]),
                length_of(args[1].data<Interval>()[args[1].at(i)]));
  });
}

using Function = Vector (*)(Eval&, const Bits*, std::span<const Vector>, bool);

template <class Rule>
Function function_for(uint8_t id) {
  switch (id) {
    case WEIR_BOOL:
      return compare_bools<Rule>;
    case WEIR_INT8:
      return compare_fixed<int8_t, Rule>;
    case WEIR_INT16:
      return compare_fixed<int16_t, Rule>;
    case WEIR_INT32:
    case WEIR_DATE32:
      return compare_fixed<int32_t, Rule>;
    case WEIR_INT64:
    case WEIR_TIMESTAMP:
      return compare_fixed<int64_t, Rule>;
    case WEIR_UINT8:
      return compare_fixed<uint8_t, Rule>;
    case WEIR_UINT16:
      return compare_fixed<uint16_t, Rule>;
    case WEIR_UINT32:
      return compare_fixed<uint32_t, Rule>;
    case WEIR_UINT64:
      return compare_fixed<uint64_t, Rule>;
    case WEIR_FLOAT32:
      return compare_fixed<float, Rule>;
    case WEIR_FLOAT64:
      return compare_fixed<double, Rule>;
    case WEIR_DECIMAL128:
      return compare_fixed<Int128, Rule>;
    case kIntervalId:
      return compare_intervals<Rule>;
    default:
      return std::is_same_v<Rule, Equal> ? equal_texts : less_texts;
  }
}

template <class T>
int order(T a, T b) {
  return Less()(a, b) ? -1 : Less()(b, a) ? 1 : 0;
}

template <class T>
int order_at(const Vector& a, int64_t row_a, const Vector& b, int64_t row_b) {
  return order(a.data<T>()[a.at(row_a)], b.data<T>()[b.at(row_b)]);
}

}  // namespace

bool is_comparable(const ValueType& type) { return !type.is_nested() && !type.is(WEIR_NULL); }

Kernel comparison_kernel(Comparison comparison, const ValueType& type) {
  const bool is_equality = comparison == Comparison::kEqual || comparison == Comparison::kUnequal;
  const Function function = is_equality ? function_for<Equal>(type.id) : function_for<Less>(type.id);
  const bool is_swapped = comparison == Comparison::kGreater || comparison == Comparison::kLessOrEqual;
  const bool is_negated = comparison == Comparison::kUnequal || comparison == Comparison::kLessOrEqual ||
                          comparison == Comparison::kGreaterOrEqual;
  if (!is_swapped) {
    return [=](Eval& eval, const Bits* mask, std::span<const Vector> args) {
      return function(eval, mask, args, is_negated);
    };
  }
  return [=](Eval& eval, const Bits* mask, std::span<const Vector> args) {
    const std::array<Vector, 2> swapped = {args[1], args[0]};
    return function(eval, mask, swapped, is_negated);
  };
}

Vector distinct_kernel(Eval& eval, const Bits* mask, const Vector& a, const Vector& b, bool is_distinct) {
  const std::array<Vector, 2> args = {a, b};
  const Rows rows = rows_of(eval, mask, args);
  Vector equal;
  // Values under nulls are not looked at below.
  equal = comparison_kernel(Comparison::kEqual, a.type)(eval, mask, args);
  Bits* const out =
      eval.arena().allocate_array<Bits>(static_cast<int64_t>(std::max<size_t>(1, rows.words())));
  const auto validity = [](const Vector& v, size_t i) {
    if (v.validity == nullptr) return ~Bits{0};
    return v.is_constant ? (v.is_valid(0) ? ~Bits{0} : Bits{0}) : v.validity[i];
  };
  for (size_t i = 0; i < rows.words(); ++i) {
    const Bits in_a = validity(a, i);
    const Bits in_b = validity(b, i);
    const Bits same = (in_a & in_b & equal.data<Bits>()[i]) | (~in_a & ~in_b);
    out[i] = is_distinct ? ~same : same;
  }
  return result_vector(simple(WEIR_BOOL), rows, out, nullptr);
}

int compare_values(const Vector& a, int64_t row_a, const Vector& b, int64_t row_b) {
  switch (a.type.id) {
    case WEIR_BOOL:
      return static_cast<int>(get_bit(a.data<Bits>(), a.at(row_a))) -
             static_cast<int>(get_bit(b.data<Bits>(), b.at(row_b)));
    case WEIR_INT8:
      return order_at<int8_t>(a, row_a, b, row_b);
    case WEIR_INT16:
      return order_at<int16_t>(a, row_a, b, row_b);
    case WEIR_INT32:
    case WEIR_DATE32:
      return order_at<int32_t>(a, row_a, b, row_b);
    case WEIR_INT64:
    case WEIR_TIMESTAMP:
      return order_at<int64_t>(a, row_a, b, row_b);
    case WEIR_UINT8:
      return order_at<uint8_t>(a, row_a, b, row_b);
    case WEIR_UINT16:
      return order_at<uint16_t>(a, row_a, b, row_b);
    case WEIR_UINT32:
      return order_at<uint32_t>(a, row_a, b, row_b);
    case WEIR_UINT64:
      return order_at<uint64_t>(a, row_a, b, row_b);
    case WEIR_FLOAT32:
      return order_at<float>(a, row_a, b, row_b);
    case WEIR_FLOAT64:
      return order_at<double>(a, row_a, b, row_b);
    case WEIR_DECIMAL128:
      return order_at<Int128>(a, row_a, b, row_b);
    case kIntervalId:
      return order(length_of(a.data<Interval>()[a.at(row_a)]), length_of(b.data<Interval>()[b.at(row_b)]));
    default:
      return a.text(row_a).compare(b.text(row_b));
  }
}

}  // namespace weir::expr
