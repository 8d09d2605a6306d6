#pragma once
// How a component gets into its library's list: WEIR_SOURCE, WEIR_TRANSFORM, WEIR_SINK, WEIR_FORMAT,
// WEIR_FUNCTION and WEIR_AGGREGATE, each defined with its shape.
//
// A registration puts the component's name into the ELF section ".weir.names", which is read without running
// any code, and a pointer into the section "weir_components", over which the library's entry runs. Nothing
// runs while the library is being loaded.
#include <memory>
#include <type_traits>
#include <utility>

#include "weir/component.hpp"
#include "weir/component_maker.hpp"
#include "weir/shim.hpp"

namespace weir {

namespace registration {

template <class T>
struct IsOption : std::false_type {};
template <class Owner>
struct IsOption<Option<Owner>> : std::true_type {};

/// A component with the options that its create() reads.
template <class Options>
struct Described {
  Described(weir_kind kind, std::string_view name, std::string_view summary, uint64_t traits)
      : component(kind, name, summary, traits) {}
  Component component;
  OptionList<Options> options;

  template <class Extra>
  void add(Extra&& extra) {
    if constexpr (IsOption<std::remove_cvref_t<Extra>>::value) {
      static_assert(std::is_same_v<std::remove_cvref_t<Extra>, Option<Options>>,
                    "this option belongs to another struct");
      options.add(std::forward<Extra>(extra));
    } else {
      component.add(extra);
    }
  }
};

template <class Options, class... Extra>
std::unique_ptr<Described<Options>> describe(weir_kind kind, uint64_t traits, std::string_view name,
                                             std::string_view summary, Extra&&... extra) {
  auto made = std::make_unique<Described<Options>>(kind, name, summary, traits);
  (made->add(std::forward<Extra>(extra)), ...);
  made->component.finish(made->options.shapes());
  return made;
}

/// The one description of a registered class. Filled by its maker.
template <class Class, class Options>
inline std::unique_ptr<Described<Options>> described;

/// Reads the options of a new node. On a fault `fault->where` names the option.
template <class Class, class Options>
Result<Options> read_options(const weir_value* values, size_t count, weir_fault* fault) {
  Options options{};
  std::string where;
  if (Status status = described<Class, Options>->options.read(values, count, options, &where);
      !status.is_ok()) {
    fill_fault(status, fault, where);
    return status;
  }
  return options;
}

template <class Class, class Options>
std::unique_ptr<Class> make_object(const Options& options) {
  if constexpr (std::is_constructible_v<Class, Options>) {
    return std::make_unique<Class>(options);
  } else {
    return std::make_unique<Class>();
  }
}

template <class Class, class Options>
int32_t create(const weir_host*, const weir_value* values, size_t count, weir_node** out, weir_fault* fault) {
  return shim::guarded(fault, [&]() -> Status {
    WEIR_ASSIGN_OR_RETURN(Options options, (read_options<Class, Options>(values, count, fault)));
    auto node = std::make_unique<shim::NodeObject>();
    node->make = [options] { return make_object<Class>(options); };
    node->object = node->make();
    *out = reinterpret_cast<weir_node*>(node.release());
    return {};
  });
}

/// Sets the calls that sources, transforms and sinks share.
template <class Class, class Options>
void fill_node(weir_component& c) {
  c.create = &create<Class, Options>;
  c.destroy = &shim::destroy;
  c.bind = &shim::bind;
  c.require = &shim::require;
  c.instance_new = &shim::instance_new;
  c.instance_free = &shim::instance_free;
  c.cancel = &shim::cancel;
  if constexpr (requires { Class::extension(weir_str{}); }) c.extension = &Class::extension;
}

template <class Class, class Options, class Shape, class Fill, class... Extra>
const weir_component* node_component(weir_kind kind, Fill fill, std::string_view name,
                                     std::string_view summary, Extra&&... extra) {
  static_assert(std::is_base_of_v<Shape, Class>, "the class has another shape than its registration says");
  static_assert(std::is_constructible_v<Class, Options> || std::is_default_constructible_v<Class>,
                "the class has no constructor that takes its options");
  auto& it = described<Class, Options>;
  if (it != nullptr) return &it->component.view();
  it = describe<Options>(kind, Class::kDefaultTraits, name, summary, std::forward<Extra>(extra)...);
  fill_node<Class, Options>(it->component.view());
  fill(it->component.view());
  return &it->component.view();
}

}  // namespace registration
}  // namespace weir

/// The name in ".weir.names" and the maker in "weir_components". `retain` and `used` keep both through
/// --gc-sections and optimisation.
#define WEIR_REGISTER_MAKER(kind, name, id, ...)                                                             \
  namespace {                                                                                                \
  static_assert(sizeof(name) <= 60, "a component's name is at most 59 bytes");                               \
  [[gnu::used, gnu::retain,                                                                                  \
    gnu::section(".weir.names")]] constinit const weir_descriptor_name WEIR_CONCAT(weir_name_, id) = {kind,  \
                                                                                                      name}; \
  const weir_component* WEIR_CONCAT(weir_make_, id)() { return __VA_ARGS__; }                                \
  [[gnu::used, gnu::retain, gnu::section("weir_components")]] constinit ::weir::ComponentMaker WEIR_CONCAT(  \
      weir_maker_, id) = &WEIR_CONCAT(weir_make_, id);                                                       \
  }                                                                                                          \
  static_assert(true)

#define WEIR_REGISTER_NODE(kind, Shape, fill, Class, Options, name, ...) \
  WEIR_REGISTER_MAKER(                                                   \
      kind, name, __COUNTER__,                                           \
      ::weir::registration::node_component<Class, Options, Shape>(kind, fill, name, __VA_ARGS__))
