#ifndef WEIR_EXT_BOUNDED_H
#define WEIR_EXT_BOUNDED_H
/* The component extension "weir.bounded/1": sources that end by themselves or not, depending on their
 * options.
 *
 * weir_component.extension answers a weir_bounded_calls for this name. A host that asks uses the answer
 * instead of WEIR_TRAIT_BOUNDED. */
#include "weir/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_BOUNDED_EXTENSION "weir.bounded/1"

typedef struct weir_bounded_calls {
  uint32_t struct_size;
  uint32_t reserved;
  /* Not 0 when the node ends by itself. After create(), before or after bind(). */
  int32_t (*is_bounded)(weir_node*);
} weir_bounded_calls;

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif
