#ifndef WEIR_ABI_NODES_H
#define WEIR_ABI_NODES_H
/* The calls of sources, transforms and sinks. Part of weir/abi.h, whose rules hold here. */
#include "weir/abi_state.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Sources ------------------------------------------------------------------------------------------- */

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
  WEIR_PARTITION_ENDED = 1, /* byte sources: a name that is found again begins anew, at position 0 */
  WEIR_PARTITION_IDLE = 2,
  WEIR_PARTITION_TAKEN = 3, /* moved to another process; its offsets are no longer ours to commit */
  WEIR_PARTITION_GONE = 4   /* after ENDED: its place need not be kept once a checkpoint has it */
} weir_partition_event;

enum {
  WEIR_BYTES_LAST = 1, /* nothing follows in this partition */
  WEIR_BYTES_NOW = 2,  /* nothing more is there now: the records that end in them are wanted at once */
  WEIR_BYTES_WHOLE = 4 /* a record ends where they end, as a datagram does */
};

/* Bytes of a partition from `start` on. */
typedef struct weir_bytes_chunk {
  uint32_t struct_size;
  uint32_t partition;
  weir_buffer* buffer; /* Takes */
  weir_offset start;
  uint32_t flags; /* WEIR_BYTES_... */
  uint32_t reserved;
} weir_bytes_chunk;

typedef struct weir_source_calls {
  uint32_t struct_size;
  uint32_t is_byte_source; /* emits bytes, which the host decodes by the node's `format` option */
  /* Once, before the first poll of an instance that goes on from a checkpoint. Positions that it does not
   * know any more are a fault. */
  int32_t (*restore)(weir_instance*, const weir_partition_offset*, size_t count, weir_fault*);
  /* Emits rows (emit_rows) or bytes (emit_bytes), reports partitions. FINISHED: nothing more, ever.
   * NOT_READY: what is there now was given; a run `--until now` then asks an endless source no more. */
  weir_answer (*poll)(weir_instance*, const weir_call*, weir_wake*, weir_fault*);
  /* Everything before `offset` of the partition is durable: acknowledge, commit. May be NULL. After a restart
     it is told again before the first poll, of a source that had ended too: who took the checkpoint may have
     died before it could tell. */
  int32_t (*durable)(weir_instance*, const weir_partition_offset*, size_t count, weir_fault*);
  /* Byte sources, before any instance: the first bytes (decompressed) of the first partition, at most
   * max_bytes, for formats that infer. *out NULL: there is none yet. */
  int32_t (*head)(weir_node*, size_t max_bytes, weir_buffer** out, weir_str* partition, weir_fault*);
  /* How much there is and how much was read, for the progress line [bytes as stored]; -1: not known. From any
   * thread, while the instance runs. May be
   * NULL. */
  void (*progress)(weir_instance*, int64_t* done, int64_t* total);
  /* Byte sources: how long a record may be [bytes]; a longer one is rejected, and the next is read. 0: what
   * the host thinks fit. May be NULL. */
  uint64_t (*max_record_bytes)(weir_node*);
} weir_source_calls;

/* ---- Transforms ---------------------------------------------------------------------------------------- */

typedef struct weir_transform_calls {
  uint32_t struct_size;
  uint32_t reserved;
  /* Takes `batch`; NULL after WEIR_MORE. */
  weir_answer (*process)(weir_instance*, const weir_call*, uint32_t port, weir_batch* batch, weir_wake*,
                         weir_fault*);
  /* May be NULL. The host passes the signal on after DONE; MORE is answered as in process (signal NULL). */
  weir_answer (*signal)(weir_instance*, const weir_call*, const weir_signal*, weir_fault*);
  /* Fired timers of a TIMERS state as key columns, namespaces and times: see weir_state_calls.timer_set.
   * Borrowed until it answers DONE; the columns may be retained. After MORE it is called again with keys and
   * times NULL. May set and cancel timers, and answers as process does, but for NOT_READY. May be NULL:
   * nothing is told. */
  weir_answer (*timers)(weir_instance*, const weir_call*, uint32_t state, const weir_keys*,
                        const int64_t* times, weir_fault*);
} weir_transform_calls;

/* ---- Sinks --------------------------------------------------------------------------------------------- */

/* Bytes whose meaning only the sink knows; what `prepare` fills is copied by the host at once. */
typedef struct weir_token {
  weir_str bytes;
} weir_token;

typedef struct weir_sink_calls {
  uint32_t struct_size;
  uint32_t is_transactional;
  /* Takes `batch` unless it answers RETRY; NULL after MORE or NOT_READY. DONE: accepted. Refused rows go
   * through reject(). RETRY: the batch was not used and its reference is still the host's, which calls again
   * with the same rows, at wake.until_ns or later (`retry`). */
  weir_answer (*write)(weir_instance*, const weir_call*, uint32_t port, weir_batch* batch, weir_wake*,
                       weir_fault*);
  /* Everything accepted so far must become durable. At the end of a bounded input: epoch UINT64_MAX. */
  weir_answer (*flush)(weir_instance*, uint64_t epoch, weir_wake*, weir_fault*);
  /* Transactional only. prepare: everything accepted so far is made durable but stays invisible, named by the
   * token in the manifest. commit and abort may be repeated, in a new process too. WEIR_CODE_UNAVAILABLE:
   * asked again. The offsets are those that the host knows at that moment, and may be none. */
  int32_t (*prepare)(weir_instance*, uint64_t epoch, const weir_partition_offset*, size_t count,
                     weir_token* out, weir_fault*);
  int32_t (*commit)(weir_instance*, weir_str token, weir_fault*);
  int32_t (*abort)(weir_instance*, weir_str token, weir_fault*);
  /* First call of an instance after a restart: the tokens of the last manifest, to be committed. Anything
   * prepared or written that they do not name must be removed. Called with count 0 at a fresh start. */
  int32_t (*recover)(weir_instance*, const weir_str* tokens, size_t count, weir_fault*);
  /* Sinks that store the checkpoint with their rows: its epoch, 0 for none. May be NULL. No host
   * asks it yet. */
  int32_t (*last_committed)(weir_instance*, uint64_t* epoch, weir_fault*);
  /* Every path or name written so far, for the ledger; one call of `note` each. May be NULL. */
  void (*written)(weir_instance*, void (*note)(void* to, weir_str path), void* to);
} weir_sink_calls;

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif
