#include "plugin/option_validate.hpp"

#include <set>
#include <string_view>

#include <weir/option_name.hpp>
#include <weir/text.hpp>

#include "plugin/component_kind.hpp"

namespace weir {
namespace {

constexpr int kMaxNesting = 16;

// How many children an option of this kind has: at least, at most.
struct ChildRule {
  uint32_t least;
  uint32_t most;
};

ChildRule child_rule(uint32_t kind) {
  constexpr uint32_t kAnyNumber = 1000;
  switch (kind) {
    case WEIR_OPTION_LIST:
    case WEIR_OPTION_MAP:
      return {1, 1};
    case WEIR_OPTION_STRUCT:
    case WEIR_OPTION_ONE_OF:
      return {1, kAnyNumber};
    default:
      return {0, 0};
  }
}

Status in_option(std::string_view name, const std::string& what) {
  return Status::invalid("option '" + std::string(name) + "' " + what);
}

bool reads_an_input(uint32_t kind) {
  return kind == WEIR_OPTION_COLUMN || kind == WEIR_OPTION_EXPRESSION || kind == WEIR_OPTION_AGGREGATE;
}

Status validate_siblings(const weir_option* options, uint32_t count, const weir_component& component,
                         int nesting);

// `path` is the option's name with those around it: "columns.type".
Status validate_shape(const weir_option& option, const weir_component& component, const std::string& path,
                      int nesting) {
  if (option.struct_size != sizeof(weir_option))
    return in_option(path, "has a description of another size than this ABI's");
  if (option.kind < WEIR_OPTION_BOOL || option.kind > WEIR_OPTION_NAME)
    return in_option(path, "is of the unknown kind " + std::to_string(option.kind));
  if (nesting > kMaxNesting) return in_option(path, "is nested too deeply");
  const ChildRule rule = child_rule(option.kind);
  if (option.child_count < rule.least || option.child_count > rule.most ||
      (option.child_count > 0 && option.children == nullptr))
    return in_option(path, "describes " + std::to_string(option.child_count) +
                               " parts of itself, which its kind does not allow");
  if (option.kind == WEIR_OPTION_CHOICE && (option.choice_count == 0 || option.choices == nullptr))
    return in_option(path, "offers no choices");
  if (option.min > option.max) return in_option(path, "has a smallest value above its largest");
  if (reads_an_input(option.kind) && option.port > 0 && option.port >= component.input_count)
    return in_option(path, "is about input " + std::to_string(option.port) + ", which does not exist");
  if (option.kind == WEIR_OPTION_STRUCT)
    return validate_siblings(option.children, option.child_count, component, nesting + 1)
        .with_context("in option '" + path + "'");
  // Items of lists and maps and the shapes of ONE_OF need no names.
  for (uint32_t i = 0; i < option.child_count; ++i)
    WEIR_RETURN_IF_ERROR(validate_shape(option.children[i], component, path, nesting + 1));
  return Status::ok();
}

Status validate_siblings(const weir_option* options, uint32_t count, const weir_component& component,
                         int nesting) {
  std::set<std::string_view> names;
  for (uint32_t i = 0; i < count; ++i) {
    const std::string_view name = as_view(options[i].name);
    if (!is_plain_name(name)) return in_option(name, "has no proper name ([a-z][a-z0-9_]*)");
    if (!names.insert(name).second) return in_option(name, "is described twice");
    WEIR_RETURN_IF_ERROR(validate_shape(options[i], component, std::string(name), nesting));
  }
  return Status::ok();
}

}  // namespace

Status validate_options(const weir_component& component) {
  if (component.option_count > 0 && component.options == nullptr)
    return Status::invalid("claims options and gives none");
  WEIR_RETURN_IF_ERROR(validate_siblings(component.options, component.option_count, component, 0));
  for (uint32_t i = 0; i < component.option_count; ++i) {
    const std::string_view name = as_view(component.options[i].name);
    if (is_reserved_option(name))
      return in_option(name, "has a name that the language keeps for every node; choose another");
  }
  return Status::ok();
}

}  // namespace weir
