#ifndef WEIR_ABI_FUNCTIONS_H
#define WEIR_ABI_FUNCTIONS_H
/* The calls of the functions and aggregates of expressions. Part of weir/abi.h, whose rules hold here. */
#include "weir/abi_binding.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A row that a function cannot answer for; the host rejects it (or makes it null under TRY). */
typedef struct weir_row_fault {
  uint32_t struct_size;
  uint32_t reserved;
  int64_t row;
  weir_str code;
  weir_str message;
} weir_row_fault;

typedef struct weir_row_faults {
  uint32_t struct_size;
  uint32_t reserved;
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

/* The i-th value belongs to the slot `slots[i] + slot_offset`. Goes from one library to another. */
typedef struct weir_aggregate_rows {
  uint32_t struct_size;
  uint32_t reserved;
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

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif
