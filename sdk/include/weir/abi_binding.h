#ifndef WEIR_ABI_BINDING_H
#define WEIR_ABI_BINDING_H
/* What a node is configured with, and what it says of itself once its inputs are known. Part of weir/abi.h,
 * whose rules hold here. */
#include "weir/abi_call.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Options ------------------------------------------------------------------------------------------- */

typedef enum weir_option_kind {
  WEIR_OPTION_BOOL = 1,
  WEIR_OPTION_INT = 2,
  WEIR_OPTION_FLOAT = 3,
  WEIR_OPTION_STRING = 4,
  WEIR_OPTION_CHOICE = 5,      /* string, one of `choices` */
  WEIR_OPTION_DURATION = 6,    /* integer [us] */
  WEIR_OPTION_BYTES = 7,       /* integer [bytes] */
  WEIR_OPTION_TIMESTAMP = 8,   /* integer [us UTC] */
  WEIR_OPTION_PATH = 9,        /* string, made absolute against the file that holds the text */
  WEIR_OPTION_SECRET = 10,     /* string that must come from ${secret:...}; never printed */
  WEIR_OPTION_COLUMN = 11,     /* integer: index in the schema of input `port`; string: its name */
  WEIR_OPTION_EXPRESSION = 12, /* handle: weir_expression* over input `port` */
  WEIR_OPTION_AGGREGATE = 13,  /* handle: weir_aggregate* over input `port` */
  WEIR_OPTION_FORMAT = 14,     /* handle: weir_format*; YAML: a name, or {type: name, options...} */
  WEIR_OPTION_TYPE = 15,       /* integer: weir_type; items: its parameters, if given as {type: t, ...} */
  WEIR_OPTION_LIST = 16,   /* items; children[0] describes each; a single value stands for a list of one */
  WEIR_OPTION_MAP = 17,    /* keys + items in file order; children[0] describes each value */
  WEIR_OPTION_STRUCT = 18, /* items in the order of children, keys given; absent ones are not present */
  WEIR_OPTION_ONE_OF = 19, /* the first of children whose shape fits; `variant` says which */
  WEIR_OPTION_ANY = 20,    /* whatever stands there, as STRING, LIST and MAP */
  WEIR_OPTION_NAME = 21    /* string that names a new column: [A-Za-z_][A-Za-z0-9_]* or any quoted text */
} weir_option_kind;

enum { WEIR_OPTION_REQUIRED = 1, WEIR_OPTION_REPEATED_KEYS_ARE_COLUMNS = 2 };

/* One option, described once: parsing, checks, hints, JSON Schema and the reference all come from it. */
typedef struct weir_option {
  uint32_t struct_size;
  uint32_t kind;  /* weir_option_kind */
  uint32_t flags; /* WEIR_OPTION_REQUIRED */
  uint32_t port;  /* COLUMN, EXPRESSION, AGGREGATE: the input they are resolved against */
  weir_str name;
  weir_str doc;          /* one or two sentences */
  weir_str default_text; /* YAML; empty: none */
  weir_str example;      /* YAML of the value; may be empty */
  double min, max;       /* numbers, durations and bytes: inclusive; both 0: no bound */
  const weir_str* choices;
  const struct weir_option* children;
  uint32_t choice_count;
  uint32_t child_count;
  uint32_t type; /* COLUMN, EXPRESSION: the weir_type it must have; WEIR_NULL: any */
  uint32_t reserved;
} weir_option;

/* An option's value as the host parsed and checked it. Lives as long as the node. */
typedef struct weir_value {
  uint32_t struct_size;
  uint32_t kind;    /* weir_option_kind of what stands here */
  uint32_t present; /* 0: absent and without default */
  uint32_t variant;
  int64_t integer;
  double number;
  weir_str text;
  void* handle;
  const weir_str* keys; /* MAP, STRUCT; else NULL */
  const struct weir_value* items;
  size_t item_count;
  weir_str place; /* file:line:col */
} weir_value;

/* ---- Binding ------------------------------------------------------------------------------------------- */

/* How an output column comes from input columns; labels follow it. */
typedef enum weir_derivation {
  WEIR_DERIVED_UNKNOWN = 0, /* all labels of all inputs are carried */
  WEIR_DERIVED_SAME = 1,    /* the same values */
  WEIR_DERIVED = 2,         /* computed row by row */
  WEIR_DERIVED_AGGREGATED = 3,
  WEIR_DERIVED_PSEUDONYMISED = 4
} weir_derivation;

typedef struct weir_column_id {
  uint32_t port;
  uint32_t column;
} weir_column_id;

typedef struct weir_output_column {
  weir_field field;
  uint32_t derivation; /* weir_derivation */
  uint32_t from_count;
  const weir_column_id* from;
} weir_output_column;

/* Of several rows for one key and window the last one counts: sinks that can only append refuse them. A bool
 * column `is_final` is true in the last one. */
enum { WEIR_OUTPUT_REVISES = 1 };

typedef struct weir_output_port {
  uint32_t struct_size;
  uint32_t column_count;
  const weir_output_column* columns;
  int32_t event_time; /* index of its event-time column; -1: none */
  uint32_t flags;     /* WEIR_OUTPUT_REVISES */
} weir_output_port;

/* A node that only filters and computes columns row by row says so, and is never called: the host runs the
 * program wherever the rows are. A column with expression NULL is input column `source`. */
typedef struct weir_program_column {
  weir_expression* expression;
  uint32_t source;
  uint32_t reserved;
} weir_program_column;

typedef struct weir_program {
  uint32_t struct_size;
  uint32_t column_count;
  weir_expression* where; /* NULL: every row */
  const weir_program_column* columns;
} weir_program;

typedef enum weir_state_kind {
  WEIR_STATE_VALUES = 1, /* one fixed-size slot by (key, namespace) */
  WEIR_STATE_LIST = 2,   /* rows by key, ordered by namespace */
  WEIR_STATE_MAP = 3,    /* rows by key and a second key */
  WEIR_STATE_LOG = 4,    /* batches in the order they were appended; not keyed */
  WEIR_STATE_TIMERS = 5  /* times by key */
} weir_state_kind;

/* A state that the instance will use; its handle is its index in weir_binding.states. `ref_offsets` are the
 * places in the slot that hold a weir_block* (or NULL): the host copies, moves and frees what they name. */
typedef struct weir_state_spec {
  uint32_t struct_size;
  uint32_t kind; /* weir_state_kind */
  weir_str name;
  uint32_t version;
  uint32_t slot_size; /* VALUES [bytes]; slots begin zeroed and 16-byte aligned */
  const uint32_t* ref_offsets;
  uint32_t ref_count;
  uint32_t value_count; /* LIST, MAP, LOG: columns of a row */
  const weir_field* values;
  uint32_t key_count; /* columns of the key, all states but LOG; a keyed node's: the columns of its key */
  uint32_t reserved;
  const weir_field* keys;
  /* VALUES, LIST, MAP: an entry that was not written for so long is gone for every call, and soon freed; 0:
   * never. Time is the node's event time (the lowest watermark over its inputs, as it was when timers had
   * been fired) where all its inputs have event time, else the wall clock. What is written before the first
   * watermark counts as written at it. Reading is no writing: of VALUES find_or_insert writes, find, scan and
   * move do not, and where an entry is gone it makes the slot anew. For VALUES the wall clock stands still
   * while the component is called, so that no slot goes that it was given. The time and the age of each entry
   * are saved with checkpoints: a restart neither revives nor ages what was there. */
  int64_t ttl_us;
  /* Turns a slot written by `from_version` into this version; NULL: other versions are refused. */
  int32_t (*migrate)(uint32_t from_version, const void* old_slot, uint32_t old_size, void* new_slot,
                     weir_fault* fault);
} weir_state_spec;

typedef enum weir_mode {
  WEIR_MODE_WHOLE = 0,   /* input rows in, results out */
  WEIR_MODE_PARTIAL = 1, /* input rows in, partial rows out (before the exchange) */
  WEIR_MODE_FINAL = 2    /* partial rows in, results out (after it) */
} weir_mode;

typedef struct weir_bind_input {
  uint32_t struct_size;
  uint32_t port;
  weir_str port_name;
  const weir_schema* schema;
  uint32_t is_bounded;
  uint32_t reserved;
} weir_bind_input;

/* A node's answer to bind(). Owned by the node, valid until it is destroyed. */
typedef struct weir_binding {
  uint32_t struct_size;
  uint32_t output_count;
  const weir_output_port* outputs; /* in the order of the component's output ports */
  const weir_program* program;     /* NULL: the node is called */
  const weir_state_spec* states;
  uint32_t state_count;
  uint32_t key_count;           /* 0: not keyed; the same number on every input */
  const uint32_t* keys;         /* key columns: key_count indices per input, inputs in port order */
  const weir_schema* partial;   /* not NULL: may run as PARTIAL before and FINAL after the exchange. Its first
                                   key_count fields are the keys */
  uint32_t needs_row_watermark; /* the inputs' batches must carry row_watermark */
  uint32_t single_copy;         /* not 0: one instance sees every row (limit, sort of the whole input) */
} weir_binding;

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif
