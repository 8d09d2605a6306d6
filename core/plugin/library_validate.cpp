#include "plugin/library_validate.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include <weir/text.hpp>

#include "data/first_sizes.hpp"
#include "plugin/component_kind.hpp"
#include "plugin/memory_calls.hpp"
#include "plugin/option_validate.hpp"

namespace weir {
namespace {

Status missing(std::string_view what) { return Status::invalid("gives no " + std::string(what)); }

Status validate_node_calls(const weir_component& one) {
  if (one.create == nullptr || one.destroy == nullptr) return missing("'create' and 'destroy'");
  if (one.kind == WEIR_KIND_FORMAT) return Status::ok();
  if (one.bind == nullptr) return missing("'bind'");
  if (one.instance_new == nullptr || one.instance_free == nullptr)
    return missing("'instance_new' and 'instance_free'");
  return Status::ok();
}

Status validate_sink(const weir_sink_calls& calls) {
  if (calls.write == nullptr || calls.flush == nullptr) return missing("'write' and 'flush'");
  if (calls.is_transactional != 0 && (calls.prepare == nullptr || calls.commit == nullptr ||
                                      calls.abort == nullptr || calls.recover == nullptr))
    return Status::invalid("is transactional but lacks one of 'prepare', 'commit', 'abort', 'recover'");
  return Status::ok();
}

Status validate_format(const weir_component& one) {
  if (one.decoder == nullptr && one.encoder == nullptr) return missing("decoder and no encoder");
  if (one.decoder != nullptr && (!fits(one.decoder) || one.decoder->bind == nullptr ||
                                 one.decoder->open == nullptr || one.decoder->close == nullptr ||
                                 one.decoder->find_record == nullptr || one.decoder->decode == nullptr))
    return missing("whole table of decoder calls");
  if (one.encoder != nullptr &&
      (!fits(one.encoder) || one.encoder->bind == nullptr || one.encoder->begin == nullptr ||
       one.encoder->encode == nullptr || one.encoder->end == nullptr))
    return missing("whole table of encoder calls");
  return validate_node_calls(one);
}

Status validate_aggregate(const weir_aggregate_calls* calls) {
  const bool whole =
      fits(calls) && calls->resolve && calls->update && calls->save && calls->merge && calls->finish;
  return whole ? Status::ok() : missing("whole table of aggregate calls");
}

template <class T>
const T* extension_of(const weir_component& one, std::string_view name) {
  return static_cast<const T*>(one.extension(as_str(name)));
}

// What the plan and the run ask of sources by name later on.
Status validate_source_extensions(const weir_component& one) {
  if (one.extension == nullptr) return Status::ok();
  const auto* const bounded = extension_of<weir_bounded_calls>(one, WEIR_BOUNDED_EXTENSION);
  if (bounded != nullptr && (!fits(bounded) || bounded->is_bounded == nullptr))
    return missing("whole table for '" WEIR_BOUNDED_EXTENSION "'");
  const auto* const incremental = extension_of<weir_incremental_calls>(one, WEIR_INCREMENTAL_EXTENSION);
  if (incremental != nullptr && (!fits(incremental) || incremental->is_incremental == nullptr))
    return missing("whole table for '" WEIR_INCREMENTAL_EXTENSION "'");
  return Status::ok();
}

// What the plan asks of any node that is called with rows.
Status validate_memory(const weir_component& one) {
  const weir_memory_calls* const memory = memory_calls(one);
  if (memory == nullptr || (fits(memory) && memory->wanted != nullptr && memory->grant != nullptr))
    return Status::ok();
  return missing("whole table for '" WEIR_MEMORY_EXTENSION "'");
}

// The table that goes with the kind, and in it what cannot be NULL.
Status validate_calls(const weir_component& one) {
  switch (one.kind) {
    case WEIR_KIND_SOURCE:
      if (!fits(one.source) || one.source->poll == nullptr || one.source->restore == nullptr)
        return missing("whole table of source calls");
      WEIR_RETURN_IF_ERROR(validate_source_extensions(one));
      WEIR_RETURN_IF_ERROR(validate_memory(one));
      return validate_node_calls(one);
    case WEIR_KIND_TRANSFORM:
      if (!fits(one.transform) || one.transform->process == nullptr)
        return missing("whole table of transform calls");
      WEIR_RETURN_IF_ERROR(validate_memory(one));
      return validate_node_calls(one);
    case WEIR_KIND_SINK:
      if (!fits(one.sink)) return missing("whole table of sink calls");
      WEIR_RETURN_IF_ERROR(validate_sink(*one.sink));
      WEIR_RETURN_IF_ERROR(validate_memory(one));
      return validate_node_calls(one);
    case WEIR_KIND_FORMAT:
      return validate_format(one);
    case WEIR_KIND_FUNCTION:
      if (!fits(one.function) || one.function->resolve == nullptr || one.function->call == nullptr)
        return missing("whole table of function calls");
      return Status::ok();
    case WEIR_KIND_AGGREGATE:
      return validate_aggregate(one.aggregate);
    default:
      return Status::invalid("is of the unknown kind " + std::to_string(one.kind));
  }
}

Status validate_ports(const weir_port* ports, uint32_t count, const weir_component& one, bool is_output) {
  const std::string side = is_output ? "output '" : "input '";
  if (count > 0 && ports == nullptr) return Status::invalid("claims ports and gives none");
  std::set<std::string_view> names;
  for (uint32_t i = 0; i < count; ++i) {
    const std::string_view name = as_view(ports[i].name);
    const std::string quoted = side + std::string(name) + "'";
    if (!is_plain_name(name)) return Status::invalid(quoted + " has no proper name ([a-z][a-z0-9_]*)");
    if (is_output && name == "errors") return Status::invalid(quoted + " is what every node has by itself");
    if (!names.insert(name).second) return Status::invalid(quoted + " is described twice");
    if ((ports[i].flags & WEIR_PORT_FROM_OPTIONS) == 0) continue;
    const auto names_ports = [&](const weir_option& option) {
      return as_view(option.name) == name && option.kind == WEIR_OPTION_MAP;
    };
    if (std::none_of(one.options, one.options + one.option_count, names_ports))
      return Status::invalid(quoted + " comes from a map option of its name, and there is none");
  }
  return Status::ok();
}

Status validate_names(const weir_library& library, const LibraryDescriptor& descriptor) {
  if (as_view(library.name) != descriptor.name || as_view(library.version) != descriptor.version)
    return Status::invalid("calls itself " + std::string(as_view(library.name)) + " " +
                           std::string(as_view(library.version)) + ", its descriptor says " +
                           descriptor.name + " " + descriptor.version);
  std::set<ComponentName> given;
  for (uint32_t i = 0; i < library.component_count; ++i)
    given.insert({library.components[i]->kind, std::string(as_view(library.components[i]->name))});
  for (const ComponentName& named : descriptor.components)
    if (!given.contains(named))
      return Status::invalid("its descriptor names the " + std::string(kind_name(named.kind)) + " '" +
                             named.name + "', which it does not have");
  for (const ComponentName& one : given)
    if (!descriptor.has_component(one.kind, one.name))
      return Status::invalid("it has the " + std::string(kind_name(one.kind)) + " '" + one.name +
                             "', which its descriptor does not name");
  if (given.size() != library.component_count) return Status::invalid("it has a component twice");
  return Status::ok();
}

}  // namespace

Status validate_component(const weir_component& component) {
  if (!is_plain_name(as_view(component.name)))
    return Status::invalid("component '" + std::string(as_view(component.name)) +
                           "' has no proper name ([a-z][a-z0-9_]*)");
  const std::string who =
      std::string(kind_name(component.kind)) + " '" + std::string(as_view(component.name)) + "'";
  WEIR_RETURN_IF_ERROR(validate_options(component).with_context(who));
  WEIR_RETURN_IF_ERROR(
      validate_ports(component.inputs, component.input_count, component, false).with_context(who));
  WEIR_RETURN_IF_ERROR(
      validate_ports(component.outputs, component.output_count, component, true).with_context(who));
  return validate_calls(component).with_context(who);
}

Status validate_library(const weir_library& library, const LibraryDescriptor& descriptor) {
  if (!fits(&library)) return Status::invalid("its weir_library has another size than this ABI's");
  WEIR_RETURN_IF_ERROR(check_abi(library.abi_major, library.abi_minor));
  if (library.component_count > 0 && library.components == nullptr)
    return Status::invalid("it claims components and gives none");
  for (uint32_t i = 0; i < library.component_count; ++i) {
    if (!fits(library.components[i]))
      return Status::invalid("component " + std::to_string(i) +
                             " of it has a description of another size than this ABI's");
    WEIR_RETURN_IF_ERROR(validate_component(*library.components[i]));
  }
  return validate_names(library, descriptor);
}

}  // namespace weir
