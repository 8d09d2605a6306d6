#ifndef WEIR_ABI_STATE_H
#define WEIR_ABI_STATE_H
/* The host's state as an instance uses it, and the rows that it rejects. Part of weir/abi.h, whose rules hold
 * here. */
#include "weir/abi_binding.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- State --------------------------------------------------------------------------------------------- */

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
 * where they are until the component's call returns. Every call answers a code; a call for another kind of
 * state than this one is WEIR_CODE_INVALID.
 *
 * Keyed states are saved with checkpoints by key group and come back to whichever copy owns the group;
 * entries keep their place (namespace, order). A state that was written by a newer version of its component
 * is refused, by an older one too unless it is of VALUES and migrates. What a state holds is charged to its
 * node. */
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
  /* LIST: rows lie under (key, namespace) in the order in which they were appended. `values` are
   * spec.value_count columns of the declared types, any that a batch may have, as long as the key columns;
   * keys->rows picks of both. append copies the picked rows: nothing of the caller's is kept. read gives the
   * rows of the i-th picked key with namespace in [from[i], to[i]] as one batch (Returns a reference; it may
   * have no rows): column 0 = uint32 i, column 1 = int64 namespace, then the values; ordered by i, namespace,
   * order of appending. Namespaces of its keys are not looked at. remove_upto forgets the rows of every key
   * with namespace <= upto, at a cost that depends on how many these are. Fail: WEIR_CODE_INVALID when
   * columns are not the state's, WEIR_CODE_NO_SPACE. */
  int32_t (*list_append)(weir_context*, uint32_t state, const weir_keys*, const weir_column* const* values,
                         weir_fault*);
  int32_t (*list_read)(weir_context*, uint32_t state, const weir_keys*, const int64_t* from,
                       const int64_t* to, weir_batch** out, weir_fault*);
  int32_t (*list_remove_upto)(weir_context*, uint32_t state, int64_t upto, weir_fault*);
  /* MAP: one row lies under (key, namespace, second key). The second key is the first of spec.values, of a
   * type that keys may have; a map with no other column is a set. put writes over what is there; of two rows
   * with one place the later one counts; it copies as list_append does. get gives what is there as one batch
   * (Returns a reference): column 0 = uint32 index of the picked row that asked, then the values with the
   * second key first; ordered by that index. remove passes over what is not there. `second` is as long as the
   * key columns. Fail: as lists. */
  int32_t (*map_put)(weir_context*, uint32_t state, const weir_keys*, const weir_column* const* values,
                     weir_fault*);
  int32_t (*map_get)(weir_context*, uint32_t state, const weir_keys*, const weir_column* second,
                     weir_batch** out, weir_fault*);
  int32_t (*map_remove)(weir_context*, uint32_t state, const weir_keys*, const weir_column* second,
                        weir_fault*);
  /* TIMERS: one time a (key, namespace). set gives each row its time, in place of the one its key had on
   * either clock; of two rows of one key the later one counts. `is_event_time` 1: event time [us]; 0: the
   * wall clock [us since 1970 UTC]. cancel passes over keys without a timer.
   *
   * Timers that are due come through weir_transform_calls.timers, up to 8,192 a call, all of one state and
   * one clock, ordered by time, then key, then namespace; they are no longer set when the call begins. Event
   * time: due when the lowest watermark over the input ports reaches the time, and, at the end of the last
   * port, whatever the time. They fire before the component is told the watermark (or end) by `signal`, and
   * before it is passed on; one that is set to a time that has been reached fires when the running call is
   * through. One that is set anew in each call after the end is a fault of the component.
   * Wall clock: due when the run's clock is there. What became due while no process ran fires at the start;
   * what is not due at the end of the last port never fires.
   *
   * Timers are saved with checkpoints by key group, and fire for the copy that owns the group then. Fails:
   * WEIR_CODE_INVALID when the columns are not the state's keys, WEIR_CODE_NO_SPACE (rows before the failing
   * one are set). */
  int32_t (*timer_set)(weir_context*, uint32_t state, const weir_keys*, const int64_t* times,
                       uint32_t is_event_time, weir_fault*);
  int32_t (*timer_cancel)(weir_context*, uint32_t state, const weir_keys*, weir_fault*);
} weir_state_calls;

/* ---- Rejected rows ------------------------------------------------------------------------------------- */

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

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif
