#pragma once
// A component's options: a struct described once, of which the host parses and checks every value.
//
//   struct Window { weir::Duration size; static auto options(); };
//   weir::required("column", &Options::column, weir::Type::kFloat64, "The column to convert.")
//   weir::optional("timeout", &Options::timeout, "5s", "How long to wait.", weir::range(0, 6e7))
//   weir::optional("limit", &Options::limit, "At most so many rows; all when left out.")    // std::optional
//   weir::optional("order", &Options::order, "asc", "Which first.", weir::choices<Order>({{"asc",
//   Order::kAsc}}))
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "weir/option_codec.hpp"
#include "weir/option_name.hpp"

namespace weir {

/// For components without options.
struct NoOptions {};

/// One described option of the struct Owner.
template <class Owner>
struct Option {
  OptionShape shape;
  std::function<Status(const weir_value&, const OptionShape&, Owner&)> read;
};

namespace option {

template <class Owner, class Member>
Option<Owner> describe(OptionName name, Member Owner::* member) {
  Option<Owner> made;
  made.shape = Codec<Member>::shape();
  made.shape.name = name.text;
  made.read = [member](const weir_value& value, const OptionShape& shape, Owner& owner) {
    return Codec<Member>::read(value, shape, owner.*member);
  };
  return made;
}

template <class T>
inline constexpr bool kIsText = std::is_convertible_v<const T&, std::string_view>;
template <class T>
inline constexpr bool kIsDefault = std::is_arithmetic_v<T>;

inline std::string default_text(bool value) { return value ? "true" : "false"; }
inline std::string default_text(std::integral auto value) { return std::to_string(value); }
inline std::string default_text(std::floating_point auto value) {
  char text[40];
  const auto end = std::to_chars(text, text + sizeof(text), value).ptr;
  return {text, end};
}

}  // namespace option

/// An option that the pipeline's author must give. Behind the member, in any order: its doc (a text), the
/// Type of a column, range(), choices(), on_input(), example_value().
template <class Owner, class Member, class... Extra>
Option<Owner> required(OptionName name, Member Owner::* member, const Extra&... extra) {
  Option<Owner> made = option::describe(name, member);
  made.shape.flags |= WEIR_OPTION_REQUIRED;
  (option::apply(made.shape, extra), ...);
  return made;
}

/// An option that may be left out. Its default comes first, as a number, a bool or YAML text; with a single
/// text, that is the doc, and the member keeps the value that its struct gives it.
template <class Owner, class Member, class First, class... Extra>
Option<Owner> optional(OptionName name, Member Owner::* member, const First& first, const Extra&... extra) {
  Option<Owner> made = option::describe(name, member);
  if constexpr (option::kIsDefault<First>) {
    made.shape.default_text = option::default_text(first);
  } else if constexpr (option::kIsText<First> && (option::kIsText<Extra> || ...)) {
    made.shape.default_text = std::string_view(first);
  } else {
    option::apply(made.shape, first);
  }
  (option::apply(made.shape, extra), ...);
  return made;
}

/// All options of a struct, in the order in which messages and the reference name them.
template <class Owner>
class OptionList {
 public:
  template <class... Options>
  explicit OptionList(Options... described) {
    (add(std::move(described)), ...);
  }
  const std::vector<OptionShape>& shapes() const { return shapes_; }
  /// Reads checked values in the order of shapes(). On a fault `*where` names the option.
  Status read(const weir_value* values, size_t count, Owner& owner, std::string* where) const {
    if (count != shapes_.size())
      return Status::internal("the host gives " + std::to_string(count) + " options of " +
                              std::to_string(shapes_.size()));
    for (size_t i = 0; i < count; ++i) {
      if (values[i].present == 0) continue;
      if (Status status = readers_[i](values[i], shapes_[i], owner); !status.is_ok()) {
        *where = shapes_[i].name;
        return status;
      }
    }
    return {};
  }
  void add(Option<Owner> described) {
    shapes_.push_back(std::move(described.shape));
    readers_.push_back(std::move(described.read));
  }

 private:
  std::vector<OptionShape> shapes_;
  std::vector<std::function<Status(const weir_value&, const OptionShape&, Owner&)>> readers_;
};

/// What the static function options() of a nested option struct returns: OptionList<Window>(required(...)).
template <class Owner, class... Options>
OptionList<Owner> options_of(Options... described) {
  return OptionList<Owner>(std::move(described)...);
}

namespace option {

template <class T>
concept Described = requires {
  { T::options() } -> std::same_as<OptionList<T>>;
};

template <Described T>
struct Codec<T> {
  static const OptionList<T>& list() {
    static const OptionList<T> described = T::options();
    return described;
  }
  static OptionShape shape() {
    OptionShape shape = shape_of_kind(WEIR_OPTION_STRUCT);
    shape.children = list().shapes();
    return shape;
  }
  static Status read(const weir_value& value, const OptionShape&, T& out) {
    std::string where;
    const Status status = list().read(value.items, value.item_count, out, &where);
    return status.with_context(where);
  }
};

}  // namespace option
}  // namespace weir
