#include "plan/format_handle.hpp"

#include <utility>
#include <weir/fault.hpp>
#include <weir/text.hpp>

#include "data/give_out.hpp"
#include "plugin/binding_validate.hpp"

weir::Result<std::shared_ptr<weir::NodeObject>> weir_format::new_node() const {
  weir_node* node = nullptr;
  weir_fault fault{};
  const int32_t code = component->create(host, options->data(), options->size(), &node, &fault);
  if (code != 0) return weir::status_of(code, fault);
  return std::make_shared<weir::NodeObject>(component, node);
}

namespace weir {
namespace {

std::string name_of(const weir_format& format) {
  return "format '" + std::string(as_view(format.component->name)) + "'";
}

int32_t make_encoder(weir_format* format, const weir_schema* schema, weir_encoder* out, weir_fault* fault) {
  const Status sized =
      fits(schema) ? check_room(out, "weir_encoder")
                   : Status::invalid("the schema for " + name_of(*format) +
                                     " is shorter than this ABI's weir_schema: its struct_size is to be set");
  if (!sized.is_ok()) return fill_fault(sized, fault);
  const weir_encoder_calls* const calls = format->component->encoder;
  if (calls == nullptr)
    return fill_fault(Status::invalid(name_of(*format) + " can be read but not written"), fault);
  auto node = format->new_node();
  if (!node.is_ok()) return fill_fault(node.status(), fault);
  if (const int32_t code = calls->bind((*node)->get(), schema, fault); code != 0) return code;
  give_out(weir_encoder{sizeof(weir_encoder), 0, calls, (*node)->get()}, out);
  format->encoders.push_back(std::move(node).value());
  return 0;
}

}  // namespace

void fill_format_calls(weir_host& host) { host.encoder = &make_encoder; }

Result<BoundFormat> bind_decoder(const weir_format& format, weir_str head, const std::string& inferred) {
  const weir_decoder_calls* const calls = format.component->decoder;
  if (calls == nullptr) return Status::invalid(name_of(format) + " can be written but not read");
  BoundFormat bound;
  WEIR_ASSIGN_OR_RETURN(bound.node, format.new_node());
  weir_fault fault{};
  const int32_t code = calls->bind(bound.node->get(), head, as_str(inferred), &bound.binding, &fault);
  if (code != 0) return status_of(code, fault);
  WEIR_RETURN_IF_ERROR(validate_binding(bound.binding));
  if (calls->inferred != nullptr) bound.inferred = as_view(calls->inferred(bound.node->get()));
  return bound;
}

}  // namespace weir
