#ifndef WEIR_EXT_IPC_H
#define WEIR_EXT_IPC_H
/* The host extension "weir.ipc/1": batches as Arrow IPC streams, and streams as batches.
 *
 *   const weir_ipc_calls* ipc = host->extension(host, WEIR_IPC_EXTENSION);   NULL: not served
 *
 * Streams are numbered and hashed in each message's custom_metadata ("weir.seq", "weir.xxh3"), which other
 * readers of Arrow ignore. Origin, entry time and hidden columns of a batch are not written.
 * Threads: one writer or reader is used by one thread at a time. */
#include "weir/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_IPC_EXTENSION "weir.ipc/1"

typedef struct weir_ipc_writer weir_ipc_writer; /* host's */
typedef struct weir_ipc_reader weir_ipc_reader; /* host's */

enum {
  WEIR_IPC_OWN = 1 /* demand Weir's own streams: numbers without a gap, right digests, an end mark */
};

typedef enum weir_ipc_event {
  WEIR_IPC_NEED_MORE = 0, /* the bytes end within a message; give what is left and more */
  WEIR_IPC_SCHEMA = 1,    /* reader_schema() is known now */
  WEIR_IPC_BATCH = 2,     /* `batch` is a reference that the caller must release */
  WEIR_IPC_END = 3        /* nothing follows */
} weir_ipc_event;

typedef struct weir_ipc_step {
  uint32_t struct_size;
  uint32_t event;    /* weir_ipc_event */
  size_t consumed;   /* [bytes] used, also with NEED_MORE */
  weir_batch* batch; /* BATCH; else NULL */
} weir_ipc_step;

typedef struct weir_ipc_calls {
  uint32_t struct_size;
  uint32_t reserved;
  /* `next_number` is 0 for a new stream; otherwise the stream is gone on with and begin is not called. The
   * schema is copied. */
  int32_t (*writer_new)(const weir_schema*, uint64_t next_number, weir_ipc_writer** out, weir_fault*);
  /* Each appends to `out`, or leaves it as it was and answers a code: the schema, once; one batch; the mark
   * that seals the stream. */
  int32_t (*writer_begin)(weir_ipc_writer*, weir_bytes_out* out, weir_fault*);
  int32_t (*writer_write)(weir_ipc_writer*, const weir_batch*, weir_bytes_out* out, weir_fault*);
  int32_t (*writer_finish)(weir_ipc_writer*, weir_bytes_out* out, weir_fault*);
  uint64_t (*writer_next_number)(const weir_ipc_writer*);
  void (*writer_free)(weir_ipc_writer*); /* may be NULL */

  /* `flags`: 0 reads any Arrow stream or file; WEIR_IPC_OWN. */
  int32_t (*reader_new)(uint32_t flags, weir_ipc_reader** out, weir_fault*);
  /* Reads the next message of `bytes`, which go on where the last step stopped. Batches share `keeper`, the
   * buffer in which the bytes lie; NULL: they copy. After a fault the reader can only be freed. */
  int32_t (*reader_read)(weir_ipc_reader*, const uint8_t* bytes, size_t size, int32_t is_last,
                         weir_buffer* keeper, weir_ipc_step* out, weir_fault*);
  /* For a reader that begins in the middle of a stream: its schema (copied), and that the next message may
   * have any number. */
  int32_t (*reader_resume)(weir_ipc_reader*, const weir_schema*, weir_fault*);
  /* Borrows until the reader is freed. NULL before WEIR_IPC_SCHEMA. */
  const weir_schema* (*reader_schema)(const weir_ipc_reader*);
  void (*reader_free)(weir_ipc_reader*); /* may be NULL */
} weir_ipc_calls;

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif
