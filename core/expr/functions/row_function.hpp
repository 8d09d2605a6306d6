#pragma once
// Functions written for one row: their types, loop, nulls and faults come from their C++ signature.
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "expr/function_registry.hpp"

namespace weir::expr {

struct Timestamp {
  int64_t micros = 0;
};
struct Date {
  int32_t days = 0;
};

/// What a row function may do besides answering.
class Row {
 public:
  /// The row has no value; `message` says what was found and what was expected.
  void fail(std::string_view code, std::string message) {
    code_ = code;
    message_ = std::move(message);
  }
  bool has_failed() const { return !code_.empty(); }

 private:
  template <class, class>
  friend class RowKernel;
  std::string_view code_;
  std::string message_;
};

namespace detail {

// How a C++ type is a column's.
template <class T>
struct Native;
template <uint8_t kType, class T>
struct FixedNative {
  static constexpr uint8_t kId = kType;
  using Stored = T;
};
template <>
struct Native<int32_t> : FixedNative<WEIR_INT32, int32_t> {};
template <>
struct Native<int64_t> : FixedNative<WEIR_INT64, int64_t> {};
template <>
struct Native<uint64_t> : FixedNative<WEIR_UINT64, uint64_t> {};
template <>
struct Native<double> : FixedNative<WEIR_FLOAT64, double> {};
template <>
struct Native<Timestamp> : FixedNative<WEIR_TIMESTAMP, Timestamp> {};
template <>
struct Native<Date> : FixedNative<WEIR_DATE32, Date> {};
template <>
struct Native<Interval> : FixedNative<kIntervalId, Interval> {};
template <>
struct Native<bool> : FixedNative<WEIR_BOOL, Bits> {};
template <>
struct Native<std::string_view> : FixedNative<WEIR_STRING, weir_view> {};
template <>
struct Native<std::string> : FixedNative<WEIR_STRING, weir_view> {};

template <class T>
T read(const Vector& vector, int64_t row) {
  if constexpr (std::is_same_v<T, std::string_view>) {
    return vector.text(row);
  } else if constexpr (std::is_same_v<T, bool>) {
    return get_bit(vector.data<Bits>(), vector.at(row));
  } else {
    return vector.data<T>()[vector.at(row)];
  }
}

template <class T>
struct Unwrapped {
  using Type = T;
  static constexpr bool kIsOptional = false;
};
template <class T>
struct Unwrapped<std::optional<T>> {
  using Type = T;
  static constexpr bool kIsOptional = true;
};

// Where the results of type R go.
template <class R>
class Writer {
 public:
  using Stored = typename Native<R>::Stored;
  Writer(Eval& eval, int64_t rows)
      : values_(eval.arena().allocate_array<Stored>(std::max<int64_t>(1, rows))) {
    std::memset(static_cast<void*>(values_), 0,
                sizeof(Stored) * static_cast<size_t>(std::max<int64_t>(1, rows)));
  }
  void put(int64_t row, const R& value) { values_[row] = value; }
  void finish(Vector& out) { out.values = values_; }

 private:
  Stored* values_;
};
template <>
class Writer<bool> {
 public:
  Writer(Eval& eval, int64_t) : bits_(eval.new_bits(false)) {}
  void put(int64_t row, bool value) {
    if (value) set_bit(bits_, row);
  }
  void finish(Vector& out) { out.values = bits_; }

 private:
  Bits* bits_;
};
template <>
class Writer<std::string_view> {
 public:
  Writer(Eval& eval, int64_t rows) : texts_(eval.arena(), std::max<int64_t>(1, rows)) {}
  void put(int64_t row, std::string_view value) { texts_.put(row, value); }
  void finish(Vector& out) {
    out.values = texts_.views();
    out.heaps = texts_.heaps();
  }

 private:
  TextWriter texts_;
};
template <>
class Writer<std::string> : public Writer<std::string_view> {
 public:
  using Writer<std::string_view>::Writer;
};

template <class T>
struct Signature;
template <class F, class R, class... Args>
struct Signature<R (F::*)(Row&, Args...) const> {
  using Result = R;
  using Arguments = std::tuple<Args...>;
};

}  // namespace detail

/// The kernel around a row function. It is called for the wanted rows whose arguments are all present.
/// Arguments of type std::optional<T> may be missing from the call.
template <class F, class S = detail::Signature<decltype(&F::operator())>>
class RowKernel {
 public:
  using Returned = detail::Unwrapped<typename S::Result>;
  using Value = typename Returned::Type;
  using Arguments = typename S::Arguments;
  static constexpr size_t kCount = std::tuple_size_v<Arguments>;

  explicit RowKernel(F function) : function_(std::move(function)) {}

  Vector operator()(Eval& eval, const Bits* mask, std::span<const Vector> args) const {
    return run(eval, mask, args, std::make_index_sequence<kCount>());
  }

  static Overload overload() { return overload(std::make_index_sequence<kCount>()); }

 private:
  template <size_t... kIndex>
  Vector run(Eval& eval, const Bits* mask, std::span<const Vector> args,
             std::index_sequence<kIndex...>) const {
    const Rows rows = rows_of(eval, mask, args);
    Nulls nulls(eval, rows, joint_validity(eval, rows, args));
    detail::Writer<Value> writer(eval, rows.count);
    Row row;
    for (int64_t i = 0; i < rows.count; ++i) {
      if (!nulls.is_valid(i) || !rows.wants(i)) continue;
      const auto answer = function_(row, argument<kIndex>(args, i)...);
      if (row.has_failed()) {
        nulls.fault(i, row.code_, std::move(row.message_));
        row = Row();
      } else if constexpr (!Returned::kIsOptional) {
        writer.put(i, answer);
      } else if (answer) {
        writer.put(i, *answer);
      } else {
        nulls.set_null(i);
      }
    }
    Vector out = result_vector(simple(detail::Native<Value>::kId), rows, nullptr, nulls.validity());
    writer.finish(out);
    return out;
  }

  template <size_t kIndex>
  static auto argument(std::span<const Vector> args, int64_t row) {
    using Argument = std::tuple_element_t<kIndex, Arguments>;
    using Plain = detail::Unwrapped<Argument>;
    if constexpr (Plain::kIsOptional) {
      return kIndex < args.size() ? Argument(detail::read<typename Plain::Type>(args[kIndex], row))
                                  : Argument();
    } else {
      return detail::read<Argument>(args[kIndex], row);
    }
  }

  template <size_t... kIndex>
  static Overload overload(std::index_sequence<kIndex...>) {
    Overload out;
    out.params = {
        detail::Native<typename detail::Unwrapped<std::tuple_element_t<kIndex, Arguments>>::Type>::kId...};
    out.optional_count =
        (size_t{0} + ... + (detail::Unwrapped<std::tuple_element_t<kIndex, Arguments>>::kIsOptional ? 1 : 0));
    out.result = [](const CallSite&) { return simple(detail::Native<Value>::kId); };
    out.can_make_null = Returned::kIsOptional;
    return out;
  }

  F function_;
};

enum class Faults { kNever, kPossible };

/// An overload that is one row function.
template <class F>
Overload rows(F function, Faults faults = Faults::kNever) {
  Overload out = RowKernel<F>::overload();
  out.can_fault = faults == Faults::kPossible;
  out.make = [function](const CallSite&) -> Result<Kernel> { return Kernel(RowKernel<F>(function)); };
  return out;
}

/// An overload whose row function is made for each call, from the arguments that are known then.
/// `maker`: (const CallSite&) -> Result<F>.
template <class M>
Overload prepared(M maker, Faults faults = Faults::kNever) {
  using F = std::remove_cvref_t<decltype(std::declval<M>()(std::declval<const CallSite&>()).value())>;
  Overload out = RowKernel<F>::overload();
  out.can_fault = faults == Faults::kPossible;
  out.make = [maker](const CallSite& site) -> Result<Kernel> {
    WEIR_ASSIGN_OR_RETURN(F function, maker(site));
    return Kernel(RowKernel<F>(std::move(function)));
  };
  return out;
}

/// Adds a function, or ends the process: two of Weir's own have one name.
inline void add_function(FunctionRegistry& registry, Function function) {
  WEIR_CHECK(registry.add(std::move(function)).is_ok());
}
/// The same, from its parts; `theme` is the heading that it stands under in the list of functions.
void add_function(FunctionRegistry& registry, std::string theme, std::string name, std::string doc,
                  std::vector<std::string> examples, std::vector<Overload> overloads);
inline void add_function(FunctionRegistry& registry, std::string theme, std::string name, std::string doc,
                         std::vector<std::string> examples, Overload overload) {
  add_function(registry, std::move(theme), std::move(name), std::move(doc), std::move(examples),
               std::vector<Overload>{std::move(overload)});
}
inline void add_alias(FunctionRegistry& registry, const std::string& alias, const std::string& name) {
  WEIR_CHECK(registry.add_alias(alias, name).is_ok());
}

}  // namespace weir::expr
