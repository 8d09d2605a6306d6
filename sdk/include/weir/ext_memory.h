#ifndef WEIR_EXT_MEMORY_H
#define WEIR_EXT_MEMORY_H
/* The component extension "weir.memory/1": sources of rows, transforms and sinks that hold much outside of
 * the host's state, as one that sorts does.
 *
 * weir_component.extension answers a weir_memory_calls for this name. What such a node wants is part of what
 * the plan says that a run may hold, and takes its share of the pipeline's `memory`. */
#include "weir/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_MEMORY_EXTENSION "weir.memory/1"

typedef struct weir_memory_calls {
  uint32_t struct_size;
  uint32_t reserved;
  /* [bytes] What an instance holds at most while it is granted nothing else, beside its states, the batch of
   * the call and what it emits. 0: nothing worth to be counted. After bind(). */
  uint64_t (*wanted)(weir_node*);
  /* What the instance may hold instead: no more than it wanted, and at least 2 MiB where it wanted that.
   * Once, before any other call of the instance; not made where the pipeline has no `memory`. */
  void (*grant)(weir_instance*, uint64_t bytes);
} weir_memory_calls;

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif
