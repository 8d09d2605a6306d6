#pragma once
// What stands behind the weir_node of a format: a decoder, an encoder, or one object of each.
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "weir/c_binding.hpp"
#include "weir/decoder.hpp"
#include "weir/encoder.hpp"
#include "weir/registration.hpp"

namespace weir {

/// For formats that only read or only write.
struct NoDecoder {};
struct NoEncoder {};

namespace shim {

/// The decoder and the encoder are each made at their first use: a node uses one of them.
struct FormatObject {
  std::function<std::unique_ptr<Decoder>()> make_decoder;
  std::function<std::unique_ptr<Encoder>()> make_encoder;
  std::unique_ptr<Decoder> decoder;
  std::unique_ptr<Encoder> encoder;
  std::unique_ptr<CBinding> binding;
  std::string inferred;
};

/// What stands behind a weir_decode_context: a context of its own, or the decoder itself.
struct OpenedPartition {
  std::unique_ptr<DecodeContext> owned;
  const DecodeContext* context;
};

inline FormatObject& format_of(weir_node* node) { return *reinterpret_cast<FormatObject*>(node); }
inline Decoder& decoder_of(weir_node* node) {
  FormatObject& it = format_of(node);
  if (it.decoder == nullptr) it.decoder = it.make_decoder();
  return *it.decoder;
}
inline Encoder& encoder_of(weir_node* node) {
  FormatObject& it = format_of(node);
  if (it.encoder == nullptr) it.encoder = it.make_encoder();
  return *it.encoder;
}
inline const OpenedPartition& opened(const weir_decode_context* context) {
  return *reinterpret_cast<const OpenedPartition*>(context);
}

inline void destroy_format(weir_node* node) {
  const std::unique_ptr<FormatObject> owned(reinterpret_cast<FormatObject*>(node));
}
inline int32_t bind_decoder(weir_node* node, weir_str head, weir_str inferred, const weir_binding** out,
                            weir_fault* fault) {
  return guarded(fault, [&]() -> Status {
    FormatObject& it = format_of(node);
    Decoder& decoder = decoder_of(node);
    WEIR_ASSIGN_OR_RETURN(const Schema schema, decoder.bind(as_view(head), as_view(inferred)));
    it.binding = std::make_unique<CBinding>(Binding::unknown(schema));
    it.inferred = decoder.inferred();
    *out = it.binding->get();
    return {};
  });
}
inline weir_str inferred(weir_node* node) { return as_str(format_of(node).inferred); }
inline int32_t want(weir_node* node, const uint8_t* wanted, size_t count, weir_fault* fault) {
  return guarded(fault, [&] { return decoder_of(node).want({wanted, count}); });
}
inline int32_t open(weir_node* node, weir_str partition, weir_str head, weir_decode_context** out,
                    size_t* header_size, weir_fault* fault) {
  return guarded(fault, [&]() -> Status {
    Decoder& decoder = decoder_of(node);
    WEIR_ASSIGN_OR_RETURN(Decoder::Opened made, decoder.open(as_view(partition), as_view(head)));
    auto context = std::make_unique<OpenedPartition>();
    context->owned = std::move(made.context);
    context->context = context->owned != nullptr ? context->owned.get() : &decoder;
    *header_size = made.header_size;
    *out = reinterpret_cast<weir_decode_context*>(context.release());
    return {};
  });
}
inline void close(weir_decode_context* context) {
  const std::unique_ptr<OpenedPartition> owned(reinterpret_cast<OpenedPartition*>(context));
}
inline int64_t find_record(const weir_decode_context* context, const uint8_t* bytes, size_t size,
                           size_t from) {
  try {
    return opened(context).context->find_record({reinterpret_cast<const char*>(bytes), size}, from);
  } catch (
      ...) {  // Not splittable is the safe answer: decode() meets the same bytes and can say what is wrong.
    return WEIR_NOT_SPLITTABLE;
  }
}
inline weir_answer decode(const weir_decode_context* context, weir_context* caller, const weir_bytes* bytes,
                          size_t* consumed, weir_fault* fault) {
  return answered(nullptr, fault, [&]() -> Result<Progress> {
    DecodeOutput output(caller, *bytes);
    WEIR_ASSIGN_OR_RETURN(*consumed, opened(context).context->decode(DecodeInput(*bytes), output));
    output.finish();
    return Progress::done();
  });
}
inline int32_t bind_encoder(weir_node* node, const weir_schema* schema, weir_fault* fault) {
  return guarded(fault, [&] { return encoder_of(node).bind(to_schema(*schema)); });
}
inline int32_t begin(weir_node* node, weir_bytes_out* out, weir_fault* fault) {
  return guarded(fault, [&] {
    EncodeOutput output(out);
    return encoder_of(node).begin(output);
  });
}
inline int32_t encode(weir_node* node, const weir_batch* batch, weir_bytes_out* out, weir_fault* fault) {
  return guarded(fault, [&] {
    EncodeOutput output(out);
    host()->batch_retain(batch);
    return encoder_of(node).encode(Batch::adopt(batch), output);
  });
}
inline int32_t end(weir_node* node, weir_bytes_out* out, weir_fault* fault) {
  return guarded(fault, [&] {
    EncodeOutput output(out);
    return encoder_of(node).end(output);
  });
}

inline constexpr weir_decoder_calls kDecoderCalls = {
    sizeof(weir_decoder_calls), 0, &bind_decoder, &inferred, &want, &open, &close, &find_record, &decode};

template <class EncoderClass>
const weir_encoder_calls* encoder_calls() {
  static const weir_encoder_calls calls = {
      sizeof(weir_encoder_calls), 0, &bind_encoder, &begin, &encode, &end, as_str(EncoderClass::kExtension)};
  return &calls;
}

}  // namespace shim

namespace registration {

template <class DecoderClass, class EncoderClass, class Options>
struct FormatKey {};

template <class DecoderClass, class EncoderClass, class Options>
int32_t create_format(const weir_host*, const weir_value* values, size_t count, weir_node** out,
                      weir_fault* fault) {
  using Key = FormatKey<DecoderClass, EncoderClass, Options>;
  return shim::guarded(fault, [&]() -> Status {
    WEIR_ASSIGN_OR_RETURN(Options options, (read_options<Key, Options>(values, count, fault)));
    auto node = std::make_unique<shim::FormatObject>();
    if constexpr (!std::is_same_v<DecoderClass, NoDecoder>)
      node->make_decoder = [options] { return make_object<DecoderClass>(options); };
    if constexpr (!std::is_same_v<EncoderClass, NoEncoder>)
      node->make_encoder = [options] { return make_object<EncoderClass>(options); };
    *out = reinterpret_cast<weir_node*>(node.release());
    return {};
  });
}

template <class DecoderClass, class EncoderClass, class Options, class... Extra>
const weir_component* format_component(std::string_view name, std::string_view summary, Extra&&... extra) {
  auto& it = described<FormatKey<DecoderClass, EncoderClass, Options>, Options>;
  if (it != nullptr) return &it->component.view();
  it = describe<Options>(WEIR_KIND_FORMAT, WEIR_TRAIT_DETERMINISTIC, name, summary,
                         std::forward<Extra>(extra)...);
  weir_component& c = it->component.view();
  c.create = &create_format<DecoderClass, EncoderClass, Options>;
  c.destroy = &shim::destroy_format;
  if constexpr (!std::is_same_v<DecoderClass, NoDecoder>) {
    static_assert(std::is_base_of_v<Decoder, DecoderClass>, "the first class of a format is its Decoder");
    c.decoder = &shim::kDecoderCalls;
  }
  if constexpr (!std::is_same_v<EncoderClass, NoEncoder>) {
    static_assert(std::is_base_of_v<Encoder, EncoderClass>, "the second class of a format is its Encoder");
    c.encoder = shim::encoder_calls<EncoderClass>();
  }
  return &c;
}

}  // namespace registration
}  // namespace weir

/// Registers a format: WEIR_FORMAT(Decoder or weir::NoDecoder, Encoder or weir::NoEncoder, Options, "name",
/// "One sentence.", options and extras...);
#define WEIR_FORMAT(DecoderClass, EncoderClass, Options, name, ...) \
  WEIR_REGISTER_MAKER(                                              \
      WEIR_KIND_FORMAT, name, __COUNTER__,                          \
      ::weir::registration::format_component<DecoderClass, EncoderClass, Options>(name, __VA_ARGS__))
