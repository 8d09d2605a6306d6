#pragma once
// For each C++ type of an option: what it looks like in YAML, and how a parsed value becomes it.
#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "weir/aggregate.hpp"
#include "weir/expression.hpp"
#include "weir/format.hpp"
#include "weir/option_shape.hpp"
#include "weir/option_types.hpp"

namespace weir::option {

/// shape(): the description. read(): Needs a present value that the host checked against that shape.
template <class T>
struct Codec;

inline OptionShape shape_of_kind(weir_option_kind kind) {
  OptionShape shape;
  shape.kind = kind;
  return shape;
}

template <>
struct Codec<bool> {
  static OptionShape shape() { return shape_of_kind(WEIR_OPTION_BOOL); }
  static Status read(const weir_value& value, const OptionShape&, bool& out) {
    out = value.integer != 0;
    return {};
  }
};

template <class T>
  requires std::integral<T>
struct Codec<T> {
  static OptionShape shape() {
    OptionShape shape = shape_of_kind(WEIR_OPTION_INT);
    if constexpr (!std::is_same_v<T, int64_t>) {
      shape.min = static_cast<double>(std::numeric_limits<T>::min());
      shape.max = sizeof(T) == 8 ? 9.2e18 : static_cast<double>(std::numeric_limits<T>::max());
    }
    return shape;
  }
  static Status read(const weir_value& value, const OptionShape&, T& out) {
    if (!std::in_range<T>(value.integer)) return Status::invalid("the number does not fit");
    out = static_cast<T>(value.integer);
    return {};
  }
};

template <class T>
  requires std::floating_point<T>
struct Codec<T> {
  static OptionShape shape() { return shape_of_kind(WEIR_OPTION_FLOAT); }
  static Status read(const weir_value& value, const OptionShape&, T& out) {
    out = static_cast<T>(value.kind == WEIR_OPTION_INT ? static_cast<double>(value.integer) : value.number);
    return {};
  }
};

template <>
struct Codec<std::string> {
  static OptionShape shape() { return shape_of_kind(WEIR_OPTION_STRING); }
  static Status read(const weir_value& value, const OptionShape&, std::string& out) {
    out = as_view(value.text);
    return {};
  }
};

template <class T>
  requires std::is_enum_v<T>
struct Codec<T> {
  static OptionShape shape() { return shape_of_kind(WEIR_OPTION_CHOICE); }
  static Status read(const weir_value& value, const OptionShape& shape, T& out) {
    for (size_t i = 0; i < shape.choices.size(); ++i)
      if (shape.choices[i] == as_view(value.text)) {
        out = static_cast<T>(shape.choice_values[i]);
        return {};
      }
    return Status::invalid("no choice '" + std::string(as_view(value.text)) + "'");
  }
};

// The kinds whose values are one integer, one text or one handle.
inline void take(const weir_value& value, Duration& out) { out = Duration(value.integer); }
inline void take(const weir_value& value, ByteSize& out) { out.bytes = value.integer; }
inline void take(const weir_value& value, Timestamp& out) { out.us = value.integer; }
inline void take(const weir_value& value, Path& out) { out.text = as_view(value.text); }
inline void take(const weir_value& value, Secret& out) { out = Secret(std::string(as_view(value.text))); }
inline void take(const weir_value& value, ColumnName& out) { out.text = as_view(value.text); }
inline void take(const weir_value& value, ColumnRef& out) {
  out = {static_cast<size_t>(value.integer), std::string(as_view(value.text))};
}
inline void take(const weir_value& value, Expression& out) {
  out = Expression(static_cast<weir_expression*>(value.handle));
}
inline void take(const weir_value& value, Aggregate& out) {
  out = Aggregate(static_cast<const weir_aggregate*>(value.handle));
}
inline void take(const weir_value& value, Format& out) {
  out = Format(static_cast<weir_format*>(value.handle));
}
inline void take(const weir_value& value, AnyValue& out) { out.value = &value; }

template <class T, weir_option_kind kKind>
struct SimpleCodec {
  static OptionShape shape() { return shape_of_kind(kKind); }
  static Status read(const weir_value& value, const OptionShape&, T& out) {
    take(value, out);
    return {};
  }
};
template <>
struct Codec<Duration> : SimpleCodec<Duration, WEIR_OPTION_DURATION> {};
template <>
struct Codec<ByteSize> : SimpleCodec<ByteSize, WEIR_OPTION_BYTES> {};
template <>
struct Codec<Timestamp> : SimpleCodec<Timestamp, WEIR_OPTION_TIMESTAMP> {};
template <>
struct Codec<Path> : SimpleCodec<Path, WEIR_OPTION_PATH> {};
template <>
struct Codec<Secret> : SimpleCodec<Secret, WEIR_OPTION_SECRET> {};
template <>
struct Codec<ColumnName> : SimpleCodec<ColumnName, WEIR_OPTION_NAME> {};
template <>
struct Codec<ColumnRef> : SimpleCodec<ColumnRef, WEIR_OPTION_COLUMN> {};
template <>
struct Codec<Expression> : SimpleCodec<Expression, WEIR_OPTION_EXPRESSION> {};
template <>
struct Codec<Aggregate> : SimpleCodec<Aggregate, WEIR_OPTION_AGGREGATE> {};
template <>
struct Codec<Format> : SimpleCodec<Format, WEIR_OPTION_FORMAT> {};
template <>
struct Codec<AnyValue> : SimpleCodec<AnyValue, WEIR_OPTION_ANY> {};

template <>
struct Codec<DataType> {
  static OptionShape shape() { return shape_of_kind(WEIR_OPTION_TYPE); }
  static Status read(const weir_value& value, const OptionShape&, DataType& out) {
    if (value.text.size == 0) {
      out = DataType(static_cast<Type>(value.integer));
      return {};
    }
    WEIR_ASSIGN_OR_RETURN(out, DataType::parse(as_view(value.text)));
    return {};
  }
};

template <class T>
struct Codec<std::optional<T>> {
  static OptionShape shape() { return Codec<T>::shape(); }
  static Status read(const weir_value& value, const OptionShape& shape, std::optional<T>& out) {
    return Codec<T>::read(value, shape, out.emplace());
  }
};

template <class T>
struct Codec<std::vector<T>> {
  static OptionShape shape() {
    OptionShape shape = shape_of_kind(WEIR_OPTION_LIST);
    shape.children.push_back(Codec<T>::shape());
    return shape;
  }
  static Status read(const weir_value& value, const OptionShape& shape, std::vector<T>& out) {
    out.clear();
    for (size_t i = 0; i < value.item_count; ++i) {
      T item{};
      WEIR_RETURN_IF_ERROR(Codec<T>::read(value.items[i], shape.children[0], item));
      out.push_back(std::move(item));
    }
    return {};
  }
};

template <class T>
struct Codec<NamedList<T>> {
  static OptionShape shape() {
    OptionShape shape = shape_of_kind(WEIR_OPTION_MAP);
    shape.children.push_back(Codec<T>::shape());
    return shape;
  }
  static Status read(const weir_value& value, const OptionShape& shape, NamedList<T>& out) {
    out.clear();
    for (size_t i = 0; i < value.item_count; ++i) {
      T item{};
      WEIR_RETURN_IF_ERROR(Codec<T>::read(value.items[i], shape.children[0], item));
      out.emplace_back(as_view(value.keys[i]), std::move(item));
    }
    return {};
  }
};

template <class... Shapes>
struct Codec<std::variant<Shapes...>> {
  static OptionShape shape() {
    OptionShape shape = shape_of_kind(WEIR_OPTION_ONE_OF);
    (shape.children.push_back(Codec<Shapes>::shape()), ...);
    return shape;
  }
  static Status read(const weir_value& value, const OptionShape& shape, std::variant<Shapes...>& out) {
    return read_as<0, Shapes...>(value, shape, out);
  }

 private:
  template <size_t kIndex, class First, class... Rest>
  static Status read_as(const weir_value& value, const OptionShape& shape, std::variant<Shapes...>& out) {
    if (value.variant == kIndex)
      return Codec<First>::read(value, shape.children[kIndex], out.template emplace<kIndex>());
    if constexpr (sizeof...(Rest) > 0) return read_as<kIndex + 1, Rest...>(value, shape, out);
    return Status::internal("no shape number " + std::to_string(value.variant));
  }
};

}  // namespace weir::option
