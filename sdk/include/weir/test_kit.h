#ifndef WEIR_TEST_KIT_H
#define WEIR_TEST_KIT_H
/* The engine for tests of components: whole pipelines on a simulated machine, one step at a time.
 *
 * libweir.so exports one function, weir_test_kit_v0(), for this table. weir/test/node_harness.hpp is the C++
 * over it; only who writes a test kit for another language needs this header.
 *
 * A test has a folder on the simulated disk, in which its pipeline lies as `pipeline.yaml`; the clock stands
 * still until `advance`. Its pipeline is made of the node that is tested and of sources and sinks that only a
 * test has:
 *
 *   in:  {type: test_rows, test: ID, feed: NAME, columns: "x: int64"}    rows that end with `end_feed`
 *   in:  {type: test_stream, ...}                                        the same, for an input without end
 *   in:  {type: test_bytes, test: ID, feed: NAME, format: FORMAT}        bytes
 *   f:   {type: test_value, inputs: NODE, value: EXPRESSION}             one column, `result`
 *   out: {type: test_store, inputs: NODE, test: ID, into: NAME}          rows, read with `take`
 *   out: {type: test_encoded, inputs: NODE, test: ID, into: NAME, format: FORMAT}
 *
 * Threads: all calls of a process one at a time, but for `cancel`. */
#include "weir/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weir_test weir_test; /* the engine's */

/* Where texts go: one call for each answer. */
typedef void (*weir_test_note)(void* to, weir_str text);

typedef enum weir_test_state {
  WEIR_TEST_WAITING = 0,  /* nothing can be done without more input, more time, or a component's thread */
  WEIR_TEST_MORE = 1,     /* max_slices were run */
  WEIR_TEST_COMPLETE = 2, /* every source ended, everything is committed */
  WEIR_TEST_FAILED = 3
} weir_test_state;

typedef struct weir_test_kit {
  uint32_t struct_size;
  uint32_t abi_major; /* must equal the caller's WEIR_ABI_MAJOR */
  uint32_t abi_minor;
  uint32_t reserved;
  /* The host table that components get; for the SDK's set_host(). */
  const weir_host* host;

  /* `plugin_path`: directories of plugin libraries beside those of this installation, parted by ':'.
   * Of two libraries with one name the later one counts. */
  weir_test* (*create)(weir_str plugin_path);
  void (*destroy)(weir_test*);
  int64_t (*id)(const weir_test*);

  /* Binds the pipeline and begins it, from its last checkpoint when there is one. Answers a code; faults go
   * to `fault` as lines "code: message (hint)". */
  int32_t (*start)(weir_test*, weir_str yaml, weir_test_note fault, void* to);
  /* Runs at most max_slices slices (0: any number). A failed run's fault goes to `fault`. */
  weir_test_state (*run)(weir_test*, uint64_t max_slices, weir_test_note fault, void* to);
  /* Moves the clocks forward. */
  void (*advance)(weir_test*, int64_t us);
  /* A checkpoint is begun at the next run(). */
  void (*checkpoint)(weir_test*);
  /* How many were completed since start(). */
  uint64_t (*checkpoints)(const weir_test*);
  /* Power fails: what was not synced may be lost, as `seed` decides. Then start() again. */
  void (*kill)(weir_test*, uint64_t seed);
  /* From any thread, while run() runs in another: it returns soon. */
  void (*cancel)(weir_test*);

  /* Feeds keep what they were given, for restarts. give_rows Takes. */
  void (*give_rows)(weir_test*, weir_str feed, weir_batch*);
  void (*give_bytes)(weir_test*, weir_str feed, weir_str bytes);
  void (*end_feed)(weir_test*, weir_str feed);
  /* The columns of a store; after start(). Borrows: until the next start(). */
  const weir_schema* (*columns)(weir_test*, weir_str store);
  /* The oldest batch that was not taken yet, or NULL; the reference is the caller's. */
  weir_batch* (*take)(weir_test*, weir_str store);
  /* What a test_encoded holds. Borrows: until the next call. */
  weir_str (*encoded)(weir_test*, weir_str store);

  /* Files of the test's folder; write makes it durable. read answers a code and gives the bytes to `note`. */
  int32_t (*write_file)(weir_test*, weir_str name, weir_str bytes);
  int32_t (*read_file)(weir_test*, weir_str name, weir_test_note note, void* to);
  /* One call of `note` for every file of the folder and below it, by name; not for the engine's own state. */
  void (*list_files)(weir_test*, weir_test_note note, void* to);
  /* The disk's next call of this name ("open", "write", "sync", "rename", "sync_dir", ...) fails. */
  void (*fail_next)(weir_test*, weir_str call, int32_t error_number);

  /* Rows as JSON: [[1, "a"], [2, null]]. parse answers a code and makes a batch that is the caller's. */
  int32_t (*parse_rows)(const weir_schema*, weir_str json, weir_batch** out, weir_test_note fault, void* to);
  void (*print_rows)(const weir_schema*, const weir_batch*, weir_test_note note, void* to);

  /* For components with a thread of their own: waits until one has given its node something to do, or
   * `cancel` is called, at most max_us of real time; the clocks of the test stand still. Answers 1 when run()
   * has a reason to go on, 0 when nothing came or the run is over. */
  int32_t (*wait_for_others)(weir_test*, int64_t max_us);
} weir_test_kit;

/* Exported from libweir.so. Answers NULL when the engine cannot be started. */
const weir_test_kit* weir_test_kit_v0(void);

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif
