#ifndef WEIR_ABI_FORMATS_H
#define WEIR_ABI_FORMATS_H
/* The calls of formats: bytes to batches and back. Part of weir/abi.h, whose rules hold here. */
#include "weir/abi_binding.h"

#ifdef __cplusplus
extern "C" {
#endif

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

/* A chosen format as a sink sees it: an encoder node of its own, made by the host. */
typedef struct weir_encoder {
  uint32_t struct_size;
  uint32_t reserved;
  const weir_encoder_calls* calls;
  weir_node* node;
} weir_encoder;

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif
