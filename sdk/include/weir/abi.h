#ifndef WEIR_ABI_H
#define WEIR_ABI_H
/* Weir's plugin ABI: what a plugin library gives to the host, and what the host gives to a plugin.
 *
 * Rules for both sides
 *  - A library of another major is not loaded. While the major is 0 the minors must be equal; from major 1 on
 *    a library's minor must not be above the host's. New abilities are asked for by name (`extension`).
 *  - Every table begins with its own size. No exception, no C++ type and no allocation crosses.
 *  - A *node object* is made once per node; each parallel copy is an *instance*. Calls on one instance never
 *    overlap, but come from any thread; `cancel` alone may come at any time. A node's own calls (bind,
 *    require, instance_new) come one at a time and before any instance runs.
 *  - No call blocks: who must wait answers WEIR_NOT_READY and says what for, or declares WEIR_TRAIT_BLOCKING.
 *  - Plugins reach the world (time, files, random numbers, secrets) only through the host, so that whole
 *    pipelines run in simulation. One that cannot declares WEIR_TRAIT_FOREIGN_IO.
 *  - All texts and arrays that a plugin hands out in its descriptor live as long as the library; those in a
 *    binding live as long as the node. */
#include "weir/abi_data.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { WEIR_ABI_MAJOR = 0, WEIR_ABI_MINOR = 1 };

typedef struct weir_node weir_node;                     /* plugin's */
typedef struct weir_instance weir_instance;             /* plugin's */
typedef struct weir_decode_context weir_decode_context; /* plugin's */
typedef struct weir_context weir_context;               /* host's: the instance as the host sees it */
typedef struct weir_expression weir_expression;         /* host's: compiled against an input's schema */
typedef struct weir_aggregate weir_aggregate;           /* host's: one `compute` entry, compiled */
typedef struct weir_format weir_format;                 /* host's: a decoder or encoder chosen by `format:` */
typedef struct weir_file weir_file;                     /* host's */
typedef struct weir_handle weir_handle;                 /* host's: something that can become ready */
typedef struct weir_host weir_host;

/* ---- Answers, calls, signals ---------------------------------------------------------------------- */

/* What a call came to. */
typedef enum weir_answer {
  WEIR_DONE = 0,      /* the input is used up; call again with the next one */
  WEIR_MORE = 1,      /* the emit budget is spent; call again with no input (NULL) before anything else */
  WEIR_NOT_READY = 2, /* nothing can be done before what `weir_wake` says */
  WEIR_FINISHED = 3,  /* DONE, and nothing more is wanted from this input (a source: nothing more to give) */
  WEIR_FAILED = 4,    /* `fault` is filled; the run fails */
  WEIR_RETRY = 5      /* sinks: the batch was not accepted, `fault` has the reason, `wake.until_ns` when */
} weir_answer;

/* What every data call is told. */
typedef struct weir_call {
  uint32_t struct_size;
  uint32_t reserved;
  int64_t emit_budget; /* [bytes] that may still be emitted; going over by one batch is allowed */
  int64_t now_ns; /* monotonic clock, read when the call began or, where calls are short, a little before */
} weir_call;

/* Filled with WEIR_NOT_READY: wake me when `handle` is ready (NULL: none) or at `until_ns`, whichever is
 * first (monotonic; INT64_MAX: no time). Handle NULL and no time: woken by input only. */
typedef struct weir_wake {
  weir_handle* handle;
  int64_t until_ns;
} weir_wake;

typedef enum weir_signal_kind {
  WEIR_SIGNAL_WATERMARK = 1, /* no row below `time` is expected any more on this port */
  WEIR_SIGNAL_BARRIER = 2,   /* every row before belongs to checkpoint `epoch`; emit what must go before it */
  WEIR_SIGNAL_IDLE = 3,      /* the port's partitions are idle; the watermark no longer waits for them */
  WEIR_SIGNAL_END = 4        /* no more input on this port, ever */
} weir_signal_kind;

typedef struct weir_signal {
  uint32_t kind; /* weir_signal_kind */
  uint32_t port;
  int64_t time;   /* WATERMARK: event time [us] */
  uint64_t epoch; /* BARRIER */
} weir_signal;

/* ---- Options -------------------------------------------------------------------------------------- */

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

/* ---- Binding -------------------------------------------------------------------------------------- */

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

typedef struct weir_output_port {
  uint32_t struct_size;
  uint32_t column_count;
  const weir_output_column* columns;
  int32_t event_time; /* index of its event-time column; -1: none */
  uint32_t reserved;
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
  uint32_t key_count; /* columns of the key; keyed states of a keyed node: those of the node */
  uint32_t reserved;
  const weir_field* keys;
  int64_t ttl_us; /* 0: none */
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

/* ---- State ---------------------------------------------------------------------------------------- */

/* A piece of memory that a slot owns through one of its refs. Kept, moved, charged and freed by the host. */
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic" /* a flexible array is C, and an extension in C++ */
#endif
typedef struct weir_block {
  uint64_t size;     /* [bytes] in use */
  uint64_t capacity; /* [bytes] */
  uint8_t data[];
} weir_block;
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

/* Rows of keys: `columns` have the key's types. `rows` picks rows of them (NULL: rows 0 .. row_count-1).
 * `namespaces[i]` belongs to the i-th picked row (NULL: all 0). */
typedef struct weir_keys {
  const weir_column* const* columns;
  uint32_t column_count;
  uint32_t reserved;
  const uint32_t* rows;
  const int64_t* namespaces;
  int64_t row_count;
} weir_keys;

/* One portion of a scan. Borrows until the next call on this state. Ordered by (namespace, key): keys compare
 * as values, nulls first. */
typedef struct weir_scan {
  uint64_t cursor; /* in: 0 at first, then as left by the call */
  int64_t row_count;
  const weir_column* const* keys; /* host-owned; may be retained */
  const int64_t* namespaces;
  void* const* slots;
} weir_scan;

/* State of one instance, reached a batch at a time. `state` is the index in weir_binding.states. Slots stay
 * where they are until the component's call returns. Every call answers a code. Calls for kinds that the host
 * does not serve yet answer Code::kUnsupported. */
typedef struct weir_state_calls {
  uint32_t struct_size;
  uint32_t reserved;
  /* slots[i] = the slot of the i-th picked row, made and zeroed where it was missing; inserted (may be NULL)
   * gets 1 for the first row that made it, else 0. Two rows of one key get one slot. */
  int32_t (*find_or_insert)(weir_context*, uint32_t state, const weir_keys*, void** slots, uint8_t* inserted,
                            weir_fault*);
  int32_t (*find)(weir_context*, uint32_t state, const weir_keys*, void** slots, weir_fault*);
  /* The slots with namespace <= `upto`, at most max_rows a call; row_count 0: no more. */
  int32_t (*scan)(weir_context*, uint32_t state, int64_t upto, int64_t max_rows, weir_scan*, weir_fault*);
  int32_t (*remove_upto)(weir_context*, uint32_t state, int64_t upto, weir_fault*);
  int32_t (*remove)(weir_context*, uint32_t state, const weir_keys*, weir_fault*);
  /* Moves slots from their namespace to `targets[i]`; the target must be free. */
  int32_t (*move)(weir_context*, uint32_t state, const weir_keys*, const int64_t* targets, weir_fault*);
  /* Makes *ref (a slot's ref) a block of `size` bytes in use, keeping what fits; 0 frees it. Capacity grows
   * by doubling. */
  int32_t (*block_resize)(weir_context*, uint32_t state, weir_block** ref, uint64_t size, weir_fault*);
  /* [bytes] that the state holds now, and how many keys. */
  int32_t (*usage)(weir_context*, uint32_t state, uint64_t* bytes, uint64_t* keys, weir_fault*);
  /* LOG. append Takes the batch. read Returns a reference; clear forgets all. */
  int32_t (*log_append)(weir_context*, uint32_t state, weir_batch*, weir_fault*);
  int32_t (*log_count)(weir_context*, uint32_t state, uint64_t* count, weir_fault*);
  int32_t (*log_read)(weir_context*, uint32_t state, uint64_t index, weir_batch** out, weir_fault*);
  int32_t (*log_clear)(weir_context*, uint32_t state, weir_fault*);
  /* LIST: rows lie under (key, namespace) in the order they were appended. read gives those with namespace in
   * [from[i], to[i]] as one batch: column 0 = uint32 index i, column 1 = namespace, then the values. */
  int32_t (*list_append)(weir_context*, uint32_t state, const weir_keys*, const weir_column* const* values,
                         weir_fault*);
  int32_t (*list_read)(weir_context*, uint32_t state, const weir_keys*, const int64_t* from,
                       const int64_t* to, weir_batch** out, weir_fault*);
  int32_t (*list_remove_upto)(weir_context*, uint32_t state, int64_t upto, weir_fault*);
  /* MAP: the second key is columns [0] of `values`. */
  int32_t (*map_put)(weir_context*, uint32_t state, const weir_keys*, const weir_column* const* values,
                     weir_fault*);
  int32_t (*map_get)(weir_context*, uint32_t state, const weir_keys*, const weir_column* second,
                     weir_batch** out, weir_fault*);
  int32_t (*map_remove)(weir_context*, uint32_t state, const weir_keys*, const weir_column* second,
                        weir_fault*);
  /* TIMERS: one time a (key, namespace); `is_event_time` 0 = wall clock. Fired through
   * weir_transform_calls.timers, which gets both back. */
  int32_t (*timer_set)(weir_context*, uint32_t state, const weir_keys*, const int64_t* times,
                       uint32_t is_event_time, weir_fault*);
  int32_t (*timer_cancel)(weir_context*, uint32_t state, const weir_keys*, weir_fault*);
} weir_state_calls;

/* ---- Rejected rows -------------------------------------------------------------------------------- */

/* One row that could not be used. It goes to the node's errors port: time, run, node, port, component, code,
 * message, partition, offset, column, raw. */
typedef struct weir_rejection {
  uint32_t struct_size;
  uint32_t port;    /* input port */
  int64_t row;      /* of `batch`; -1: not a row of a batch */
  int64_t offset;   /* row -1: position in the partition */
  weir_str code;    /* stable word: "bad-number" */
  weir_str message; /* what was found, what was expected */
  weir_str column;  /* name; may be empty */
  weir_str raw;     /* the bytes; empty with a batch: the host writes the row as JSON */
} weir_rejection;

/* ---- Sources -------------------------------------------------------------------------------------- */

/* A place in a partition: the position orders and is printed, the token alone is given back at restore. */
typedef struct weir_offset {
  int64_t position;
  weir_str token;
} weir_offset;

typedef struct weir_partition_offset {
  weir_str partition;
  weir_offset offset;
} weir_partition_offset;

typedef enum weir_partition_event {
  WEIR_PARTITION_ENDED = 1,
  WEIR_PARTITION_IDLE = 2,
  WEIR_PARTITION_TAKEN = 3 /* moved to another process; its offsets are no longer ours to commit */
} weir_partition_event;

enum { WEIR_BYTES_LAST = 1 };

/* Bytes of a partition from `start` on. With WEIR_BYTES_LAST nothing follows in this partition. */
typedef struct weir_bytes_chunk {
  uint32_t struct_size;
  uint32_t partition;
  weir_buffer* buffer; /* Takes */
  weir_offset start;
  uint32_t flags;
  uint32_t reserved;
} weir_bytes_chunk;

typedef struct weir_source_calls {
  uint32_t struct_size;
  uint32_t is_byte_source; /* emits bytes, which the host decodes by the node's `format` option */
  /* Once, before the first poll of an instance that goes on from a checkpoint. Positions that it does not
   * know any more are a fault. */
  int32_t (*restore)(weir_instance*, const weir_partition_offset*, size_t count, weir_fault*);
  /* Emits rows (emit_rows) or bytes (emit_bytes), reports partitions. FINISHED: nothing more, ever. */
  weir_answer (*poll)(weir_instance*, const weir_call*, weir_wake*, weir_fault*);
  /* Everything before `offset` of the partition is durable: acknowledge, commit. May be NULL. */
  int32_t (*durable)(weir_instance*, const weir_partition_offset*, size_t count, weir_fault*);
  /* Byte sources, before any instance: the first bytes (decompressed) of the first partition, at most
   * max_bytes, for formats that infer. *out NULL: there is none yet. */
  int32_t (*head)(weir_node*, size_t max_bytes, weir_buffer** out, weir_str* partition, weir_fault*);
  /* How much there is and how much was read, for the progress line [bytes as stored]; -1: not known. From any
   * thread, while the instance runs. May be
   * NULL. */
  void (*progress)(weir_instance*, int64_t* done, int64_t* total);
} weir_source_calls;

/* ---- Transforms ----------------------------------------------------------------------------------- */

typedef struct weir_transform_calls {
  uint32_t struct_size;
  uint32_t reserved;
  /* Takes `batch`; NULL after WEIR_MORE. */
  weir_answer (*process)(weir_instance*, const weir_call*, uint32_t port, weir_batch* batch, weir_wake*,
                         weir_fault*);
  /* May be NULL. The host passes the signal on after DONE; MORE is answered as in process (signal NULL). */
  weir_answer (*signal)(weir_instance*, const weir_call*, const weir_signal*, weir_fault*);
  /* Fired timers of a TIMERS state as key columns and times. May be NULL. */
  weir_answer (*timers)(weir_instance*, const weir_call*, uint32_t state, const weir_keys*,
                        const int64_t* times, weir_fault*);
} weir_transform_calls;

/* ---- Sinks ---------------------------------------------------------------------------------------- */

/* Bytes whose meaning only the sink knows; what `prepare` fills is copied by the host at once. */
typedef struct weir_token {
  weir_str bytes;
} weir_token;

typedef struct weir_sink_calls {
  uint32_t struct_size;
  uint32_t is_transactional;
  /* Takes `batch`; NULL after MORE or NOT_READY. DONE: accepted. Refused rows go through reject(). RETRY: the
   * batch was given back to the host's care unused: the host calls again with the same batch. */
  weir_answer (*write)(weir_instance*, const weir_call*, uint32_t port, weir_batch* batch, weir_wake*,
                       weir_fault*);
  /* Everything accepted so far must become durable. At the end of a bounded input: epoch UINT64_MAX. */
  weir_answer (*flush)(weir_instance*, uint64_t epoch, weir_wake*, weir_fault*);
  /* Transactional only. prepare: everything accepted so far is made durable but stays invisible, named by the
   * token, which goes into the manifest. commit and abort may be repeated and may come in a new process. */
  int32_t (*prepare)(weir_instance*, uint64_t epoch, const weir_partition_offset*, size_t count,
                     weir_token* out, weir_fault*);
  int32_t (*commit)(weir_instance*, weir_str token, weir_fault*);
  int32_t (*abort)(weir_instance*, weir_str token, weir_fault*);
  /* First call of an instance after a restart: the tokens of the last manifest, to be committed. Anything
   * prepared or written that they do not name must be removed. Called with count 0 at a fresh start. */
  int32_t (*recover)(weir_instance*, const weir_str* tokens, size_t count, weir_fault*);
  /* Sinks that store the checkpoint with their rows: its epoch, 0 for none. May be NULL. */
  int32_t (*last_committed)(weir_instance*, uint64_t* epoch, weir_fault*);
  /* Every path or name written so far, for the ledger; one call of `note` each. May be NULL. */
  void (*written)(weir_instance*, void (*note)(void* to, weir_str path), void* to);
} weir_sink_calls;

/* ---- Formats -------------------------------------------------------------------------------------- */

/* A run of bytes to decode. `offset` is the position of bytes[0] in the partition. */
typedef struct weir_bytes {
  uint32_t struct_size;
  uint32_t is_last;    /* nothing follows in this partition */
  weir_buffer* buffer; /* borrowed; columns may keep references (buffer_retain) */
  const uint8_t* data;
  size_t size;
  int64_t offset;
  uint32_t partition;
  uint32_t reserved;
} weir_bytes;

enum { WEIR_NOT_FOUND = -1, WEIR_NOT_SPLITTABLE = -2 };

typedef struct weir_decoder_calls {
  uint32_t struct_size;
  uint32_t reserved;
  /* Says which columns it makes, after create(): `head` are the first bytes of the input, empty when there
   * are none. Fills the node's binding (one output port). `inferred` (may be empty) is what an earlier run
   * stored. */
  int32_t (*bind)(weir_node*, weir_str head, weir_str inferred, const weir_binding** out, weir_fault*);
  /* What bind inferred, as text, to be stored with the checkpoint. Borrows until the node is destroyed. */
  weir_str (*inferred)(weir_node*);
  /* Which of the bound columns are read by anyone: the others may be left out of batches' work, and come as
   * null columns. Called once, before open. May be NULL. */
  int32_t (*want)(weir_node*, const uint8_t* wanted, size_t count, weir_fault*);
  /* A partition begins: a context that all its ranges share. *header_size = bytes that are no records (a CSV
   * header, a byte order mark). `head` holds at least the first 1 MiB or the whole partition. */
  int32_t (*open)(weir_node*, weir_str partition, weir_str head, weir_decode_context** out,
                  size_t* header_size, weir_fault*);
  void (*close)(weir_decode_context*);
  /* The offset in [from, size] of the first byte of a record at or after `from`, as far as these bytes tell;
   * WEIR_NOT_FOUND, WEIR_NOT_SPLITTABLE. Called from any thread on a shared context. */
  int64_t (*find_record)(const weir_decode_context*, const uint8_t* bytes, size_t size, size_t from);
  /* Emits the records of `bytes` (emit on port 0) and rejects the bad ones (reject). *consumed = bytes used:
   * what is left begins a record that these bytes do not end. With is_last everything is consumed. Called
   * from several threads on one context, each with its own weir_context. */
  weir_answer (*decode)(const weir_decode_context*, weir_context*, const weir_bytes*, size_t* consumed,
                        weir_fault*);
} weir_decoder_calls;

/* Where an encoder appends. `grow` makes room for at least `more` bytes and moves data. */
typedef struct weir_bytes_out {
  uint8_t* data;
  size_t size;
  size_t capacity;
  int32_t (*grow)(struct weir_bytes_out*, size_t more);
} weir_bytes_out;

typedef struct weir_encoder_calls {
  uint32_t struct_size;
  uint32_t reserved;
  int32_t (*bind)(weir_node*, const weir_schema*, weir_fault*);
  /* What stands before the first and after the last batch of one file. */
  int32_t (*begin)(weir_node*, weir_bytes_out*, weir_fault*);
  int32_t (*encode)(weir_node*, const weir_batch*, weir_bytes_out*, weir_fault*);
  int32_t (*end)(weir_node*, weir_bytes_out*, weir_fault*);
  weir_str extension; /* "csv" */
} weir_encoder_calls;

/* ---- Functions and aggregates --------------------------------------------------------------------- */

/* A row that a function cannot answer for; the host rejects it (or makes it null under TRY). */
typedef struct weir_row_fault {
  int64_t row;
  weir_str code;
  weir_str message;
} weir_row_fault;

typedef struct weir_row_faults {
  void (*add)(struct weir_row_faults*, const weir_row_fault*); /* copies */
} weir_row_faults;

typedef struct weir_function_calls {
  uint32_t struct_size;
  uint32_t is_deterministic;
  /* The result's type for these argument types, or a fault that says which are taken. */
  int32_t (*resolve)(const weir_field* args, size_t count, weir_field* result, weir_fault*);
  /* Returns a reference in *out. Nulls: the function's own matter. Called from any thread. */
  int32_t (*call)(const weir_host*, const weir_column* const* args, size_t count, int64_t row_count,
                  weir_column** out, weir_row_faults*, weir_fault*);
} weir_function_calls;

/* How an aggregate lies in a slot and travels as partial columns. Texts live as long as the library or the
 * `state` object. */
typedef struct weir_aggregate_layout {
  uint32_t struct_size;
  uint32_t slot_size; /* [bytes], rounded up to 8 by the host */
  uint32_t ref_count;
  uint32_t partial_count;
  const uint32_t* ref_offsets;
  const weir_field* partial;
  weir_field result;
  void* state; /* what the calls below get; lives until release */
} weir_aggregate_layout;

/* The i-th value belongs to the slot `slots[i] + slot_offset`. */
typedef struct weir_aggregate_rows {
  void* const* slots;
  uint32_t slot_offset;
  uint32_t state_index; /* for block_resize */
  int64_t row_count;
  const uint32_t* rows;       /* picks rows of the columns; NULL: 0 .. row_count-1 */
  const int64_t* event_times; /* by column row; NULL: none */
  const int64_t* positions;   /* by column row; NULL: none */
} weir_aggregate_rows;

typedef struct weir_aggregate_calls {
  uint32_t struct_size;
  uint32_t reserved;
  /* `literals` are the constant arguments as text where they are constant (quantile's q), else empty. */
  int32_t (*resolve)(const weir_field* args, const weir_str* literals, size_t count, weir_aggregate_layout*,
                     weir_fault*);
  void (*release)(void* state);
  int32_t (*update)(const void* state, const weir_host*, weir_context*, const weir_aggregate_rows*,
                    const weir_column* const* args, weir_fault*);
  /* Partial columns of these slots; returns references. */
  int32_t (*save)(const void* state, const weir_host*, const weir_aggregate_rows*, weir_column** out,
                  weir_fault*);
  int32_t (*merge)(const void* state, const weir_host*, weir_context*, const weir_aggregate_rows*,
                   const weir_column* const* partial, weir_fault*);
  int32_t (*finish)(const void* state, const weir_host*, const weir_aggregate_rows*, weir_column** out,
                    weir_fault*);
} weir_aggregate_calls;

/* A compiled `compute` entry as `aggregate` sees it. */
typedef struct weir_aggregate_info {
  uint32_t struct_size;
  uint32_t arg_count;
  const weir_aggregate_calls* calls;
  const weir_aggregate_layout* layout;
  weir_expression* const* args; /* over the node's input */
  weir_expression* filter;      /* FILTER (WHERE ...); NULL: none */
  weir_str text;                /* as written */
} weir_aggregate_info;

/* A chosen format as a sink sees it: an encoder node of its own, made by the host. */
typedef struct weir_encoder {
  uint32_t struct_size;
  uint32_t reserved;
  const weir_encoder_calls* calls;
  weir_node* node;
} weir_encoder;

/* ---- The component and the library ---------------------------------------------------------------- */

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
  WEIR_TRAIT_BOUNDED = 256,     /* source: ends by itself */
  WEIR_TRAIT_STATELESS = 512,   /* any copy may take any batch */
  WEIR_TRAIT_APPEND_ONLY = 1024 /* sink: cannot take revisions */
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

/* The one exported symbol of a plugin library. Called once, before any component is used. */
typedef const weir_library* (*weir_plugin_entry)(const weir_host*);
#define WEIR_PLUGIN_SYMBOL "weir_plugin_v0"

/* What a library says of itself without running: one weir_descriptor in ELF section ".weir.plugin", one
 * weir_descriptor_name per component in ".weir.names". Texts end with a zero byte. */
#define WEIR_DESCRIPTOR_MAGIC "WEIRPLG1"
typedef struct weir_descriptor {
  char magic[8];
  uint32_t abi_major;
  uint32_t abi_minor;
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

/* ---- The host ------------------------------------------------------------------------------------- */

enum {
  WEIR_OPEN_READ = 1,
  WEIR_OPEN_WRITE = 2,
  WEIR_OPEN_CREATE = 4,
  WEIR_OPEN_TRUNCATE = 8,
  WEIR_OPEN_EXCLUSIVE = 16
};

typedef struct weir_file_info {
  uint64_t size;
  int64_t modified_us;
  uint64_t inode;
  uint32_t is_directory;
  uint32_t mode; /* as st_mode: kind and permission bits; what is neither file nor directory is S_IFCHR */
} weir_file_info;

/* Files. Each answers a code; messages carry the path. After a failed sync the file must be given up. */
typedef struct weir_files {
  uint32_t struct_size;
  uint32_t reserved;
  int32_t (*open)(const weir_host*, weir_str path, uint32_t flags, uint32_t mode, weir_file** out,
                  weir_fault*);
  int32_t (*read)(weir_file*, uint64_t offset, void* into, size_t size, size_t* got, weir_fault*);
  int32_t (*write)(weir_file*, uint64_t offset, const void* from, size_t size, weir_fault*);
  int32_t (*truncate)(weir_file*, uint64_t size, weir_fault*);
  int32_t (*sync)(weir_file*, weir_fault*);
  int32_t (*close)(weir_file*, weir_fault*); /* Takes the file whatever it answers */
  int32_t (*info)(const weir_host*, weir_str path, weir_file_info*, weir_fault*);
  int32_t (*rename)(const weir_host*, weir_str from, weir_str to, weir_fault*);
  int32_t (*remove)(const weir_host*, weir_str path, weir_fault*);
  int32_t (*make_directories)(const weir_host*, weir_str path, weir_fault*);
  int32_t (*sync_directory)(const weir_host*, weir_str path, weir_fault*);
  /* One call of `note` for each entry, sorted by name. */
  int32_t (*list)(const weir_host*, weir_str path, void (*note)(void* to, weir_str name), void* to,
                  weir_fault*);
} weir_files;

typedef enum weir_log_level {
  WEIR_LOG_DEBUG = 1,
  WEIR_LOG_INFO = 2,
  WEIR_LOG_WARN = 3,
  WEIR_LOG_ERROR = 4
} weir_log_level;

struct weir_host {
  uint32_t struct_size;
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t reserved;
  void* world; /* the host's own */

  /* Memory. Charged to the instance that runs on this thread, or to `account` (NULL: that instance).
   * Answers NULL when there is none. */
  weir_buffer* (*buffer_new)(const weir_host*, weir_context* account, size_t size);
  /* Wraps foreign memory; `release(owner)` runs once, on any thread, when the last reference goes. */
  weir_buffer* (*buffer_import)(const weir_host*, uint8_t* data, size_t size, void (*release)(void* owner),
                                void* owner);
  void (*buffer_retain)(weir_buffer*);
  void (*buffer_release)(weir_buffer*);
  int32_t (*buffer_is_sole)(const weir_buffer*);
  weir_column* (*column_new)(const weir_host*, const weir_column_parts*);
  void (*column_retain)(const weir_column*);
  void (*column_release)(const weir_column*);
  /* The column's values for writing when the caller's reference is the only one of it and of its buffers;
   * else NULL. */
  void* (*column_writable)(weir_column*);
  /* Copies the struct and the array; retains each column and hidden column (the caller's own references stay
   * the caller's). */
  weir_batch* (*batch_new)(const weir_host*, const weir_batch*);
  void (*batch_retain)(const weir_batch*);
  void (*batch_release)(const weir_batch*);
  int32_t (*batch_is_sole)(const weir_batch*);

  /* Output. emit Takes the batch and never fails. */
  void (*emit)(weir_context*, uint32_t port, weir_batch*);
  /* Rows of `batch` (NULL: none, offsets are given) that go to the errors port. Copies. */
  void (*reject)(weir_context*, const weir_batch*, const weir_rejection*, size_t count);

  /* Sources. Ids are the run's, from 1. emit_rows Takes the batch; `next` is where to go on after it. */
  uint32_t (*partition_found)(weir_context*, weir_str name);
  void (*partition_event)(weir_context*, uint32_t partition, uint32_t event);
  void (*emit_rows)(weir_context*, uint32_t partition, weir_batch*, const weir_offset* next);
  void (*emit_bytes)(weir_context*, const weir_bytes_chunk*);

  /* Compiled expressions. Evaluates over every row; returns a reference. Rows that fail are added to
   * `faults` and are null in the result. */
  int32_t (*evaluate)(const weir_expression*, const weir_batch*, weir_column** out, weir_row_faults* faults,
                      weir_fault*);
  void (*expression_field)(const weir_expression*, weir_field* out);
  /* Input columns that it reads: at most max into `columns`, the number returned. */
  size_t (*expression_columns)(const weir_expression*, uint32_t* columns, size_t max);
  void (*aggregate_info)(const weir_aggregate*, weir_aggregate_info* out);
  /* The encoder of a format option bound to a schema; the format keeps it. */
  int32_t (*encoder)(weir_format*, const weir_schema*, weir_encoder* out, weir_fault*);

  const weir_state_calls* state;
  const weir_files* files;

  int64_t (*wall_us)(const weir_host*);
  int64_t (*monotonic_ns)(const weir_host*);
  int32_t (*random)(const weir_host*, void* into, size_t size);
  void (*log)(const weir_host*, weir_context*, uint32_t level, weir_str message, const weir_pair* fields,
              size_t count);
  /* Adds to a counter of this node, made at its first use. */
  void (*metric_add)(weir_context*, weir_str name, int64_t amount);
  /* Not 0 once the run has failed or was told to stop at once: what is computed now is dropped. */
  int32_t (*is_stopping)(const weir_context*);
  /* A handle that becomes ready when signal_handle is called on it, from any thread. */
  weir_handle* (*handle_new)(weir_context*);
  void (*handle_signal)(weir_handle*);
  void (*handle_free)(weir_handle*);
  /* The run, node and partition names, for messages and file names. Borrow as long as the instance. */
  weir_str (*run_id)(const weir_context*);
  weir_str (*node_name)(const weir_context*);
  weir_str (*partition_name)(const weir_context*, uint32_t partition);
  const void* (*extension)(const weir_host*, weir_str name); /* NULL: not served */
};

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif
