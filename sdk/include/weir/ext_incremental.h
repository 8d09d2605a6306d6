#ifndef WEIR_EXT_INCREMENTAL_H
#define WEIR_EXT_INCREMENTAL_H
/* The component extension "weir.incremental/1": bounded sources that read, in each run, only what no finished
 * run has read.
 *
 * weir_component.extension answers a weir_incremental_calls for this name. Where a finished run ended is then
 * given to restore() at the start of the next one, as if it had been stopped there; a partition that had
 * ended goes on when there is more of it. */
#include "weir/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_INCREMENTAL_EXTENSION "weir.incremental/1"

typedef struct weir_incremental_calls {
  uint32_t struct_size;
  uint32_t reserved;
  /* Not 0 when the node asks for it. After create(), before or after bind(). */
  int32_t (*is_incremental)(weir_node*);
} weir_incremental_calls;

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif
