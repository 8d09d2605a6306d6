#ifndef WEIR_ABI_HOST_H
#define WEIR_ABI_HOST_H
/* What the host gives to a plugin. Part of weir/abi.h, whose rules hold here.
 *
 * Threads. Each call says in brackets who may make it:
 *  - [any]: any thread at any time, one that the component started included, several at once. It sees
 *    to it that no other thread frees or changes what it hands over meanwhile.
 *  - [call]: only the thread that runs a call of this instance (or node), and before that call returns.
 *
 * A component that has threads of its own declares WEIR_TRAIT_FOREIGN_IO: no simulation can run it. They hand
 * over what they have and signal a handle; the next poll, process or write passes it on. They have ended when
 * instance_free returns, after which the instance's weir_context and its handles are gone: a handle is freed
 * when nobody signals it any more. What they allocate without an `account` is charged to no instance. */
#include "weir/abi_component.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
  WEIR_OPEN_READ = 1,
  WEIR_OPEN_WRITE = 2,
  WEIR_OPEN_CREATE = 4,
  WEIR_OPEN_TRUNCATE = 8,
  WEIR_OPEN_EXCLUSIVE = 16
};

/* Who asks sets struct_size; the host fills in what has room. */
typedef struct weir_file_info {
  uint32_t struct_size;
  uint32_t mode; /* as st_mode: kind and permission bits; what is neither file nor directory is S_IFCHR */
  uint64_t size;
  int64_t modified_us;
  uint64_t inode;
  uint32_t is_directory;
  uint32_t reserved;
} weir_file_info;

/* Files. Each answers a code; messages carry the path. After a failed sync the file must be given up.
 * [any], several files at once; of one file only `read` comes from several threads at once. */
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

  /* Memory [any]. Charged to the instance that runs on this thread, or to `account` (NULL: that instance).
   * Answers NULL when there is none, as column_new and batch_new do, which answer it as well where a struct
   * that they are given does not say its size. */
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
  /* [any], of a column that no other thread has. The values for writing when the caller's reference is the
   * only one of it and of its buffers; else NULL. */
  void* (*column_writable)(weir_column*);
  /* Copies the struct and the array; retains each column and hidden column (the caller's own references stay
   * the caller's). */
  weir_batch* (*batch_new)(const weir_host*, const weir_batch*);
  void (*batch_retain)(const weir_batch*);
  void (*batch_release)(const weir_batch*);
  int32_t (*batch_is_sole)(const weir_batch*);

  /* Output [call]. emit Takes the batch and never fails. */
  void (*emit)(weir_context*, uint32_t port, weir_batch*);
  /* [call] Rows of `batch` (NULL: none, offsets are given) that go to the errors port. Copies. */
  void (*reject)(weir_context*, const weir_batch*, const weir_rejection*, size_t count);

  /* Sources [call]. Ids are the run's, from 1. emit_rows Takes the batch; `next` is where to go on then. */
  uint32_t (*partition_found)(weir_context*, weir_str name);
  void (*partition_event)(weir_context*, uint32_t partition, uint32_t event);
  void (*emit_rows)(weir_context*, uint32_t partition, weir_batch*, const weir_offset* next);
  void (*emit_bytes)(weir_context*, const weir_bytes_chunk*);

  /* Compiled expressions [any]. Evaluates over every row; returns a reference. Rows that fail are added to
   * `faults` and are null in the result; `faults` is told on the caller's thread. */
  int32_t (*evaluate)(const weir_expression*, const weir_batch*, weir_column** out, weir_row_faults* faults,
                      weir_fault*);
  void (*expression_field)(const weir_expression*, weir_field* out);
  /* Input columns that it reads: at most max into `columns`, the number returned. */
  size_t (*expression_columns)(const weir_expression*, uint32_t* columns, size_t max);
  void (*aggregate_info)(const weir_aggregate*, weir_aggregate_info* out);
  /* [call], and by one copy of a node at a time (of a sink there is one). The encoder of a format option
   * bound to a schema; the format keeps it, and it is used by one thread at a time. */
  int32_t (*encoder)(weir_format*, const weir_schema*, weir_encoder* out, weir_fault*);

  const weir_state_calls* state; /* [call], each of them */
  const weir_files* files;       /* [any] */

  /* Clocks, random numbers and the log [any]. A line with a context is that node's; NULL: of no node. */
  int64_t (*wall_us)(const weir_host*);
  int64_t (*monotonic_ns)(const weir_host*);
  int32_t (*random)(const weir_host*, void* into, size_t size);
  void (*log)(const weir_host*, weir_context*, uint32_t level, weir_str message, const weir_pair* fields,
              size_t count);
  /* [any] Adds to a counter of this node, made at its first use. */
  void (*metric_add)(weir_context*, weir_str name, int64_t amount);
  /* [any] Not 0 once the run has failed or was told to stop at once: what is computed now is dropped. */
  int32_t (*is_stopping)(const weir_context*);
  /* [any] A handle that becomes ready when handle_signal is called on it. Cheap, and not lost when
   * it comes while a call of the instance runs: a source, or who answers NOT_READY with it, is called
   * again after it. Who answers DONE is called with its next input only. */
  weir_handle* (*handle_new)(weir_context*);
  void (*handle_signal)(weir_handle*);
  void (*handle_free)(weir_handle*);
  /* [any] The run, node and partition names, for messages and file names. Borrow as long as the instance. */
  weir_str (*run_id)(const weir_context*);
  weir_str (*node_name)(const weir_context*);
  weir_str (*partition_name)(const weir_context*, uint32_t partition);
  const void* (*extension)(const weir_host*, weir_str name); /* [any] NULL: not served */
  /* [call] Transforms: the instance gets one WEIR_SIGNAL_WAKE at this moment of the monotonic clock or a
   * little after it, between two inputs. A later call takes the place of one that has not come yet. It does
   * not survive a restart, and does not come any more after the end. */
  void (*wake_at)(weir_context*, int64_t monotonic_ns);
};

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif
