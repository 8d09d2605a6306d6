#ifndef WEIR_ABI_DATA_H
#define WEIR_ABI_DATA_H
/* The data half of Weir's plugin ABI: texts, faults, types, buffers, columns, batches, schemas.
 *
 * Plain C; the layout of every struct is pinned by abi_layout.h. A struct that may grow begins with its
 * own size: whoever fills it sets `struct_size = sizeof(it)`, whoever reads it looks at no field beyond.
 *
 * Words: "Borrows" = valid for the call unless said otherwise. "Takes" = the reference moves to the callee,
 * whatever it answers, but for WEIR_RETRY, which gives it back. "Returns a reference" = the caller must
 * release it. */
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Text that somebody else owns: UTF-8, not terminated. data may be NULL when size is 0. */
typedef struct weir_str {
  const char* data;
  size_t size;
} weir_str;

/* What a call answers, where it answers a code. Another number is a fault like WEIR_CODE_INTERNAL. */
typedef enum weir_code {
  WEIR_CODE_OK = 0,
  WEIR_CODE_INVALID = 1,      /* the caller's input or configuration is wrong; trying again cannot help */
  WEIR_CODE_NOT_FOUND = 2,    /* a named thing does not exist */
  WEIR_CODE_EXISTS = 3,       /* a named thing exists already */
  WEIR_CODE_DENIED = 4,       /* permission is missing */
  WEIR_CODE_NO_SPACE = 5,     /* a disk or a budget is full */
  WEIR_CODE_IO = 6,           /* the operating system reported an error */
  WEIR_CODE_CORRUPT = 7,      /* stored bytes fail a check */
  WEIR_CODE_UNSUPPORTED = 8,  /* this build or this host does not serve the call */
  WEIR_CODE_CANCELLED = 9,    /* the run is being stopped */
  WEIR_CODE_UNAVAILABLE = 10, /* temporary; trying again may help */
  WEIR_CODE_INTERNAL = 11     /* a promise inside the program was broken */
} weir_code;

enum { WEIR_FAULT_MESSAGE_BYTES = 1000, WEIR_FAULT_WHERE_BYTES = 120 };
/* Filled by whoever answers a code (weir_code) other than 0. `where` names the option or column it is about
 * ("columns[2]", "compute.p99"), so that the host can add the place in the YAML; may be empty. Both texts
 * end with a zero byte and are cut at the size of their array. */
typedef struct weir_fault {
  int32_t code;
  int32_t reserved;
  char where[WEIR_FAULT_WHERE_BYTES];
  char message[WEIR_FAULT_MESSAGE_BYTES];
} weir_fault;

/* What a value is. Stored in checkpoints and key bytes: numbers never change. */
typedef enum weir_type {
  WEIR_NULL = 0, /* only "not known yet"; no column has it */
  WEIR_BOOL = 1,
  WEIR_INT8 = 2,
  WEIR_INT16 = 3,
  WEIR_INT32 = 4,
  WEIR_INT64 = 5,
  WEIR_UINT8 = 6,
  WEIR_UINT16 = 7,
  WEIR_UINT32 = 8,
  WEIR_UINT64 = 9,
  WEIR_FLOAT32 = 10,
  WEIR_FLOAT64 = 11,
  WEIR_TIMESTAMP = 12, /* int64 [us since 1970-01-01T00:00:00Z] */
  WEIR_DATE32 = 13,    /* int32 [days since 1970-01-01] */
  WEIR_STRING = 14,    /* UTF-8 */
  WEIR_BINARY = 15,
  WEIR_DECIMAL128 = 16, /* 16 bytes little endian two's complement, with precision and scale */
  WEIR_LIST = 17,
  WEIR_STRUCT = 18
} weir_type;

/* How a column's values lie in memory; each is Arrow's layout of the same name. A string or binary column
 * may come as VIEW, OFFSETS or (string only) DICTIONARY, and the layout may differ from batch to batch. */
typedef enum weir_layout {
  WEIR_LAYOUT_BITS = 1,       /* bool: values = bitmap, least significant bit first */
  WEIR_LAYOUT_FIXED = 2,      /* values = row_count items of the type's width */
  WEIR_LAYOUT_OFFSETS = 3,    /* values = int32[row_count + 1] into heaps[0] */
  WEIR_LAYOUT_VIEW = 4,       /* values = weir_view[row_count] into heaps[..] */
  WEIR_LAYOUT_DICTIONARY = 5, /* values = int32 codes; children[0] = the distinct strings, VIEW or OFFSETS */
  WEIR_LAYOUT_LIST = 6,       /* values = int32[row_count + 1] into children[0] */
  WEIR_LAYOUT_STRUCT = 7      /* children, each of row_count rows */
} weir_layout;

/* Arrow's utf8_view item: up to 12 bytes lie inside, then zeros; longer texts in heaps[heap] at `offset`. */
typedef struct weir_view {
  int32_t size;
  union {
    char inlined[12];
    struct {
      char prefix[4];
      int32_t heap;
      int32_t offset;
    } ref;
  } u;
} weir_view;

/* A reference-counted piece of memory, 64-byte aligned when the host allocated it. Nobody writes into a
 * buffer that is not solely owned (weir_host.buffer_is_sole). Bytes past `size` up to the next multiple of
 * 64 may be read (they hold anything) when the host allocated it. */
typedef struct weir_buffer {
  uint8_t* data;
  size_t size; /* [bytes] */
} weir_buffer;

/* One column, immutable while shared. There is no row offset: row 0 is the first item of `values` and the
 * first bit of `validity`. A null's slot in `values` holds anything readable (for VIEW: any valid view; for
 * DICTIONARY: any valid code, or 0 in an empty dictionary). */
typedef struct weir_column {
  uint32_t struct_size;
  uint8_t type;   /* weir_type */
  uint8_t layout; /* weir_layout */
  uint8_t precision;
  int8_t scale;
  int64_t row_count;
  int64_t null_count;      /* -1: not counted */
  const uint8_t* validity; /* bitmap, 1 = value present; NULL: no nulls */
  const void* values;
  const uint8_t* const* heaps;
  uint32_t heap_count;
  uint32_t child_count;
  const struct weir_column* const* children;
  /* What the pointers above lie in (children have their own). Filled by the host in the columns that it
   * hands out; whoever makes a column that shares these values names these buffers in its parts. */
  weir_buffer* const* buffers;
  uint32_t buffer_count;
  uint32_t reserved;
} weir_column;

/* What column_new makes a column from. Every pointer in `view` must lie inside one of `buffers` (or be
 * NULL); the arrays `heaps`, `children` and `buffers` themselves are copied, view.buffers is not looked at.
 * Retains each buffer and each child: the caller's own references stay the caller's. */
typedef struct weir_column_parts {
  uint32_t struct_size;
  uint32_t buffer_count;
  const weir_column* view;
  weir_buffer* const* buffers;
} weir_column_parts;

/* Where rows come from, while they come from one partition. first/end are positions as weir_offset has
 * them: rows lie in [first, end). partition 0: not from one partition. */
typedef struct weir_origin {
  uint32_t partition;
  uint32_t reserved;
  int64_t first;
  int64_t end;
} weir_origin;

/* Rows in columns. Its columns match the schema of the port it travels on, by index. Immutable while
 * shared. */
typedef struct weir_batch {
  uint32_t struct_size;
  uint32_t column_count;
  int64_t row_count;
  const weir_column* const* columns;
  int64_t entered_ns; /* monotonic clock when the oldest row entered the engine */
  weir_origin origin;
  /* Hidden columns, NULL unless the plan asked for them. row_watermark: int64 [us], the watermark that the
   * rows before this one in its own partition had reached. row_origin: struct {partition, position}. */
  const weir_column* row_watermark;
  const weir_column* row_origin;
} weir_batch;

typedef struct weir_pair {
  weir_str key;
  weir_str value;
} weir_pair;

/* One column of a schema. Labels live in metadata: "weir.sensitivity" = direct | quasi | sensitive | none. */
typedef struct weir_field {
  weir_str name;
  uint8_t type; /* weir_type */
  uint8_t nullable;
  uint8_t precision;
  int8_t scale;
  uint32_t child_count;
  uint32_t metadata_count;
  uint32_t reserved;
  const struct weir_field* children;
  const weir_pair* metadata;
} weir_field;

typedef struct weir_schema {
  uint32_t struct_size;
  uint32_t field_count;
  const weir_field* fields;
  int32_t event_time; /* index of the column that carries event time; -1: none */
  int32_t reserved;
} weir_schema;

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif
