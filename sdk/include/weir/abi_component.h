#ifndef WEIR_ABI_COMPONENT_H
#define WEIR_ABI_COMPONENT_H
/* What a library says that it holds. Part of weir/abi.h, whose rules hold here. */
#include "weir/abi_formats.h"
#include "weir/abi_functions.h"
#include "weir/abi_nodes.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum weir_kind {
  WEIR_KIND_SOURCE = 1,
  WEIR_KIND_TRANSFORM = 2,
  WEIR_KIND_SINK = 3,
  WEIR_KIND_FORMAT = 4,
  WEIR_KIND_FUNCTION = 5,
  WEIR_KIND_AGGREGATE = 6
} weir_kind;

enum {
  WEIR_TRAIT_DETERMINISTIC = 1,
  WEIR_TRAIT_KEEPS_ORDER = 2,
  WEIR_TRAIT_KEEPS_ROWS = 4, /* one row out for one in */
  WEIR_TRAIT_REPLAYABLE = 8, /* source: gives the same rows again from an offset */
  WEIR_TRAIT_TRANSACTIONAL = 16,
  WEIR_TRAIT_IDEMPOTENT = 32,
  WEIR_TRAIT_BLOCKING = 64,
  WEIR_TRAIT_FOREIGN_IO = 128,
  WEIR_TRAIT_BOUNDED = 256,      /* source: ends by itself */
  WEIR_TRAIT_STATELESS = 512,    /* any copy may take any batch */
  WEIR_TRAIT_APPEND_ONLY = 1024, /* sink: cannot take revisions */
  /* Since after 1.0; a host that does not know one passes it over. */
  WEIR_TRAIT_UNCONFIRMED = 2048, /* sink: nobody confirms rows, so what it has taken may be lost */
  WEIR_TRAIT_RESENDS = 4096      /* sink: sends rows again when no answer came, so some may arrive twice */
};

enum { WEIR_PORT_OPTIONAL = 1, WEIR_PORT_ANY_NUMBER = 2, WEIR_PORT_FROM_OPTIONS = 4 };

/* ANY_NUMBER (inputs): the YAML names as many ports as it likes. FROM_OPTIONS (outputs): the keys of the MAP
 * option of this name are the ports (route), in file order, followed by the ports listed after this one. */
typedef struct weir_port {
  weir_str name;
  weir_str doc;
  uint32_t flags;
  uint32_t reserved;
} weir_port;

typedef struct weir_instance_info {
  uint32_t struct_size;
  uint32_t mode;  /* weir_mode */
  uint32_t index; /* of `count` copies */
  uint32_t count;
  weir_context* context; /* lives as long as the instance */
} weir_instance_info;

typedef struct weir_component {
  uint32_t struct_size;
  uint32_t kind; /* weir_kind */
  weir_str name;
  weir_str summary;     /* one sentence */
  weir_str description; /* Markdown; may be empty */
  weir_str example;     /* a YAML node, or for functions and aggregates "expression => result" lines */
  uint64_t traits;
  const weir_option* options;
  uint32_t option_count;
  uint32_t input_count;
  const weir_port* inputs;
  const weir_port* outputs; /* data outputs; every node has `errors` beside */
  uint32_t output_count;
  uint32_t reserved;
  /* Options are checked, columns and expressions resolved against the inputs' schemas. */
  int32_t (*create)(const weir_host*, const weir_value* options, size_t option_count, weir_node** out,
                    weir_fault*);
  void (*destroy)(weir_node*);
  /* Before any data; not for formats, functions, aggregates. *out stays the node's. */
  int32_t (*bind)(weir_node*, const weir_bind_input*, size_t count, const weir_binding** out, weir_fault*);
  /* wanted[p][c] not 0: column c of output p is read. Sets needed[p][c] for inputs. NULL: all are needed. */
  int32_t (*require)(weir_node*, const uint8_t* const* wanted, uint8_t* const* needed, weir_fault*);
  int32_t (*instance_new)(weir_node*, const weir_instance_info*, weir_instance** out, weir_fault*);
  void (*instance_free)(weir_instance*);
  /* From any thread, at any time between instance_new and instance_free: what runs must return soon. */
  void (*cancel)(weir_instance*);
  const weir_source_calls* source;
  const weir_transform_calls* transform;
  const weir_sink_calls* sink;
  const weir_decoder_calls* decoder;
  const weir_encoder_calls* encoder;
  const weir_function_calls* function;
  const weir_aggregate_calls* aggregate;
  const void* (*extension)(weir_str name); /* NULL: none */
} weir_component;

typedef struct weir_library {
  uint32_t struct_size;
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t component_count;
  weir_str name;
  weir_str version;
  const weir_component* const* components;
} weir_library;

/* The one exported symbol of a plugin library; its name has the major. Called once, before any component is
 * used. */
typedef const weir_library* (*weir_plugin_entry)(const weir_host*);
#define WEIR_PLUGIN_SYMBOL "weir_plugin_v1"

/* What a library says of itself without running: one weir_descriptor in ELF section ".weir.plugin", one
 * weir_descriptor_name per component in ".weir.names". Texts end with a zero byte. */
#define WEIR_DESCRIPTOR_MAGIC "WEIRPLG1"
typedef struct weir_descriptor {
  char magic[8];
  uint32_t abi_major;
  uint32_t abi_minor; /* the lowest that the host must have; the SDK writes its own */
  char name[64];
  char version[32];
  char sdk_version[32];
  char compiler[64];
  char standard_library[64];
  char build_type[32];
} weir_descriptor;

typedef struct weir_descriptor_name {
  uint32_t kind; /* weir_kind */
  char name[60];
} weir_descriptor_name;

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif
