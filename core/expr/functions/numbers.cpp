// Functions of numbers.
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <random>

#include <weir/host.hpp>

#include "expr/functions/builtin.hpp"
#include "expr/functions/row_function.hpp"
#include "expr/numbers.hpp"

namespace weir::expr {
namespace {

enum class Rounding { kHalfAway, kUp, kDown, kToZero };

Int128 round_decimal(Int128 value, int digits, Rounding rounding) {
  const Int128 unit = power_of_ten(digits);
  const Int128 rest = value % unit;
  const Int128 cut = value - rest;
  if (rest == 0) return value;
  const Int128 size = rest < 0 ? -rest : rest;
  switch (rounding) {
    case Rounding::kHalfAway:
      return size < unit - size ? cut : cut + (value < 0 ? -unit : unit);
    case Rounding::kUp:
      return value > 0 ? cut + unit : cut;
    case Rounding::kDown:
      return value < 0 ? cut - unit : cut;
    case Rounding::kToZero:
      return cut;
  }
  return cut;
}

double round_float(double value, Rounding rounding) {
  switch (rounding) {
    case Rounding::kHalfAway:
      return std::round(value);
    case Rounding::kUp:
      return std::ceil(value);
    case Rounding::kDown:
      return std::floor(value);
    case Rounding::kToZero:
      return std::trunc(value);
  }
  return value;
}

// Decimals to whole decimals; the result has no digits after the point.
Overload whole_decimal(Rounding rounding) {
  Overload out;
  out.params = {kDecimalParam};
  out.result = [](const CallSite& site) {
    const std::vector<ValueType>& types = site.types;
    // One more digit than before the point: 9.9 rounds to 10.
    return decimal_type(std::clamp(types[0].precision - types[0].scale + (types[0].scale > 0 ? 1 : 0), 1, 38),
                        0);
  };
  out.make = [rounding, result = out.result](const CallSite& site) -> Result<Kernel> {
    const ValueType type = result(site);
    return Kernel([rounding, type](Eval& eval, const Bits* mask, std::span<const Vector> args) {
      const Rows rows = rows_of(eval, mask, args);
      auto* const values = eval.arena().allocate_array<Int128>(std::max<int64_t>(1, rows.count));
      const int scale = args[0].type.scale;
      for (int64_t i = 0; i < rows.count; ++i)
        values[i] = round_decimal(args[0].data<Int128>()[i], scale, rounding) / power_of_ten(scale);
      return result_vector(type, rows, values, joint_validity(eval, rows, args));
    });
  };
  return out;
}

// Integers are whole already.
Overload whole_integer() {
  Overload out;
  out.params = {WEIR_INT64};
  out.result = [](const CallSite&) { return simple(WEIR_INT64); };
  out.make = [](const CallSite&) -> Result<Kernel> {
    return Kernel([](Eval&, const Bits*, std::span<const Vector> args) {
      Vector out_vector = args[0];
      out_vector.is_whole_column = false;
      return out_vector;
    });
  };
  return out;
}

std::vector<Overload> rounding_overloads(Rounding rounding) {
  return {rows([rounding](Row&, double x) { return round_float(x, rounding); }), whole_integer(),
          whole_decimal(rounding)};
}

// round(x, n) of a decimal: n digits after the point where n is known now, else as many as before.
ValueType rounded_type(const CallSite& site) {
  const ValueType& type = site.types[0];
  if (!site.has(1) || site.is_null(1)) return type;
  const int digits = site.constants[1]->data<int32_t>()[0];
  return digits >= type.scale ? type : decimal_type(type.precision, std::max(digits, 0));
}

Overload round_decimal_to() {
  Overload out;
  out.params = {kDecimalParam, WEIR_INT32};
  out.result = rounded_type;
  out.can_fault = true;
  out.make = [](const CallSite& site) -> Result<Kernel> {
    const ValueType from = site.types[0];
    const ValueType type = rounded_type(site);
    return Kernel([from, type](Eval& eval, const Bits* mask, std::span<const Vector> args) {
      const Rows rows = rows_of(eval, mask, args);
      auto* const values = eval.arena().allocate_array<Int128>(std::max<int64_t>(1, rows.count));
      Nulls nulls(eval, rows, joint_validity(eval, rows, args));
      const Int128 unit = power_of_ten(from.scale - type.scale);
      for (int64_t i = 0; i < rows.count; ++i) {
        const Int128 value = args[0].data<Int128>()[args[0].at(i)];
        const int cut = from.scale - args[1].data<int32_t>()[args[1].at(i)];
        values[i] = cut <= 0 ? value : cut > 38 ? 0 : round_decimal(value, cut, Rounding::kHalfAway);
        values[i] /= unit;
        if (!fits_precision(values[i], type.precision) && nulls.is_valid(i))
          nulls.fault(i, "overflow", "overflow in rounding " + decimal_text(value, from.scale));
      }
      return result_vector(type, rows, values, nulls.validity());
    });
  };
  return out;
}

double round_to(double x, int32_t digits) {
  if (!std::isfinite(x) || digits > 300) return x;
  if (digits < -300) return 0;
  const double unit = std::pow(10.0, std::abs(digits));
  const double rounded = digits >= 0 ? std::round(x * unit) / unit : std::round(x / unit) * unit;
  return std::isfinite(rounded) ? rounded : x;
}

int64_t round_integer(Row& row, int64_t x, int32_t digits) {
  if (digits >= 0) return x;
  if (digits < -18) return 0;
  const Int128 rounded = round_decimal(x, -digits, Rounding::kHalfAway);
  const auto out = static_cast<int64_t>(rounded);
  if (out != rounded) row.fail("overflow", "overflow in rounding " + std::to_string(x));
  return out;
}

void add_rounding(FunctionRegistry& registry) {
  std::vector<Overload> overloads = rounding_overloads(Rounding::kHalfAway);
  overloads.push_back(rows([](Row&, double x, int32_t digits) { return round_to(x, digits); }));
  overloads.push_back(rows([](Row& row, int64_t x, int32_t digits) { return round_integer(row, x, digits); },
                           Faults::kPossible));
  overloads.push_back(round_decimal_to());
  add_function(
      registry, "numbers", "round",
      "Rounds half away from zero, to `n` digits after the point where it is given; n < 0 rounds before the "
      "point.",
      {"round(2.5) => 3", "round(-2.5) => -3", "round(1.2345, 2) => 1.23", "round(1234, -2) => 1200",
       "round(2.5e0) => 3.0"},
      std::move(overloads));
  add_function(registry, "numbers", "floor", "The largest whole number that is not above x.",
               {"floor(-1.2) => -2", "floor(7) => 7"}, rounding_overloads(Rounding::kDown));
  add_function(registry, "numbers", "ceil", "The smallest whole number that is not below x.",
               {"ceil(1.2) => 2", "ceil(-1.5e0) => -1.0"}, rounding_overloads(Rounding::kUp));
  add_alias(registry, "ceiling", "ceil");
  add_function(registry, "numbers", "trunc", "x without the digits after the point.",
               {"trunc(-1.9) => -1", "trunc(1.9e0) => 1.0"}, rounding_overloads(Rounding::kToZero));
}

Overload absolute() {
  Overload out;
  out.params = {kNumberParam};
  out.can_fault = true;
  out.result = [](const CallSite& site) { return site.types[0]; };
  out.make = [](const CallSite& site) -> Result<Kernel> { return absolute_kernel(site.types[0]); };
  return out;
}

void add_roots_and_logs(FunctionRegistry& registry) {
  const auto log = [](auto function) {
    return rows(
        [function](Row& row, double x) {
          if (x == 0) row.fail("out-of-range", "cannot take the logarithm of zero");
          if (x < 0) row.fail("out-of-range", "cannot take the logarithm of a negative number");
          return function(x);
        },
        Faults::kPossible);
  };
  add_function(registry, "numbers", "ln", "The natural logarithm.", {"ln(1) => 0.0"},
               {log([](double x) { return std::log(x); })});
  add_function(registry, "numbers", "log10", "The logarithm to base 10.", {"log10(1000) => 3.0"},
               {log([](double x) { return std::log10(x); })});
  add_alias(registry, "log", "log10");
  add_function(registry, "numbers", "log2", "The logarithm to base 2.", {"log2(8) => 3.0"},
               {log([](double x) { return std::log2(x); })});
  add_function(registry, "numbers", "exp", "e to the power of x.", {"exp(0) => 1.0"},
               {rows([](Row&, double x) { return std::exp(x); })});
  add_function(registry, "numbers", "sqrt", "The square root.", {"sqrt(9) => 3.0"},
               {rows(
                   [](Row& row, double x) {
                     if (x < 0) row.fail("out-of-range", "cannot take the square root of a negative number");
                     return std::sqrt(x);
                   },
                   Faults::kPossible)});
  add_function(registry, "numbers", "power", "x to the power of y, as the operator ^.",
               {"power(2, 10) => 1024.0", "2 ^ 3 => 8.0"},
               {rows([](Row&, double x, double y) { return std::pow(x, y); })});
  add_alias(registry, "pow", "power");
}

// splitmix64 of the host's random bytes: fast, and repeatable in a simulated run.
double random_double() {
  thread_local uint64_t state = 0;
  if (state == 0 &&
      (host() == nullptr || host()->random == nullptr || host()->random(host(), &state, sizeof(state)) != 0))
    state = std::random_device()();
  state += 0x9E3779B97F4A7C15U;
  uint64_t z = state;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return static_cast<double>((z ^ (z >> 31U)) >> 11U) * 0x1.0p-53;
}

void add_random(FunctionRegistry& registry) {
  Function random;
  random.name = "random";
  random.theme = "numbers";
  random.doc =
      "A new random number from 0 up to, not including, 1 for each row. Not deterministic: a replay gives "
      "others.";
  random.examples = {"random() < 1 => true"};
  random.is_deterministic = false;
  Overload overload;
  overload.result = [](const CallSite&) { return simple(WEIR_FLOAT64); };
  overload.make = [](const CallSite&) -> Result<Kernel> {
    return Kernel([](Eval& eval, const Bits* mask, std::span<const Vector>) {
      const Rows rows{eval.row_count(), false, mask};
      auto* const values = eval.arena().allocate_array<double>(std::max<int64_t>(1, rows.count));
      for (int64_t i = 0; i < rows.count; ++i) values[i] = random_double();
      return result_vector(simple(WEIR_FLOAT64), rows, values, nullptr);
    });
  };
  random.overloads = {overload};
  add_function(registry, std::move(random));
}

}  // namespace

void add_number_functions(FunctionRegistry& registry) {
  add_function(registry, "numbers", "abs", "x without its sign.", {"abs(-3) => 3", "abs(-1.5) => 1.5"},
               {absolute()});
  add_rounding(registry);
  add_roots_and_logs(registry);
  add_function(registry, "numbers", "sign", "-1, 0 or 1.", {"sign(-2.5) => -1", "sign(0) => 0"},
               {rows([](Row&, double x) { return int64_t{x > 0} - int64_t{x < 0}; })});
  add_function(registry, "numbers", "mod",
               "What is left of x after division by y; null where y is 0. As the operator %.",
               {"mod(7, 3) => 1", "mod(-7, 3) => -1", "mod(7, 0) => NULL"},
               {rows([](Row&, int64_t x, int64_t y) -> std::optional<int64_t> {
                  if (y == 0) return std::nullopt;
                  return y == -1 ? 0 : x % y;
                }),
                rows([](Row&, double x, double y) -> std::optional<double> {
                  if (y == 0) return std::nullopt;
                  return std::fmod(x, y);
                })});
  add_function(registry, "numbers", "pi", "The number pi.", {"pi() => 3.141592653589793"},
               {rows([](Row&) { return 3.141592653589793; })});
  add_function(registry, "numbers", "is_nan", "Whether x is not a number.",
               {"is_nan(CAST('nan' AS float64)) => true", "is_nan(1) => false"},
               {rows([](Row&, double x) { return std::isnan(x); })});
  add_alias(registry, "isnan", "is_nan");
  add_function(registry, "numbers", "is_finite", "Whether x is neither infinite nor NaN.",
               {"is_finite(1) => true", "is_finite(CAST('inf' AS float64)) => false"},
               {rows([](Row&, double x) { return std::isfinite(x); })});
  add_alias(registry, "isfinite", "is_finite");
  add_function(registry, "numbers", "bit_count", "How many bits of an integer are set.",
               {"bit_count(7) => 3"},
               {rows([](Row&, int64_t x) { return int64_t{std::popcount(static_cast<uint64_t>(x))}; })});
  add_random(registry);
}

}  // namespace weir::expr
